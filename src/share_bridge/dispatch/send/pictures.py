"""Gives a message the bytes of its pictures; one that cannot be read is left out."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from share_bridge.config.model import NetworkConfig
from share_bridge.model.capabilities import MediaLimits
from share_bridge.model.post import Image
from share_bridge.text.escape import for_line

if TYPE_CHECKING:
    import httpx

__all__ = ["MAX_BYTES", "media_type", "read_pictures"]

#: Of one picture, whatever a target takes: more is a camera's original or a bomb.
MAX_BYTES = 8_000_000
#: Such as are never shown to be waited for: neither pipes nor terminals.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)
_OK = 200


class _LeftOutError(Exception):
    """Why a picture is left out, for people."""


async def read_pictures(
    images: Sequence[Image],
    *,
    media: MediaLimits,
    network: NetworkConfig,
    folder: Path,
    seconds: float,
    log: logging.Logger,
    transport: httpx.AsyncBaseTransport | None = None,
) -> tuple[Image, ...]:
    """The images with their bytes and media type, without those that cannot be had.

    Addresses come from content: public ones are reached, and those that
    `[network] allow_from_content` lists. Files are read inside `folder` only,
    wherever links lead. What a picture is, its own first bytes say.

    Args:
        images: Of a message, in order.
        media: What the target takes; with `max_count` 0 nothing is read.
        network: `[network]`.
        folder: The configuration's, which `Image.path` is relative to.
        seconds: For all of them together.
        log: Where it is said which one is left out, and why.
        transport: Replaces the network.

    """
    wanted = images[: media.max_count]
    if not wanted:
        return ()
    client = _client(network, seconds, transport) if _has_address(wanted) else None

    async def read(image: Image) -> Image | None:
        try:
            async with asyncio.timeout(seconds):
                return await _read(image, media, folder=folder, client=client)
        except TimeoutError:
            reason = "it did not come in time"
        except _LeftOutError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - a picture never stops a post
            reason = f"{type(error).__name__}: {error}"
        log.warning("a picture is left out: %s", for_line(reason))
        return None

    try:
        found = await asyncio.gather(*(read(image) for image in wanted))
    finally:
        if client is not None:
            await client.aclose()
    return tuple(image for image in found if image is not None)


def media_type(data: bytes) -> str:
    """What the bytes are: PNG, JPEG, GIF, WebP or AVIF; empty: something else."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        brands = data[8 : min(int.from_bytes(data[:4], "big"), 256)]
        found = {brands[at : at + 4] for at in range(0, len(brands), 4)}
        return "image/avif" if found & {b"avif", b"avis"} else ""
    return ""


_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def _has_address(images: Sequence[Image]) -> bool:
    return any(not image.path for image in images)


def _client(
    network: NetworkConfig, seconds: float, transport: httpx.AsyncBaseTransport | None
) -> httpx.AsyncClient:
    from share_bridge.http.addresses import Reach  # noqa: PLC0415 - few posts need it
    from share_bridge.http.client import open_client  # noqa: PLC0415 - the same

    return open_client(
        Reach(allow=network.allow_from_content),
        timeout=seconds,
        http_allowed=True,
        transport=transport,
    )


async def _read(
    image: Image, media: MediaLimits, *, folder: Path, client: httpx.AsyncClient | None
) -> Image:
    at_most = min(MAX_BYTES, media.max_bytes or MAX_BYTES)
    shown = image.path
    if image.path:
        data = await asyncio.to_thread(_from_file, folder, image.path, at_most)
    elif client is not None:
        shown, data = await _from_address(client, image.url, at_most)
    kind = media_type(data)
    if not kind:
        raise _LeftOutError(f"{shown}: not a picture (PNG, JPEG, GIF, WebP or AVIF)")
    if kind not in media.types:
        raise _LeftOutError(f"{shown}: {kind}, which the target does not take")
    return replace(image, data=data, media_type=kind)


async def _from_address(
    client: httpx.AsyncClient, url: str, at_most: int
) -> tuple[str, bytes]:
    from share_bridge.http.fetch import FetchError, fetch  # noqa: PLC0415 - see above
    from share_bridge.http.redact import show_url  # noqa: PLC0415 - the same

    try:
        seconds = client.timeout.read or 1.0
        answer = await fetch(client, url, max_bytes=at_most, deadline=seconds)
    except FetchError as error:
        raise _LeftOutError(_advice(error, show_url(url))) from error
    shown = show_url(answer.url)
    if answer.status != _OK:
        raise _LeftOutError(f"{shown}: answered {answer.status}")
    return shown, answer.body


def _advice(error: Exception, shown: str) -> str:
    """What the guard says, with the settings that rule pictures."""
    from share_bridge.http.errors import (  # noqa: PLC0415 - see `_client`
        RefusedAddressError,
        TooLargeError,
    )

    if isinstance(error.__cause__, RefusedAddressError):
        return f"{shown}: it is not at a public address"
    if isinstance(error.__cause__, TooLargeError):
        return f"{shown}: {error.__cause__}"
    return str(error)


def _from_file(folder: Path, name: str, at_most: int) -> bytes:
    """A file inside the folder; after every link it is still inside."""
    inside = folder.resolve()
    try:
        path = (inside / name).resolve(strict=True)
        if not path.is_relative_to(inside):
            raise _LeftOutError(f"{name}: it leads out of the folder of the posts")
        with open(os.open(path, _FLAGS), "rb") as file:  # noqa: PTH123 - flags
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _LeftOutError(f"{name}: not a file")
            data = file.read(at_most + 1)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _LeftOutError(f"{name}: {reason}") from error
    if len(data) > at_most:
        raise _LeftOutError(f"{name}: over {at_most:,} bytes")
    return data
