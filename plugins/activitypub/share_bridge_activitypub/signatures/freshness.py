"""How old a signature may be, and how far ahead of our clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from share_bridge_activitypub.signatures.errors import SignatureError

__all__ = ["AHEAD", "OLDEST", "require_fresh", "time_of", "time_of_date"]

#: What Mastodon and WordPress take, and less than lets a replay go far
#: (https://github.com/Automattic/wordpress-activitypub/issues/3212, 2026-11-22).
OLDEST = timedelta(hours=1)
AHEAD = timedelta(minutes=5)
#: A signature that says when it ends may not last longer.
_LONGEST = timedelta(hours=24)

_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT",
    re.ASCII,
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        [
            "Jan",
            "Feb",
            "Mar",
            "Apr",
            "May",
            "Jun",
            "Jul",
            "Aug",
            "Sep",
            "Oct",
            "Nov",
            "Dec",
        ],
        start=1,
    )
}


def require_fresh(
    created: datetime | None, *, now: datetime, expires: datetime | None = None
) -> None:
    """Refuse what is not anchored in time, too old, ahead, or past its end.

    Raises:
        SignatureError: It is one of these.

    """
    if created is None:
        raise SignatureError("the signature covers no date")
    if created < now - OLDEST:
        raise SignatureError("the signature is over an hour old")
    if created > now + AHEAD:
        raise SignatureError("the signature is from the future")
    if expires is None:
        return
    if expires < now:
        raise SignatureError("the signature has expired")
    if expires > created + _LONGEST:
        raise SignatureError("the signature would last longer than a day")


def time_of(seconds: str) -> datetime:
    """Whole seconds since 1970.

    Raises:
        SignatureError: It is something else.

    """
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= len("9" * 11)):
        raise SignatureError("a time in the signature is not in whole seconds")
    return datetime.fromtimestamp(int(seconds), UTC)


def time_of_date(text: str) -> datetime:
    """A `Date` header, in the one form that HTTP sends
    (https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7, 2026-11-24).

    Raises:
        SignatureError: It is something else.

    """
    match = _DATE.fullmatch(text)
    if match is None or match[2] not in _MONTHS:
        raise SignatureError("the date cannot be read, or is not in GMT")
    day, _, year, *clock = match.groups()
    hour, minute, second = map(int, clock)
    try:
        return datetime(
            int(year), _MONTHS[match[2]], int(day), hour, minute, second, tzinfo=UTC
        )
    except ValueError as error:
        raise SignatureError("the date is none") from error
