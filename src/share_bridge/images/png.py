"""A PNG, chunk by chunk (https://www.w3.org/TR/png-3/, 2026-11-24)."""

from __future__ import annotations

import struct
import zlib

from share_bridge.images.exif import turn_alone, turn_of
from share_bridge.images.picture import BadPictureError, Picture, at

__all__ = ["read_png"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: What shows the picture: pixels, colours, transparency, frames.
_NEEDED = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI pHYs "
    b"acTL fcTL fdAT".split()
)
_SEE_THROUGH = frozenset({4, 6})


def read_png(data: bytes) -> Picture:
    """Walk through it to its end.

    Raises:
        BadPictureError: It is cut off, damaged, or not built as a PNG is.

    """
    kept: list[bytes] = []
    seen: set[bytes] = set()
    head, turn, place = b"", 1, len(_SIGNATURE)
    while b"IEND" not in seen:
        length, kind = struct.unpack(">I4s", at(data, place, 8))
        chunk = at(data, place, length + 12)
        place += length + 12
        if not seen:
            head = chunk[8:-4]
            if kind != b"IHDR" or len(head) != 13:  # noqa: PLR2004 - as it is defined
                raise BadPictureError("it is not built as a PNG is")
        seen.add(kind)
        if kind in _NEEDED:
            if zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
                raise BadPictureError("it is damaged")
            kept.append(chunk)
        elif kind == b"eXIf":
            turn = turn_of(chunk[8:-4])
    if b"IDAT" not in seen:
        raise BadPictureError("it has no picture in it")
    if turn != 1:
        kept.insert(1, _chunk(b"eXIf", turn_alone(turn)))
    width, height, _, colour = struct.unpack(">IIBB", head[:10])
    return Picture(
        kind="image/png",
        width=width,
        height=height,
        clean=_SIGNATURE + b"".join(kept),
        alpha=colour in _SEE_THROUGH or b"tRNS" in seen,
        animated=b"acTL" in seen,
        turn=turn,
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + kind + body + check
