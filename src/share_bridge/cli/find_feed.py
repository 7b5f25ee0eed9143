"""Finds the feed of a site, as a reader would: by its links, then where feeds are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from msgspec.structs import replace

from share_bridge.cli.first_config import Found
from share_bridge.errors import ConfigurationError, SourceError
from share_bridge.http.addresses import Reach, as_address, is_public
from share_bridge.http.client import open_client
from share_bridge.http.errors import RefusedAddressError
from share_bridge.http.fetch import Fetched, FetchError, fetch
from share_bridge.sources.decode import decode, printable
from share_bridge.sources.discover import feeds_in, looks_like_page
from share_bridge.text.plain import one_line

if TYPE_CHECKING:
    import httpx

__all__ = ["find_feed"]

_MAX_BYTES = 5_000_000
_LOOKED_AT = 200_000
_SECONDS = 15.0
#: Where site generators put feeds that pages do not link to.
_USUAL = ("feed.xml", "index.xml", "feed/", "rss.xml", "atom.xml", "feed.json")
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF)\b|\{[^<]{0,2000}jsonfeed\.org/version/")
_COMMENTS = re.compile(r"comment", re.IGNORECASE)
_TITLE = re.compile(
    r"<title\b[^<>]{0,200}>\s*(?:<!\[CDATA\[(.{0,500}?)\]\]>|([^<]{0,500}))\s*</title"
    r"|\"title\"\s*:\s*\"([^\"\\]{0,500})\"",
    re.IGNORECASE | re.DOTALL,
)
_LANGUAGE = re.compile(
    r"<language>\s*([\w-]{2,20})|<\w[^<>]{0,500}?\s(?:xml:)?lang=[\"']?([\w-]{2,20})"
    r"|\"language\"\s*:\s*\"([\w-]{2,20})",
    re.IGNORECASE,
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")

Network = IPv4Network | IPv6Network


async def find_feed(
    site: str,
    *,
    allow: Sequence[Network] = (),
    transport: httpx.AsyncBaseTransport | None = None,
) -> Found:
    """Ask the site for its feed.

    An address on this machine, or a number of a private network, may be reached
    because it was typed; it is allowed in the configuration too.

    Args:
        site: Address of the site or the feed; https where it does not say.
        allow: More networks that may be reached.
        transport: Replaces the network.

    Raises:
        ConfigurationError: `site` is no address.
        SourceError: Nothing answered, or nothing has a feed.

    """
    url, local = _address(site)
    networks = (*local, *allow)
    client = open_client(
        Reach(allow=networks), timeout=_SECONDS, http_allowed=True, transport=transport
    )
    async with client:
        first = await _get(client, url)
        found = await _found(client, first)
    return _with_networks(found, networks)


def _address(site: str) -> tuple[str, tuple[Network, ...]]:
    """The whole address, and the networks that its host itself allows."""
    host = _host(site if "://" in site else f"https://{site}")
    local = _local(host)
    url = site if "://" in site else f"{'http' if local else 'https'}://{site}"
    if not host or urlsplit(url).scheme not in {"http", "https"}:
        raise ConfigurationError(
            f"{site}: neither a folder nor an address such as https://example.org"
        )
    return url, local


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _local(host: str) -> tuple[Network, ...]:
    loopback = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    if host == "localhost":
        return loopback
    address = as_address(host)
    if address is None or is_public(address):
        return ()
    if address.is_loopback:
        return loopback
    return (ip_network(address),)


async def _get(client: httpx.AsyncClient, url: str) -> Fetched:
    try:
        answer = await fetch(client, url, max_bytes=_MAX_BYTES, deadline=_SECONDS)
    except FetchError as error:
        raise SourceError(_explained(error)) from error
    if answer.status != 200:  # noqa: PLR2004 - HTTP's word for "here it is"
        raise SourceError(f"{url}: answered {answer.status}; check the address")
    return answer


def _explained(error: FetchError) -> str:
    if isinstance(error.__cause__, RefusedAddressError):
        return f"{error}; for `init` with --allow-network"
    return str(error)


async def _found(client: httpx.AsyncClient, first: Fetched) -> Found:
    text = _text(first)
    if _is_feed(text):
        return _of_feed(first.url, text)
    feeds = sorted(feeds_in(text, first.url), key=lambda it: bool(_COMMENTS.search(it)))
    if not feeds and (usual := await _usual(client, first.url)):
        feeds = [usual]
    if not feeds:
        raise SourceError(
            f"{first.url}: no feed found; give its address instead, or run "
            "`share-bridge init` with the folder of your posts"
        )
    return Found(
        feed=feeds[0],
        other_feeds=tuple(feeds[1:]),
        url=first.url,
        title=_title(text),
        language=_language(text),
    )


async def _usual(client: httpx.AsyncClient, base: str) -> str | None:
    """A feed at one of the usual places: below the page, then at the top."""
    folders = dict.fromkeys((urljoin(base, "./"), urljoin(base, "/")))
    for folder in folders:
        for name in _USUAL:
            try:
                answer = await _get(client, urljoin(folder, name))
            except SourceError:
                continue
            if _is_feed(_text(answer)):
                return answer.url
    return None


def _text(answer: Fetched) -> str:
    charset = _CHARSET.search(answer.headers.get("content-type", ""))
    return printable(decode(answer.body, charset=charset[1] if charset else ""))


def _is_feed(text: str) -> bool:
    start = text[:_LOOKED_AT]
    return not looks_like_page(start) and bool(_FEED.search(start))


def _of_feed(url: str, text: str) -> Found:
    return Found(
        feed=url, url=urljoin(url, "/"), title=_title(text), language=_language(text)
    )


def _title(text: str) -> str:
    """The first title in a page or feed."""
    found = _TITLE.search(text[:_LOOKED_AT])
    return one_line(next(filter(None, found.groups()), "")) if found else ""


def _language(text: str) -> str:
    """The first language tag in a page or feed, where it is one."""
    found = _LANGUAGE.search(text[:_LOOKED_AT])
    tag = next(filter(None, found.groups()), "").replace("_", "-") if found else ""
    return tag if _TAG.fullmatch(tag) else ""


def _with_networks(found: Found, networks: Sequence[Network]) -> Found:
    warnings = found.warnings
    if found.feed.startswith("http://") and not networks:
        warnings = (
            *warnings,
            "The feed is plain http, which can be changed on the way.",
        )
    return replace(found, allow=tuple(map(str, networks)), warnings=warnings)
