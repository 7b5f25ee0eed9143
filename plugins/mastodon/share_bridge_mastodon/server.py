"""What this server takes: its own limits, and whether it keeps idempotency keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from share_bridge.plugin import (
    Capabilities,
    MediaLimits,
    PublishError,
    Support,
    TextLimit,
    TransientError,
    network,
    read_json,
    replace,
)
from share_bridge_mastodon.api import Api

__all__ = ["CAPABILITIES", "KEEPS_KEYS", "discover", "narrowed"]

CAPABILITIES = replace(
    network("mastodon").capabilities,
    discover=True,
    login=True,
    interactions=True,
    edit=Support.FULL,
    delete=Support.FULL,
    recent=Support.FULL,
    threads=Support.FULL,
    visibility=Support.FULL,
    language=Support.FULL,
    schedule=Support.NOT_IMPLEMENTED,
)

#: Seen to keep a key; Mastodon for an hour (https://docs.joinmastodon.org/methods/
#: statuses/#create, 2026-11-22). GoToSocial, snac, Takahe and Sharkey ignore it.
KEEPS_KEYS = frozenset({"mastodon", "hollo"})
KEY_LIFETIME = timedelta(minutes=55)
_INSTANCES = ("/api/v2/instance", "/api/v1/instance")
_NODEINFO = "/.well-known/nodeinfo"
_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"


async def discover(api: Api) -> Capabilities:
    """Ask the server for its limits, and what it runs.

    Raises:
        PublishError: It does not tell its limits.

    """
    import httpx  # noqa: PLC0415 - loaded with the first request anyway

    instance = await _instance(api)
    try:
        software = await _software(api)
    except (PublishError, httpx.HTTPError) as error:
        api.context.log.debug("its software could not be asked for: %s", error)
        software = ""
    return narrowed(instance, software, at_most=api.context.settings.max_characters)


def narrowed(
    instance: Mapping[str, Any], software: str, *, at_most: int | None = None
) -> Capabilities:
    """The capabilities of a server, from its own description.

    Args:
        instance: v2 or v1; what is missing or makes no sense keeps its default.
        software: By NodeInfo, in lower case, or empty.
        at_most: What the target's settings say.

    """
    configuration = _part(instance, "configuration")
    statuses, media = (
        _part(configuration, "statuses"),
        _part(configuration, "media_attachments"),
    )
    most = _number(statuses, "max_characters") or _number(instance, "max_toot_chars")
    url = _number(statuses, "characters_reserved_per_url")
    images = _number(statuses, "max_media_attachments") or _number(
        instance, "max_media_attachments"
    )
    alt = _number(media, "description_limit") or _number(instance, "description_limit")
    size = _number(media, "image_size_limit") or _number(instance, "upload_limit")
    pixels = _number(media, "image_matrix_limit")
    types = media.get("supported_mime_types")
    documented, taken = CAPABILITIES.text[0], CAPABILITIES.media
    counting = documented.counting
    return replace(
        CAPABILITIES,
        text=(
            TextLimit(
                min(most or documented.maximum, at_most or most or documented.maximum),
                replace(counting, url_length=url or counting.url_length),
            ),
        ),
        media=MediaLimits(
            images or taken.max_count,
            size or taken.max_bytes,
            alt or taken.max_alt,
            _images(types) if isinstance(types, list) else taken.types,
            max_pixels=pixels or taken.max_pixels,
        ),
        honours_keys=KEY_LIFETIME if software in KEEPS_KEYS else None,
    )


async def _instance(api: Api) -> Mapping[str, Any]:
    """The newer description; where there is none, the older."""
    for path in _INSTANCES[:-1]:
        response = await api.ask("GET", path)
        if response.is_success:
            try:
                return _object(api, api.json(response))
            except TransientError:
                break
    return _object(api, await api.read(_INSTANCES[-1]))


def _object(api: Api, answer: Any) -> Mapping[str, Any]:
    if isinstance(answer, dict):
        return answer
    raise TransientError(f"{api.host} answered with JSON that describes no server")


async def _software(api: Api) -> str:
    """By NodeInfo (https://nodeinfo.diaspora.software/protocol.html, 2026-11-22)."""
    listed = await api.read(_NODEINFO)
    links = listed.get("links") if isinstance(listed, dict) else None
    addresses = [
        str(link.get("href"))
        for link in (links if isinstance(links, list) else ())
        if isinstance(link, dict) and str(link.get("rel")).startswith(_SCHEMA)
    ]
    if not addresses:
        return ""
    address = urljoin(api.context.settings.server, addresses[-1])
    if urlsplit(address).scheme not in {"http", "https"}:
        return ""
    # It may stand on another host, which is not to see the token.
    response = await api.context.http.get(address)
    if not response.is_success:
        return ""
    software = _part(_object(api, read_json(response)), "software")
    return str(software.get("name") or "").lower()


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = document.get(name)
    return value if isinstance(value, dict) else {}


def _number(document: Mapping[str, Any], name: str) -> int | None:
    """A number of things; a server that says 0 or "many" says nothing."""
    value = document.get(name)
    return value if type(value) is int and value > 0 else None


def _images(types: list[Any]) -> frozenset[str]:
    return frozenset(str(kind) for kind in types if str(kind).startswith("image/"))
