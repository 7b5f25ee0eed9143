"""A JPEG, segment by segment (ITU-T T.81, Annex B)."""

from __future__ import annotations

import re

from share_bridge.images.exif import turn_alone, turn_of
from share_bridge.images.picture import BadPictureError, Picture, at
from share_bridge.text.pattern import pattern

__all__ = ["read_jpeg"]

_MARK, _START, _END, _SCAN = 0xFF, 0xD8, 0xD9, 0xDA
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE
#: Of which the header has the size: all SOFn; the others in this range are tables.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: Tables, restarts, number of lines: what a decoder needs.
_NEEDED = _FRAMES | {0xC4, 0xCC, 0xDB, 0xDC, 0xDD}
_EXIF, _ICC = b"Exif\0\0", b"ICC_PROFILE\0"
#: Of JFIF's header, before its thumbnail.
_JFIF = 12
# Within a scan, FF00 is data and FFD0–FFD7 are restarts.
_MARKER = pattern(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)


def read_jpeg(data: bytes) -> Picture:
    """Walk through it to its end.

    Raises:
        BadPictureError: It is cut off, or not built as a JPEG is.

    """
    kept: list[bytes] = []
    place, size, turn, shown = 2, (0, 0), 1, False
    while True:
        marker, place = _marker(data, place)
        if marker == _END:
            break
        length = int.from_bytes(at(data, place, 2), "big")
        body = at(data, place, length)[2:]
        place += length
        if marker in _FRAMES:
            size = _size(body)
        elif marker == _APP1 and body.startswith(_EXIF):
            turn = turn_of(body[len(_EXIF) :])
        if (keeps := _kept(marker, body)) is not None:
            kept.append(_segment(marker, keeps))
        if marker == _SCAN:
            place, scan = _scan(data, place)
            kept.append(scan)
            shown = True
    if not (shown and all(size)):
        raise BadPictureError("it has no picture in it")
    if turn != 1:  # behind JFIF's header, which has to be the first
        first = int(kept[0][1] == _APP0)
        kept.insert(first, _segment(_APP1, _EXIF + turn_alone(turn)))
    clean = b"".join([b"\xff\xd8", *kept, b"\xff\xd9"])
    height, width = size
    return Picture(
        kind="image/jpeg", width=width, height=height, clean=clean, turn=turn
    )


def _marker(data: bytes, place: int) -> tuple[int, int]:
    """The next one, before which there may be filling, and where it is over."""
    mark, number = at(data, place, 2)
    while mark == number == _MARK:
        place += 1
        number = at(data, place, 2)[1]
    if mark != _MARK or number in {0, _START}:
        raise BadPictureError("it is not built as a JPEG is")
    return number, place + 2


def _kept(marker: int, body: bytes) -> bytes | None:
    """The segment as it stays, or None."""
    if marker == _APP0 and body.startswith(b"JFIF\0"):
        return body[:_JFIF] + b"\0\0"
    colours = marker == _APP2 and body.startswith(_ICC)
    adobe = marker == _APP14 and body.startswith(b"Adobe")
    return body if colours or adobe or marker in _NEEDED | {_SCAN} else None


def _size(body: bytes) -> tuple[int, int]:
    head = at(body, 1, 4)
    return int.from_bytes(head[:2], "big"), int.from_bytes(head[2:], "big")


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([_MARK, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def _scan(data: bytes, start: int) -> tuple[int, bytes]:
    """Where the next segment begins, and the picture's own bytes before it."""
    found = _MARKER.search(data, start)
    if found is None:
        raise BadPictureError("it ends too early")
    end = found.end() - 2
    return end, data[start:end]
