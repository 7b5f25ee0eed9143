"""Which domains belong together, as DMARC sees it."""

from __future__ import annotations

__all__ = ["belong_together", "parents"]

#: Suffixes of two labels under which people register names: not the whole list
#: (https://publicsuffix.org), which would be a dependency for one line of `doctor`.
_SUFFIXES = frozenset({"co", "com", "net", "org", "ac", "gov", "edu", "or", "ne", "go"})
_COUNTRY = 2


def parents(domain: str) -> list[str]:
    """The domain, and those above it down to the one that its owner registered."""
    labels = domain.split(".")
    least = len(_registered(domain).split("."))
    return [".".join(labels[start:]) for start in range(len(labels) - least + 1)]


def belong_together(one: str, other: str, *, strict: bool = False) -> bool:
    """Whether a check of one speaks for the other ("alignment", RFC 7489 §3.1)."""
    return one == other if strict else _registered(one) == _registered(other)


def _registered(domain: str) -> str:
    labels = domain.lower().rstrip(".").split(".")
    is_country = len(labels) > _COUNTRY and len(labels[-1]) == _COUNTRY
    count = 3 if is_country and labels[-2] in _SUFFIXES else 2
    return ".".join(labels[-count:])
