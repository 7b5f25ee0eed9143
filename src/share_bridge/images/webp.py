"""A WebP, chunk by chunk (RFC 9649)."""

from __future__ import annotations

from msgspec import Struct

from share_bridge.images.exif import turn_alone, turn_of
from share_bridge.images.picture import BadPictureError, Picture, at

__all__ = ["read_webp"]

#: What shows the picture: canvas, colours, frames, transparency, pixels.
_NEEDED = frozenset({b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"})
_PIXELS = frozenset({b"ANMF", b"VP8 ", b"VP8L"})
_ALPHA, _EXIF, _XMP = 0x10, 0x08, 0x04
_EXIF_START = b"Exif\0\0"


class _Seen(Struct):
    """What the chunks said so far."""

    width: int = 0
    height: int = 0
    alpha: bool = False
    turn: int = 1

    def size(self, width: int, height: int) -> None:
        """The largest that any of them names: none may hide what it unpacks to."""
        self.width, self.height = max(self.width, width), max(self.height, height)


def read_webp(data: bytes) -> Picture:
    """Walk through it to its end.

    Raises:
        BadPictureError: It is cut off, or not built as a WebP is.

    """
    end = int.from_bytes(at(data, 4, 4), "little") + 8
    at(data, 0, end)
    parts: list[tuple[bytes, bytes]] = []
    seen, place = _Seen(), 12
    while place + 8 <= end:
        name, length = data[place : place + 4], _number(data, place + 4, 4)
        body = at(data[:end], place + 8, length)
        place += 8 + length + length % 2
        _look(seen, name, body)
        if name in _NEEDED:
            parts.append((name, body))
    names = [name for name, _ in parts]
    if not _PIXELS & set(names) or not (seen.width and seen.height):
        raise BadPictureError("it has no picture in it")
    return Picture(
        kind="image/webp",
        width=seen.width,
        height=seen.height,
        clean=_joined(parts, seen.turn if names[0] == b"VP8X" else 1),
        alpha=seen.alpha,
        animated=names.count(b"ANMF") > 1,
        turn=seen.turn,
    )


def _look(seen: _Seen, name: bytes, body: bytes) -> None:
    if name == b"VP8X":
        at(body, 0, 10)
        seen.size(_number(body, 4, 3) + 1, _number(body, 7, 3) + 1)
        seen.alpha = seen.alpha or bool(body[0] & _ALPHA)
    elif name == b"ANMF":
        at(body, 0, 16)
        seen.size(_number(body, 6, 3) + 1, _number(body, 9, 3) + 1)
    elif name == b"VP8 ":
        if at(body, 3, 3) != b"\x9d\x01\x2a":
            raise BadPictureError("it is not built as a WebP is")
        at(body, 0, 10)
        seen.size(_number(body, 6, 2) & 0x3FFF, _number(body, 8, 2) & 0x3FFF)
    elif name == b"VP8L":
        at(body, 0, 5)
        bits = _number(body, 1, 4)
        seen.size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        seen.alpha = seen.alpha or bool(bits >> 28 & 1)
    elif name == b"EXIF":
        seen.turn = turn_of(body.removeprefix(_EXIF_START))


def _joined(parts: list[tuple[bytes, bytes]], turn: int) -> bytes:
    chunks = []
    for name, body in parts:
        if name == b"VP8X":  # its flags say what else there is
            flags = body[0] & ~(_EXIF | _XMP) | (_EXIF if turn != 1 else 0)
            body = bytes([flags]) + body[1:]  # noqa: PLW2901 - the same, mended
        chunks.append(_chunk(name, body))
    if turn != 1:
        chunks.append(_chunk(b"EXIF", turn_alone(turn)))
    joined = b"WEBP" + b"".join(chunks)
    return b"RIFF" + len(joined).to_bytes(4, "little") + joined


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)


def _number(data: bytes, start: int, length: int) -> int:
    return int.from_bytes(data[start : start + length], "little")
