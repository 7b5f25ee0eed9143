"""Reads one address as a careful reader: redirects by hand, one clear error line."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx
from msgspec import Struct

from share_bridge.errors import ShareBridgeError
from share_bridge.http.errors import (
    BadEncodingError,
    CertificateError,
    DeadlineError,
    RefusedAddressError,
    RefusedSchemeError,
    TooLargeError,
    UnknownHostError,
)
from share_bridge.http.redact import show_url

__all__ = ["FetchError", "Fetched", "fetch"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
#: Headers that stay with the origin they were meant for.
_PERSONAL = frozenset({b"authorization", b"cookie", b"proxy-authorization"})


class FetchError(ShareBridgeError):
    """Nothing usable came from an address; the message is one line for people."""


class Fetched(Struct, frozen=True):
    """What an address answered.

    Attributes:
        status: The HTTP status, whatever it is; never a redirect that was followed.
        url: Where the answer came from, without user and password.
        moved: The same, where every redirect on the way was permanent (301, 308):
            what to ask for from now on. Else empty.
        headers: Of the answer.
        body: Decompressed.

    """

    status: int
    url: str
    moved: str
    headers: httpx.Headers
    body: bytes


async def fetch(
    client: httpx.AsyncClient,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    max_bytes: int = 10_000_000,
    deadline: float = 30.0,
    max_redirects: int = 5,
) -> Fetched:
    """GET `url`, following redirects, each hop checked like the first.

    Args:
        client: From `open_client`.
        url: Absolute; http only where the client allows it.
        headers: Beside the client's; those that identify someone stay with the
            origin of `url`.
        max_bytes: Of the body, decompressed.
        deadline: Seconds for everything together.
        max_redirects: From https to http, and in a circle, none is followed.

    Raises:
        FetchError: No answer, or none that can be used.

    """
    ends = asyncio.get_running_loop().time() + deadline
    sent = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    trail = [_parse(url)]
    permanent = True
    while True:
        here = trail[-1]
        response = await _get(
            client, here, headers=sent, max_bytes=max_bytes, ends=ends
        )
        there = _next_hop(here, response)
        if there is None:
            moved = permanent and len(trail) > 1
            return _fetched(response, here, moved=moved)
        _refuse_detour(trail, there, max_redirects=max_redirects)
        if _origin(there) != _origin(here):
            sent = [pair for pair in sent if pair[0].lower() not in _PERSONAL]
        permanent = permanent and response.status_code in _PERMANENT
        trail.append(there)


async def _get(
    client: httpx.AsyncClient,
    url: httpx.URL,
    *,
    headers: list[tuple[bytes, bytes]],
    max_bytes: int,
    ends: float,
) -> httpx.Response:
    """One hop. The body of a redirect is left unread."""
    left = max(ends - asyncio.get_running_loop().time(), 0.001)
    try:
        request = client.build_request(
            "GET",
            url,
            headers=headers,
            extensions={"max_bytes": max_bytes, "deadline": left},
            timeout=left,
        )
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            if not _is_redirect(response):
                await response.aread()
        finally:
            await response.aclose()
    except (httpx.RequestError, httpx.InvalidURL) as error:
        raise FetchError(f"{show_url(str(url))}: {_advice(error)}") from error
    return response


def _is_redirect(response: httpx.Response) -> bool:
    return response.status_code in _REDIRECTS and "Location" in response.headers


def _next_hop(here: httpx.URL, response: httpx.Response) -> httpx.URL | None:
    if not _is_redirect(response) or response.next_request is None:
        return None
    there = response.next_request.url.copy_with(fragment=None)
    if _origin(there) == _origin(here) and here.userinfo and not there.userinfo:
        there = there.copy_with(userinfo=here.userinfo)
    if here.scheme == "https" and there.scheme == "http":
        raise FetchError(
            f"{show_url(str(here))}: redirects from https to plain http "
            f"({show_url(str(there))}); fix the site, or name the address it ends at"
        )
    return there


def _refuse_detour(
    trail: list[httpx.URL], there: httpx.URL, *, max_redirects: int
) -> None:
    start = show_url(str(trail[0]))
    if there in trail:
        raise FetchError(f"{start}: redirects in a circle; fix the site")
    if len(trail) > max_redirects:
        raise FetchError(
            f"{start}: more than {max_redirects} redirects; name the last address"
        )


def _fetched(response: httpx.Response, here: httpx.URL, *, moved: bool) -> Fetched:
    final = str(here.copy_with(userinfo=b""))
    return Fetched(
        status=response.status_code,
        url=final,
        moved=final if moved else "",
        headers=response.headers,
        body=response.content,
    )


def _parse(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url.strip()).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError):
        parsed = httpx.URL("")
    if parsed.scheme not in ("http", "https") or not parsed.host:
        shown = show_url(url.rpartition("@")[2])
        raise FetchError(
            f"{shown}: is not an address; it starts with https:// and a host"
        ) from None
    return parsed


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _advice(error: Exception) -> str:
    """What went wrong and what to do, in one line."""
    said = " ".join(str(error).split())
    for kind, advice in _ADVICE:
        if isinstance(error, kind):
            return advice.format(said=said)
    return f"cannot be read ({said})"


#: The first kind that fits.
_ADVICE: tuple[tuple[type[Exception], str], ...] = (
    (RefusedAddressError, "{said}"),
    (RefusedSchemeError, "{said}"),
    (UnknownHostError, "{said}; check the address, and the connection of this machine"),
    (CertificateError, "{said}; renew it, or name its authority in ca_file"),
    (httpx.ConnectTimeout, "{said}; try again later"),
    (httpx.ConnectError, "{said}; check the address, or try again later"),
    (DeadlineError, "{said}; try again later, or raise the timeout"),
    (httpx.TimeoutException, "it stopped answering in time; try again later"),
    (TooLargeError, "{said}; raise max_bytes if that is right"),
    (BadEncodingError, "{said}; fix the server's compression"),
    (httpx.NetworkError, "the connection broke ({said}); try again later"),
    (httpx.ProtocolError, "what came is not HTTP, or not all of it ({said})"),
)
