"""DMARC: what receivers do where SPF and DKIM speak for another domain (RFC 7489)."""

from __future__ import annotations

import re

from share_bridge.plugin import Grade, Remark
from share_bridge_email.doctor.dns import Names
from share_bridge_email.doctor.domains import belong_together, parents

__all__ = ["examine_dmarc"]


def examine_dmarc(sender: str, bounces: str, names: Names) -> list[Remark]:
    """Whether the domain of the sender has a policy, and whether ours hold to it.

    Args:
        sender: Domain of `from`, which readers see.
        bounces: Domain of the envelope, which SPF is asked about.
        names: DNS.

    Raises:
        DnsError: There is no answer.

    """
    for domain in parents(sender):
        records = [it for it in names.texts(f"_dmarc.{domain}") if _is_policy(it)]
        if records:
            return _judge(records, domain, sender=sender, bounces=bounces)
    text = f"DMARC: {sender} has no policy, which Gmail, Yahoo and Outlook.com want"
    record = f'add a TXT record to _dmarc.{sender}: "v=DMARC1; p=none"'
    return [Remark(Grade.PROBLEM, text, record)]


def _is_policy(text: str) -> bool:
    return bool(re.match(r"v\s*=\s*DMARC1\s*(;|$)", text))


def _judge(
    records: list[str], domain: str, *, sender: str, bounces: str
) -> list[Remark]:
    if len(records) > 1:
        text = f"DMARC: {domain} has {len(records)} policies, which counts as none"
        return [Remark(Grade.PROBLEM, text, "keep one of them")]
    tags = {
        name.strip().lower(): value.strip().lower()
        for name, _, value in (tag.partition("=") for tag in records[0].split(";"))
    }
    policy = tags.get("p", "")
    if policy not in {"none", "quarantine", "reject"}:
        text = f"DMARC: the policy of {domain} does not say what to do"
        return [Remark(Grade.PROBLEM, text, "write p=none, p=quarantine or p=reject")]
    found = [Remark(Grade.OK, f"DMARC: the policy of {domain} is {policy}")]
    strict = tags.get("aspf", "r") == "s"
    if belong_together(sender, bounces, strict=strict):
        text = f"DMARC: SPF speaks for {sender}"
        return [*found, Remark(Grade.OK, text)]
    text = f"DMARC: SPF speaks for {bounces}, not for {sender}: DKIM alone has to hold"
    fix = f"let bounces be an address of {sender}, or see that DKIM signs for {sender}"
    return [*found, Remark(Grade.WARNING, text, fix)]
