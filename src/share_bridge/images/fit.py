"""A picture becomes one that a target takes: as it is where it can be, else drawn anew.

Same picture, same limits, same result (with one version of Pillow).
"""

from __future__ import annotations

from importlib.util import find_spec

from msgspec import Struct

from share_bridge.images.picture import BadPictureError, Picture
from share_bridge.images.read import read_picture
from share_bridge.model.capabilities import MediaLimits

__all__ = ["Fitted", "fit", "foresee"]

_NAMES = {"image/jpeg": "JPEG", "image/webp": "WebP"}
#: Pixels: all of these have to be in memory at once, some two or three times; of a
#: JPEG as few as are needed.
_DECODED = 26_000_000
_INSTALL = "pip install 'share-bridge[images]'"


class Fitted(Struct, frozen=True, kw_only=True):
    """A picture as it is sent.

    Attributes:
        data: Its bytes; nothing in them but what shows the picture.
        kind: Its media type.
        size: Width and height in pixels, upright.
        change: What it became and why, in words; empty: each pixel is as it was.

    """

    data: bytes
    kind: str
    size: tuple[int, int]
    change: str = ""


def fit(data: bytes, limits: MediaLimits) -> Fitted:
    """The picture without what it does not show, within the limits.

    Args:
        data: The picture as it was found.
        limits: What the target takes. Where it loads pictures from their address,
            nothing is changed: others would see the one on the site.

    Raises:
        BadPictureError: It is no whole picture, does not fit, or could be made to fit
            by Pillow alone (the extra `images`), which is not installed.

    """
    picture = read_picture(data)
    reason = _refused(picture, limits, len(data))
    if limits.by_address:
        return Fitted(data=data, kind=picture.kind, size=picture.size)
    turns = picture.turn != 1 and _has_pillow() and _opens(picture)
    if not (reason or turns):
        # Whoever shows it turns it, by the one thing that is left of its EXIF.
        return Fitted(data=picture.clean, kind=picture.kind, size=picture.size)
    from share_bridge.images.redraw import redraw  # noqa: PLC0415 - what is changed alone

    drawn = redraw(picture, limits)
    told = reason or drawn.size != picture.size
    change = _told(picture, drawn.kind, drawn.size, len(drawn.data)) if told else ""
    return Fitted(data=drawn.data, kind=drawn.kind, size=drawn.size, change=change)


def foresee(data: bytes, limits: MediaLimits) -> str:
    """Why `fit` would change a picture, as far as can be told without decoding it.

    Returns:
        Empty where each pixel stays as it is.

    Raises:
        BadPictureError: As `fit`.

    """
    return _refused(read_picture(data), limits, len(data))


def _refused(picture: Picture, limits: MediaLimits, length: int) -> str:
    """Why a picture cannot go out as it is; empty: it can.

    Raises:
        BadPictureError: And it cannot be changed here.

    """
    reason = _unfit(picture, limits, length if limits.by_address else None)
    if reason and limits.by_address:
        raise BadPictureError(reason)
    if reason and not _has_pillow():
        fix = f"to send it in another size or format: {_INSTALL}"
        raise BadPictureError(f"{reason}; {fix}")
    if reason and not _opens(picture):
        width, height = picture.size
        much = f"{width:,} × {height:,} pixels, and over {_DECODED:,} of"
        raise BadPictureError(f"{much} {_name(picture.kind)} are not decoded")
    return reason


def _opens(picture: Picture) -> bool:
    """Whether there is the memory to decode it."""
    return picture.kind == "image/jpeg" or picture.width * picture.height <= _DECODED


def _has_pillow() -> bool:
    """Whether the extra `images` is there; it is not imported for that."""
    return find_spec("PIL") is not None


def _unfit(picture: Picture, limits: MediaLimits, length: int | None) -> str:
    """Why a picture cannot go out as it is, or empty.

    Args:
        picture: Which one.
        limits: What the target takes.
        length: Of its bytes, where they are not to be cleaned.

    """
    width, height = picture.size
    pixels = f"{width:,} × {height:,} pixels"
    size = len(picture.clean) if length is None else length
    if picture.kind not in limits.types:
        return f"{_name(picture.kind)}, which the target does not take"
    if limits.max_bytes is not None and size > limits.max_bytes:
        return f"{size:,} bytes, and the target takes {limits.max_bytes:,}"
    if limits.max_pixels is not None and width * height > limits.max_pixels:
        return f"{pixels}, and the target takes {limits.max_pixels:,} in all"
    if limits.max_edge is not None and max(width, height) > limits.max_edge:
        return f"{pixels}, and the target takes {limits.max_edge:,} a side"
    if picture.private and length is None:
        return "AVIF that says more than it shows"
    return ""


def _told(picture: Picture, kind: str, size: tuple[int, int], length: int) -> str:
    before = f"{picture.size[0]:,} × {picture.size[1]:,} {_name(picture.kind)}"
    after = f"{size[0]:,} × {size[1]:,} {_name(kind)}"
    first = "the first frame of " if picture.animated else ""
    return (
        f"{first}{before} of {_short(len(picture.clean))} is sent as "
        f"{after} of {_short(length)}"
    )


def _name(kind: str) -> str:
    return _NAMES.get(kind) or kind.partition("/")[2].upper()


def _short(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size > 1e5 else f"{size / 1e3:.1f} KB"  # noqa: PLR2004 - from a tenth on
