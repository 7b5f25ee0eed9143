"""Bytes to a picture that is whole, and not more than can be opened."""

from __future__ import annotations

from share_bridge.images.avif import read_avif
from share_bridge.images.gif import read_gif
from share_bridge.images.jpeg import read_jpeg
from share_bridge.images.kinds import described, media_type
from share_bridge.images.picture import BadPictureError, Picture
from share_bridge.images.png import read_png
from share_bridge.images.webp import read_webp

__all__ = ["MAX_PIXELS", "read_picture"]

#: Phones make pictures of 48 or 50 million; more is a bomb, or for the wall.
MAX_PIXELS = 51_000_000
_READERS = {
    "image/avif": read_avif,
    "image/gif": read_gif,
    "image/jpeg": read_jpeg,
    "image/png": read_png,
    "image/webp": read_webp,
}


def read_picture(data: bytes) -> Picture:
    """What the bytes are, without decoding them.

    Raises:
        BadPictureError: They are no picture of a kind that is known, or not a whole
            one, or one that would unpack to more than `MAX_PIXELS`.

    """
    kind = media_type(data)
    if not kind:
        raise BadPictureError(described(data))
    picture = _READERS[kind](data)
    pixels = picture.width * picture.height
    if not pixels:
        raise BadPictureError("it has no picture in it")
    if pixels > MAX_PIXELS:
        raise BadPictureError(
            f"{picture.width:,} × {picture.height:,} pixels: over {MAX_PIXELS:,}"
        )
    return picture
