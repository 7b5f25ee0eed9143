"""SPF: which servers may send for a domain (RFC 7208)."""

from __future__ import annotations

import re

from share_bridge.plugin import Grade, Remark
from share_bridge_email.doctor.dns import Names

__all__ = ["examine_spf"]

#: Questions that a receiver asks at most (RFC 7208 §4.6.4, 2026-11-24).
_MOST_QUESTIONS = 10
_ASKS = re.compile(r"[+?~-]?(?:a|mx|ptr|exists)(?:[:/].*)?", re.IGNORECASE)
_LEADS_ON = re.compile(r"(?:[+?~-]?include:|redirect=)(\S+)", re.IGNORECASE)


def examine_spf(domain: str, names: Names) -> list[Remark]:
    """What a receiver makes of the domain's record.

    Raises:
        DnsError: There is no answer.

    """
    records = _records(domain, names)
    if not records:
        text = f"SPF: {domain} does not say who may send for it"
        fix = f"add the TXT record that your mail provider names to {domain}"
        return [Remark(Grade.PROBLEM, text, fix)]
    if len(records) > 1:
        text = f"SPF: {domain} has {len(records)} records, which counts as an error"
        return [Remark(Grade.PROBLEM, text, "make one record of them")]
    words = records[0].lower().split()
    asked = _questions(domain, names, set())
    if asked > _MOST_QUESTIONS:
        text = f"SPF: {domain} needs {asked} questions, and receivers ask 10 at most"
        return [Remark(Grade.PROBLEM, text, "include fewer other domains")]
    if words[-1] in {"all", "+all"}:
        text = f"SPF: {domain} lets the whole world send for it"
        return [Remark(Grade.PROBLEM, text, "end the record in ~all or -all")]
    has_end = re.fullmatch(r"[~-]all|redirect=\S+", words[-1])
    if not has_end:
        text = f"SPF: {domain} says little, since its record has no end"
        return [Remark(Grade.WARNING, text, "end it in ~all or -all")]
    return [Remark(Grade.OK, f"SPF: {domain} says who may send for it")]


def _records(domain: str, names: Names) -> list[str]:
    texts = names.texts(domain)
    return [text for text in texts if re.match(r"v=spf1(\s|$)", text, re.IGNORECASE)]


def _questions(domain: str, names: Names, seen: set[str]) -> int:
    """How often a receiver has to ask DNS, in all that is included."""
    if domain in seen or len(seen) > _MOST_QUESTIONS:
        return 0
    seen.add(domain)
    count = 0
    for record in _records(domain, names)[:1]:
        for word in record.split()[1:]:
            if found := _LEADS_ON.fullmatch(word):
                count += 1 + _questions(found[1], names, seen)
            elif _ASKS.fullmatch(word):
                count += 1
    return count
