"""Pictures for tests: made here, by hand where their bytes matter, else by Pillow."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from random import Random
from typing import Any

from PIL import Image, ImageCms

__all__ = [
    "GPS",
    "SECRET",
    "draw",
    "exif_that_tells",
    "image_of",
    "noise",
    "png",
    "png_chunk",
    "saved",
    "swapped_profile",
]

#: Stands in metadata, and must never leave.
SECRET = b"47.3769N-at-home"
GPS = 0x8825


def draw(
    form: str = "PNG",
    size: tuple[int, int] = (120, 80),
    *,
    mode: str = "RGB",
    fill: Any = None,
    **options: Any,
) -> bytes:
    """A picture of one colour, in any form."""
    image = Image.new(mode, size, fill if fill is not None else _grey(mode))
    return saved(image, form, **options)


def noise(
    form: str = "PNG", size: tuple[int, int] = (400, 300), *, mode: str = "RGB"
) -> bytes:
    """A picture that does not compress."""
    length = size[0] * size[1] * len(Image.new(mode, (1, 1)).getbands())
    return saved(Image.frombytes(mode, size, Random(1).randbytes(length)), form)


def image_of(data: bytes) -> Image.Image:
    """The picture, decoded."""
    image = Image.open(BytesIO(data))
    image.load()
    return image


def exif_that_tells(*, turn: int | None = None) -> bytes:
    """EXIF with a place, a camera, and perhaps which way is up."""
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(GPS)[0x001D] = SECRET.decode()
    if turn is not None:
        exif[0x0112] = turn
    return exif.tobytes()


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk with its check."""
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def png(
    width: int = 2, height: int = 2, *, extra: bytes = b"", rows: bytes | None = None
) -> bytes:
    """A grey PNG that says it has this size; its pixels are there, or given."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\x20" * width) * height if rows is None else rows)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", head)
        + extra
        + png_chunk(b"IDAT", pixels)
        + png_chunk(b"IEND", b"")
    )


def swapped_profile() -> bytes:
    """A colour profile that says blue where others say red."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    count = struct.unpack_from(">I", plain, 128)[0]
    table = plain[132 : 132 + 12 * count]
    swapped = table.replace(b"rXYZ", b"?").replace(b"bXYZ", b"rXYZ")
    return plain[:132] + swapped.replace(b"?", b"bXYZ") + plain[132 + 12 * count :]


def _grey(mode: str) -> Any:
    return {"RGB": (90, 120, 60), "RGBA": (90, 120, 60, 128), "LA": (90, 128)}.get(
        mode, 0
    )


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    """Its bytes in that form."""
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()
