"""How servers that speak Mastodon's API differ: seen on running ones, 2026-11-22."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.testing.faults import Answer

__all__ = ["PROFILES", "Profile"]

_NO_TOKEN = Answer(401, {"error": "The access token is invalid"})
_NOT_FOUND = Answer(404, {"error": "Record not found"})


class Profile(Struct, frozen=True, kw_only=True):
    """One kind of server.

    Attributes:
        software: Its name in NodeInfo.
        keeps_keys: The same Idempotency-Key gives the same status.
        bad_token, missing: How it says so.
        has_v2: `/api/v2/instance`.
        most: Characters that a status may have; None: any number.
        milliseconds: `created_at` has them.
        lag: Requests that a deleted status survives.
        makes: Media type that an image is turned into, or empty: kept.
        keeps_focus: Of images.
        tells_edits: `edited_at` is set.
        make_id: From the number of a status.
        links_pages: A `Link` header tells where the next page is.
        pages: It has pages at all.
        lists_hidden: Its author sees followers-only and direct posts in the list.
        shows: How an address is shown: whole, hidden in pieces, or shortened.
        names_application: Statuses tell what posted them.
        wants_booleans: `sensitive` has to be one.
        refuses_attached: A second status with the same image is refused.
        epoch_reset: `X-RateLimit-Reset` is a number.

    """

    software: str
    keeps_keys: bool = False
    bad_token: Answer = _NO_TOKEN
    missing: Answer = _NOT_FOUND
    has_v2: bool = True
    most: int | None = 500
    milliseconds: bool = True
    lag: int = 0
    makes: str = ""
    keeps_focus: bool = True
    tells_edits: bool = True
    make_id: Callable[[int], str] = str
    links_pages: bool = True
    pages: bool = True
    lists_hidden: bool = True
    shows: str = "whole"
    names_application: bool = True
    wants_booleans: bool = False
    refuses_attached: bool = False
    epoch_reset: bool = False


_MASTODON = Profile(
    software="mastodon",
    keeps_keys=True,
    shows="pieces",
    make_id=lambda number: str(115_500_000_000_000_000 + number),
)

PROFILES = {
    "mastodon": _MASTODON,
    "gotosocial": Profile(
        software="gotosocial",
        most=5000,
        milliseconds=False,
        lag=1,
        make_id=lambda number: f"01KA{number:022d}",
        refuses_attached=True,
        epoch_reset=True,
        missing=Answer(404, {"error": "Not Found: target status not found"}),
    ),
    "snac": Profile(
        software="snac",
        bad_token=Answer(401),
        missing=Answer(404, text="<html><body><h1>404 Not Found</h1></body></html>"),
        has_v2=False,
        most=100_000,
        milliseconds=False,
        keeps_focus=False,
        make_id=lambda number: f"{number:032x}1763800000.000000",
        lists_hidden=False,
        links_pages=False,
        names_application=False,
    ),
    "takahe": Profile(
        software="takahe",
        bad_token=Answer(
            400, text="Invalid Bearer token", headers={"Content-Type": "text/plain"}
        ),
        missing=Answer(404, text="<!doctype html><title>Not found</title>"),
        milliseconds=False,
        makes="image/webp",
        lists_hidden=False,
        keeps_focus=False,
        make_id=lambda number: str(241_000_000_000_000_000 + number),
        names_application=False,
    ),
    "hollo": Profile(
        software="hollo",
        keeps_keys=True,
        most=10_000,
        tells_edits=False,
        wants_booleans=True,
        make_id=lambda number: f"019aa000-0000-7000-8000-{number:012x}",
    ),
    "sharkey": Profile(
        software="sharkey",
        bad_token=Answer(
            401, {"error": {"message": "Authentication failed.", "code": "NOPE"}}
        ),
        has_v2=False,
        most=3000,
        shows="shortened",
        make_id=lambda number: f"afxk{number:012d}",
        links_pages=False,
        names_application=False,
    ),
}
#: A server that nobody has seen, and that says nothing of itself.
PROFILES["unknown"] = replace(_MASTODON, software="", keeps_keys=False, has_v2=False)
