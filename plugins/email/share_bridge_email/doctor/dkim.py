"""DKIM: the key under which a domain signs its mails (RFC 6376)."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error

from share_bridge.plugin import Grade, Remark
from share_bridge_email.doctor.dns import Names

__all__ = ["examine_dkim"]

#: Names under which providers put keys (their own documentation, 2026-11-24).
_USUAL = (
    *("default", "dkim", "mail", "google", "selector1", "selector2", "s1", "s2"),
    *("k1", "k2", "fm1", "fm2", "fm3", "protonmail", "zoho", "mxvault", "20230601"),
    *("sig1", "pm", "resend", "smtp", "key1", "x", "hostinger-a", "ed25519"),
)
#: Bytes of a public key of 1024 and of 2048 bits, as DNS holds it.
_WEAK, _GOOD = 150, 290


def examine_dkim(domain: str, names: Names, *, selector: str = "") -> list[Remark]:
    """Whether there is a key, and a good one.

    Args:
        domain: That signs: the one of the sender.
        names: DNS.
        selector: Under which name the key stands; else the usual ones are tried.

    Raises:
        DnsError: There is no answer.

    """
    for name in (selector,) if selector else _USUAL:
        for record in names.texts(f"{name}._domainkey.{domain}"):
            if re.search(r"(^|;)\s*p\s*=", record):
                return [_judge(record, f"{name}._domainkey.{domain}")]
    if selector:
        text = f"DKIM: there is no key at {selector}._domainkey.{domain}"
        return [Remark(Grade.PROBLEM, text, "add the record your mail provider names")]
    text = f"DKIM: no key of {domain} was found under the usual names"
    fix = 'set dkim_selector to the "s=" of the DKIM-Signature in a mail you sent'
    return [Remark(Grade.WARNING, text, fix)]


def _judge(record: str, where: str) -> Remark:
    tags = {
        name.strip().lower(): value.strip()
        for name, _, value in (tag.partition("=") for tag in record.split(";"))
    }
    key = re.sub(r"\s", "", tags.get("p", ""))
    if not key:
        fix = "let your mail provider make a new one"
        return Remark(Grade.PROBLEM, f"DKIM: the key at {where} was revoked", fix)
    if "y" in tags.get("t", "").lower().split(":"):
        text = f"DKIM: the key at {where} is marked as a test"
        return Remark(Grade.WARNING, text, "take t=y out of the record")
    if tags.get("k", "rsa").lower() != "rsa":
        return Remark(Grade.OK, f"DKIM: there is a key at {where}")
    try:
        size = len(b64decode(key, validate=True))
    except (Error, ValueError):
        text = f"DKIM: the key at {where} cannot be read"
        return Remark(Grade.PROBLEM, text, "copy it once more, in one piece")
    if size < _WEAK:
        text = f"DKIM: the key at {where} has less than 1024 bits: no key"
        return Remark(Grade.PROBLEM, text, "have one of 2048 bits made")
    if size < _GOOD:
        text = f"DKIM: the key at {where} has less than 2048 bits"
        return Remark(Grade.WARNING, text, "have one of 2048 bits made")
    return Remark(Grade.OK, f"DKIM: there is a key at {where}")
