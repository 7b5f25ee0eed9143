"""Draws a picture anew, with Pillow: upright, in sRGB, as large as a target takes.

Imported for a picture that has to be changed, and for no other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from msgspec import Struct
from PIL import Image, ImageCms

from share_bridge.images.picture import BadPictureError, Picture
from share_bridge.model.capabilities import MediaLimits

__all__ = ["Drawn", "redraw"]

#: What is drawn is no larger: no teaser shows more.
_LONGEST = 4_096
#: What does not fit at that size is no picture any more.
_SMALLEST = 48
_SMALLER = 0.75
_PNG, _JPEG, _WEBP = "image/png", "image/jpeg", "image/webp"
_FORMS = {
    "image/avif": "AVIF",
    "image/gif": "GIF",
    _JPEG: "JPEG",
    _PNG: "PNG",
    _WEBP: "WEBP",
}
_LOSSLESS = frozenset({_PNG, "image/gif"})
#: How each form is written, the best first.
_QUALITIES = (88, 80, 70, 60)
_OPTIONS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    _PNG: ({},),
    _JPEG: tuple({"quality": it, "optimize": True} for it in _QUALITIES),
    _WEBP: tuple({"quality": it, "method": 4} for it in _QUALITIES),
}
_TURN = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Drawn(Struct, frozen=True, kw_only=True):
    """A picture that was drawn anew: bytes, media type, width and height."""

    data: bytes
    kind: str
    size: tuple[int, int]


def redraw(picture: Picture, limits: MediaLimits) -> Drawn:
    """The picture in the best form and quality that fits; of many frames the first.

    Raises:
        BadPictureError: It cannot be decoded, or nothing that is left of it fits.

    """
    try:
        drawn = next(_tried(_decoded(picture, limits), picture.kind, limits), None)
    except BadPictureError:
        raise
    except Exception as error:  # the border: a decoder raises anything
        raise BadPictureError(f"it cannot be decoded: {error}") from error
    if drawn is None:
        raise BadPictureError("nothing that is left of it would fit")
    return drawn


def _decoded(picture: Picture, limits: MediaLimits) -> Image.Image:
    """Pixels, as few as are needed, upright, that mean sRGB."""
    form = _FORMS[picture.kind]
    with Image.open(BytesIO(picture.clean), formats=(form,)) as image:
        if image.width * image.height > picture.width * picture.height:
            raise BadPictureError("it is larger than it says")
        profile = image.info.get("icc_profile")
        turn = _TURNS.get(image.getexif().get(_TURN, 1))
        size = _within(image.size, limits)
        if picture.kind == _JPEG:
            image.draft(None, size)
        drawn = _plain(image)
    if drawn.size != size:
        drawn = drawn.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    drawn = _in_srgb(drawn, profile)
    drawn.info.clear()
    return _as_seen(drawn if turn is None else drawn.transpose(turn))


def _within(size: tuple[int, int], limits: MediaLimits) -> tuple[int, int]:
    """The largest size of that shape that the target takes."""
    width, height = size
    longest = min(_LONGEST, limits.max_edge or _LONGEST)
    scale = min(1.0, longest / max(size))
    if limits.max_pixels is not None:
        scale = min(scale, math.sqrt(limits.max_pixels / (width * height)))
    return max(1, int(width * scale)), max(1, int(height * scale))


def _plain(image: Image.Image) -> Image.Image:
    """In a mode that can be resized: grey, colours or inks, perhaps with alpha."""
    if image.mode.startswith("I"):  # grey, of 16 bits
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if "transparency" in image.info or image.mode == "PA":
        return image.convert("RGBA")
    if image.mode in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        image.load()
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The same colours, without a profile; one that cannot be read is none."""
    wanted = "RGB" if image.mode == "CMYK" else image.mode
    if profile and wanted in {"RGB", "RGBA"}:
        try:
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode=wanted,
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        image = image if converted is None else converted
    return image if image.mode == wanted else image.convert(wanted)


def _as_seen(image: Image.Image) -> Image.Image:
    """Without an alpha channel that lets nothing through."""
    if image.mode in {"LA", "RGBA"} and image.getchannel("A").getextrema()[0] == 255:  # noqa: PLR2004 - opaque
        return image.convert(image.mode.removesuffix("A"))
    return image


def _tried(image: Image.Image, kind: str, limits: MediaLimits) -> Iterator[Drawn]:
    """What fits, the best first: every form and quality, then a smaller size."""
    forms = [form for form in _forms(image, kind) if form in limits.types]
    while forms:
        for form in forms:
            for options in _OPTIONS[form]:
                data = _encoded(image, form, options)
                if limits.max_bytes is None or len(data) <= limits.max_bytes:
                    yield Drawn(data=data, kind=form, size=image.size)
        width, height = image.size
        smaller = max(1, int(width * _SMALLER)), max(1, int(height * _SMALLER))
        if max(smaller) < _SMALLEST:
            return
        image = image.resize(smaller, Image.Resampling.LANCZOS)


def _forms(image: Image.Image, kind: str) -> tuple[str, ...]:
    """As what it may be sent, the best first."""
    if image.mode in {"LA", "RGBA"}:
        return _PNG, _WEBP, _JPEG
    if kind in _LOSSLESS:
        return _PNG, _JPEG, _WEBP
    return (_WEBP, _JPEG, _PNG) if kind == _WEBP else (_JPEG, _WEBP, _PNG)


def _encoded(image: Image.Image, form: str, options: Mapping[str, Any]) -> bytes:
    if form == _JPEG and image.mode in {"LA", "RGBA"}:
        image = _on_white(image)
    buffer = BytesIO()
    image.save(buffer, _FORMS[form], **options)
    return buffer.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    """As it is seen on paper."""
    seen = image.convert("RGBA")
    paper = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(paper, seen).convert("RGB")
