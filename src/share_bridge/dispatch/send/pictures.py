"""Gives a message the bytes of its pictures; one that cannot be had is left out."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from share_bridge.config.model import NetworkConfig
from share_bridge.images.fit import fit
from share_bridge.images.picture import BadPictureError
from share_bridge.model.capabilities import MediaLimits
from share_bridge.model.post import Image
from share_bridge.text.escape import for_line

if TYPE_CHECKING:
    import httpx

__all__ = ["MAX_BYTES", "NO_ADDRESS", "LeftOutError", "read_file", "read_pictures"]

#: Of one picture as it is found, whatever a target takes: as cameras make them.
MAX_BYTES = 20_000_000
#: Longer side of a picture in a text that is more than a sign in it, in pixels.
_ICON = 100
#: Why a picture beside a post is not sent where pictures are loaded from the site.
NO_ADDRESS = "it is known as a file, and readers there load pictures by their address"
#: Such as are never shown to be waited for: neither pipes nor terminals.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)
_OK = 200


class LeftOutError(Exception):
    """Why a picture is left out, for people."""


async def read_pictures(
    images: Sequence[Image],
    *,
    media: MediaLimits,
    network: NetworkConfig,
    folder: Path,
    seconds: float,
    tell: Callable[[str], None],
    transport: httpx.AsyncBaseTransport | None = None,
) -> tuple[Image, ...]:
    """The images with bytes that the target takes, without those that cannot be had.

    Addresses come from content: public ones are reached, and those that
    `[network] allow_from_content` lists. Files are read inside `folder` only,
    wherever links lead. What a picture is, its own first bytes say.

    Args:
        images: Of a message, in order.
        media: What the target takes; with `max_count` 0 nothing is read.
        network: `[network]`.
        folder: The configuration's, which `Image.path` is relative to.
        seconds: For reading all of them together.
        tell: Told, in a line, which one is left out or changed, and why.
        transport: Replaces the network.

    """
    wanted = images[: media.max_count]
    if not wanted:
        return ()
    client = _client(network, seconds, transport) if _has_address(wanted) else None

    async def read(image: Image) -> Image | None:
        try:
            async with asyncio.timeout(seconds):
                shown, data = await _read(image, media, folder=folder, client=client)
            return await _fitted(image, data, media, shown=shown, tell=tell)
        except TimeoutError:
            reason = "it did not come in time"
        except LeftOutError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - a picture never stops a post
            reason = f"{type(error).__name__}: {error}"
        tell(for_line(f"a picture is left out: {reason}"))
        return None

    try:
        found = await asyncio.gather(*(read(image) for image in wanted))
    finally:
        if client is not None:
            await client.aclose()
    return tuple(image for image in found if image is not None)


async def _fitted(
    image: Image,
    data: bytes,
    media: MediaLimits,
    *,
    shown: str,
    tell: Callable[[str], None],
) -> Image:
    """The image with bytes that the target takes."""
    loop = asyncio.get_running_loop()
    try:
        fitted = await loop.run_in_executor(_in_turn(), fit, data, media)
    except BadPictureError as error:
        raise LeftOutError(f"{shown}: {error}") from error
    width, height = fitted.size
    if image.found and max(width, height) < _ICON:
        raise LeftOutError(f"{shown}: {width} × {height} pixels: an icon")
    if fitted.change:
        tell(for_line(f"a picture is changed: {shown}: {fitted.change}"))
    return replace(
        image, data=fitted.data, media_type=fitted.kind, width=width, height=height
    )


@cache
def _in_turn() -> ThreadPoolExecutor:
    """One picture after the other, of all targets: each takes memory of its own."""
    return ThreadPoolExecutor(1, thread_name_prefix="share-bridge-images")


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
) -> tuple[str, bytes]:
    """Where it was found, as people are told, and its bytes."""
    at_most = min(MAX_BYTES, (media.by_address and media.max_bytes) or MAX_BYTES)
    if media.by_address and not image.url:
        raise LeftOutError(f"{image.path}: {NO_ADDRESS}")
    if image.path:
        data = await asyncio.to_thread(read_file, folder, image.path, at_most)
        return image.path, data
    if client is None:
        raise LeftOutError("it has no address")
    return await _from_address(client, image.url, at_most)


async def _from_address(
    client: httpx.AsyncClient, url: str, at_most: int
) -> tuple[str, bytes]:
    from share_bridge.http.fetch import FetchError, fetch  # noqa: PLC0415 - see above
    from share_bridge.http.redact import show_url  # noqa: PLC0415 - the same

    try:
        seconds = client.timeout.read or 1.0
        answer = await fetch(client, url, max_bytes=at_most, deadline=seconds)
    except FetchError as error:
        raise LeftOutError(_advice(error, show_url(url))) from error
    shown = show_url(answer.url)
    if answer.status != _OK:
        raise LeftOutError(f"{shown}: answered {answer.status}")
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


def read_file(folder: Path, name: str, at_most: int) -> bytes:
    """A picture inside the folder; after every link it is still inside.

    Raises:
        LeftOutError: It is not, is no file, or larger than `at_most` bytes.

    """
    inside = folder.resolve()
    try:
        path = (inside / name).resolve(strict=True)
        if not path.is_relative_to(inside):
            raise LeftOutError(f"{name}: it leads out of the folder of the posts")
        with open(os.open(path, _FLAGS), "rb") as file:  # noqa: PTH123 - flags
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise LeftOutError(f"{name}: not a file")
            data = file.read(at_most + 1)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise LeftOutError(f"{name}: {reason}") from error
    if len(data) > at_most:
        raise LeftOutError(f"{name}: over {at_most:,} bytes")
    return data
