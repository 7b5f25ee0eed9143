"""Every trouble with an answer that we know of, by name: for tables of tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from share_bridge.testing.faults import Answer, Change, Lost

__all__ = [
    "BROKEN",
    "CUT_OFF",
    "RATE_LIMITS",
    "SERVER_ERRORS",
    "garbled",
    "lagging",
    "shortened",
]

_JSON = {"Content-Type": "application/json"}
_ELSEWHERE = {"Location": "https://elsewhere.example/"}


def lagging(newest: int, *, under: str = "") -> Change:
    """A listing that does not have so many of its newest items yet.

    Args:
        newest: How many are missing.
        under: The key of the JSON object that holds the list; empty: it is the list.

    """
    return lambda own: _listing(own, under, lambda items: items[newest:])


def shortened(most: int, *, under: str = "") -> Change:
    """A listing that gives so many items a page, however many are asked for."""
    return lambda own: _listing(own, under, lambda items: items[:most])


def garbled(own: Answer) -> Answer:
    """The answer as the wrong kind of content."""
    headers = {**own.headers, "Content-Type": "application/octet-stream"}
    return replace(own, headers=headers)


def _listing(own: Answer, under: str, cut: Any) -> Answer:
    if not under:
        return replace(own, json=cut(own.json))
    return replace(own, json=own.json | {under: cut(own.json[under])})


def _limited(**headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(429, {"error": "too many requests"}, headers=named)


#: The connection fails in some way. `TIMEOUT` is `SILENCE` without the wait.
CUT_OFF: Mapping[str, Lost] = {
    "unreachable": Lost.UNREACHABLE,
    "no answer": Lost.TIMEOUT,
    "reset": Lost.RESET,
    "not HTTP": Lost.GARBAGE,
    "cut after the head": Lost.HEAD,
    "cut in the body": Lost.HALF,
    "trickles": Lost.TRICKLE,
    "hangs up after": Lost.HANGS_UP,
}

SERVER_ERRORS: Mapping[str, Answer] = {
    "500": Answer(500, {"error": "sorry"}),
    "501": Answer(501),
    "502 in HTML": Answer(502, text="<h1>Bad gateway</h1>"),
    "503": Answer(503, headers={"Retry-After": "120"}),
    "504": Answer(504),
    "520": Answer(520, text="error code: 520"),
    "599": Answer(599),
}

#: An answer that looks well, and is not what was asked for.
BROKEN: Mapping[str, Answer | Change] = {
    "301": Answer(301, headers=_ELSEWHERE),
    "302": Answer(302, headers=_ELSEWHERE),
    "307": Answer(307, headers=_ELSEWHERE),
    "308": Answer(308, headers=_ELSEWHERE),
    "304": Answer(304),
    "empty 200": Answer(200),
    "maintenance page": Answer(200, text="<html><h1>Back soon</h1></html>"),
    "half JSON": Answer(200, text='{"id": "1', headers=_JSON),
    "other JSON": Answer(200, {"ok": True}),
    "JSON list": Answer(200, []),
    "null": Answer(200, text="null", headers=_JSON),
    "number": Answer(200, text="1e999", headers=_JSON),
    "deep JSON": Answer(200, text="[" * 100_000, headers=_JSON),
    "garbage": Answer(200, text="\x00\ufffd\x1b[31m" * 99, headers=_JSON),
    "wrong type": garbled,
}

#: 429 with every form of the wait that services name, sane and absurd.
RATE_LIMITS: Mapping[str, Answer] = {
    "429": _limited(),
    "429, 60 s": _limited(Retry_After="60"),
    "429, 0 s": _limited(Retry_After="0"),
    "429, negative": _limited(Retry_After="-5"),
    "429, fraction": _limited(Retry_After="1.5"),
    "429, ten years": _limited(Retry_After="315360000"),
    "429, 400 digits": _limited(Retry_After="9" * 400),
    "429, date": _limited(Retry_After="Sun, 22 Nov 2026 13:00:00 GMT"),
    "429, date in the past": _limited(Retry_After="Sun, 06 Nov 1994 08:49:37 GMT"),
    "429, date in 9999": _limited(Retry_After="Fri, 31 Dec 9999 23:59:59 GMT"),
    "429, no date": _limited(Retry_After="Fri, 99 Foo 2026 99:99:99 GMT"),
    "429, words": _limited(Retry_After="soon"),
    "429, ISO reset": _limited(X_RateLimit_Reset="2026-11-22T13:00:00.000Z"),
    "429, epoch reset": _limited(X_RateLimit_Reset="1795352400"),
    "429, epoch in ms": _limited(X_RateLimit_Reset="1795352400000"),
}
