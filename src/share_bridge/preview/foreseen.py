"""What becomes of the pictures beside local posts: read here, and not decoded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from share_bridge.dispatch.send.pictures import (
    MAX_BYTES,
    NO_ADDRESS,
    LeftOutError,
    read_file,
)
from share_bridge.images.fit import foresee
from share_bridge.images.picture import BadPictureError
from share_bridge.model.capabilities import MediaLimits
from share_bridge.model.post import Image

__all__ = ["foreseen"]


def foreseen(
    images: Sequence[Image], media: MediaLimits, folder: Path
) -> Iterator[str]:
    """A line for each that is left out or changed.

    Args:
        images: Of a message; those that are known by their address are not asked for.
        media: What the target takes.
        folder: The configuration's.

    """
    for path in (image.path for image in images if not image.url):
        yield from _foreseen(path, media, folder)


def _foreseen(path: str, media: MediaLimits, folder: Path) -> Iterator[str]:
    if media.by_address:
        yield f"A picture is left out: {path}: {NO_ADDRESS}"
        return
    try:
        reason = foresee(read_file(folder, path, MAX_BYTES), media)
    except LeftOutError as error:
        yield f"A picture is left out: {error}"
    except BadPictureError as error:
        yield f"A picture is left out: {path}: {error}"
    else:
        if reason:
            yield f"A picture is made to fit: {path}: {reason}"
