"""LinkedIn's API has a version a month, and each ends a year later."""

from __future__ import annotations

from datetime import datetime

from share_bridge.plugin import Grade, Remark

__all__ = ["VERSION", "remark_on"]

#: What is spoken unless the target says otherwise; raised with every release
#: (https://learn.microsoft.com/linkedin/marketing/versioning, 2026-11-24).
VERSION = "202610"
#: Months. A version is served for at least a year; two are left to act then.
_OLD = 10
_LIST = "https://learn.microsoft.com/linkedin/marketing/versioning"


def remark_on(version: str, *, target: str, now: datetime) -> Remark:
    """How old the version is, and what to do about one that ends soon."""
    months = (now.year - int(version[:4])) * 12 + now.month - int(version[4:])
    text = f"speaks LinkedIn's API of {version[:4]}-{version[4:]}"
    if months <= _OLD:
        return Remark(Grade.OK, text)
    if version == VERSION:
        fix = "upgrade share-bridge, or "
    else:
        fix = f'take version = "{version}" out of [targets.{target}], or '
    return Remark(
        Grade.WARNING,
        f"{text}, {months} months old: LinkedIn ends a version after a year",
        f"{fix}set a newer version there, of those on {_LIST}",
    )
