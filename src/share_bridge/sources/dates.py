"""Dates as feeds and front matter write them: right, or absent, never nonsense."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo

from share_bridge.text.pattern import pattern

__all__ = ["is_ahead", "read_date", "sane"]

_FIRST_YEAR = 1990
_AHEAD = timedelta(days=366)
#: A date this little ahead is a clock that runs fast, not a plan.
_CLOCKS = timedelta(minutes=5)

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
_ISO = pattern(
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})(?:[-/](?P<day>\d{1,2}))?"
    rf"(?:[Tt\s]\s*{_CLOCK})?\s*(?P<zone>\S.*)?"
)
_COMPACT = pattern(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?P<zone>)")
_MAIL = pattern(
    r"(?:[^\W\d_]+\.?,?\s+)?(?P<day>\d{1,2})[\s.-]+(?P<name>[A-Za-z]{3,9})\.?,?[\s-]+"
    rf"(?P<year>\d{{4}}|\d{{2}})(?:[,T\s]+{_CLOCK})?\s*(?P<zone>\S.*)?"
)
_NAMED = pattern(
    r"(?:[^\W\d_]+\.?,\s+)?(?P<name>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    rf",?\s+(?P<year>\d{{4}})(?:[,T\s]+{_CLOCK})?\s*(?P<zone>\S.*)?"
)
_EPOCH = pattern(r"(\d{10})(\d{3})?")
_OFFSET = pattern(
    r"(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?(?::\d\d)?(?:\s*\([^)]*\))?"
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - a list of twelve

# Hours from UTC of the names that feeds use; where a name has two meanings, the
# one that mail has (RFC 5322 §4.3), then the one with more readers.
_ZONES = {
    **dict.fromkeys(("Z", "UT", "UTC", "GMT", "WET"), 0.0),
    **dict.fromkeys(("CET", "MET", "MEZ", "BST", "WEST", "WAT"), 1.0),
    **dict.fromkeys(("CEST", "MEST", "MESZ", "EET", "SAST", "CAT"), 2.0),
    **dict.fromkeys(("EEST", "MSK", "EAT", "TRT"), 3.0),
    "IST": 5.5,
    "PKT": 5.0,
    "WIB": 7.0,
    "ICT": 7.0,
    "ACST": 9.5,
    "ACDT": 10.5,
    **dict.fromkeys(("SGT", "HKT", "AWST", "PHT"), 8.0),
    **dict.fromkeys(("JST", "KST"), 9.0),
    "AEST": 10.0,
    "AEDT": 11.0,
    "NZST": 12.0,
    "NZDT": 13.0,
    "BRT": -3.0,
    "ART": -3.0,
    "NST": -3.5,
    "NDT": -2.5,
    "ADT": -3.0,
    "AST": -4.0,
    "EDT": -4.0,
    "EST": -5.0,
    "CDT": -5.0,
    "CST": -6.0,
    "MDT": -6.0,
    "MST": -7.0,
    "PDT": -7.0,
    "PST": -8.0,
    "AKDT": -8.0,
    "AKST": -9.0,
    "HST": -10.0,
}


def read_date(text: str) -> datetime | None:
    """Read a date in the zone that it is written in; UTC where it names none.

    ISO 8601, RFC 822 with named zones, `January 2, 2026`, and seconds since 1970.
    What is none of them, or no day of the calendar, is None.
    """
    stripped = " ".join(text[:100].split())
    if epoch := _EPOCH.fullmatch(stripped):
        return datetime.fromtimestamp(int(epoch[1]), UTC)
    forms = (_MAIL, _NAMED) if stripped[:1].isalpha() else (_ISO, _COMPACT, _MAIL)
    for form in forms:
        if match := form.fullmatch(stripped):
            return _from_parts(match.groupdict())
    return None


def sane(date: datetime | None, *, now: datetime) -> datetime | None:
    """The date in UTC if a blog can have it: from 1990 to a year from now."""
    if date is None or not _FIRST_YEAR <= date.year <= now.year + 2:
        return None
    moment = date.astimezone(UTC)
    return moment if moment <= now + _AHEAD else None


def is_ahead(date: datetime | None, *, now: datetime) -> bool:
    """Whether the post is to wait for its date."""
    return date is not None and date > now + _CLOCKS


def _from_parts(parts: dict[str, str | None]) -> datetime | None:
    zone = _zone(parts["zone"] or "")
    month = parts.get("month") or _month(parts.get("name") or "")
    year = int(parts["year"] or 0)
    if len(parts["year"] or "") == 2:  # noqa: PLR2004 - as RFC 822 had them
        year += 1900 if year >= 70 else 2000  # noqa: PLR2004 - the usual pivot
    hour, minute, second = (
        int(parts.get(name) or 0) for name in ("hour", "minute", "second")
    )
    if zone is None or not month:
        return None
    try:
        day = datetime(year, int(month), int(parts["day"] or 1), tzinfo=zone)
        return day.replace(
            hour=hour % 24, minute=minute, second=min(second, 59)
        ) + timedelta(days=hour // 24)
    except (ValueError, OverflowError):
        return None


def _month(name: str) -> int:
    short = name[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _zone(name: str) -> tzinfo | None:
    if not name:
        return UTC
    if offset := _OFFSET.fullmatch(name):
        away = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        if away >= timedelta(days=1):
            return None
        return timezone(-away if offset[1] == "-" else away)
    if name.strip("()").upper() in _ZONES:
        return timezone(timedelta(hours=_ZONES[name.strip("()").upper()]))
    return _region(name) if "/" in name else None


def _region(name: str) -> tzinfo | None:
    """`America/New_York`, where this machine knows it."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - few dates need it

    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        return None
