"""An AVIF, box by box (https://aomediacodec.github.io/av1-avif/, 2026-11-24).

Where its parts lie is said by their distance from the start of the file, so that it
is not taken apart here: what says more than it shows is drawn anew, or not sent.
"""

from __future__ import annotations

from collections.abc import Iterator

from share_bridge.images.picture import BadPictureError, Picture, at

__all__ = ["read_avif"]

_NEEDED = frozenset({b"ftyp", b"meta", b"mdat"})
_HOLDERS = {b"meta": 4, b"iprp": 0, b"ipco": 0}
_PIXELS = frozenset({b"av01", b"grid", b"iovl"})
_DEEPEST = 4


def read_avif(data: bytes) -> Picture:
    """Walk through it to its end.

    Raises:
        BadPictureError: It is cut off, or not built as an AVIF is.

    """
    boxes = list(_boxes(data))
    inner = [it for name, body in boxes if name == b"meta" for it in _within(body)]
    sizes = [
        (int.from_bytes(body[4:8], "big"), int.from_bytes(body[8:12], "big"))
        for name, body in inner
        if name == b"ispe"
    ]
    width = max((wide for wide, _ in sizes), default=0)
    height = max((high for _, high in sizes), default=0)
    if not width or not height or not any(name == b"mdat" for name, _ in boxes):
        raise BadPictureError("it has no picture in it")
    names = {name for name, _ in boxes}
    items = {kind for name, body in inner if name == b"iinf" for kind in _items(body)}
    return Picture(
        kind="image/avif",
        width=width,
        height=height,
        clean=data,
        alpha=any(name == b"auxC" and b"alpha" in body for name, body in inner),
        animated=b"moov" in names,
        private=bool(names - _NEEDED or items - _PIXELS),
    )


def _within(meta: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes inside `meta`, and inside what holds the picture's properties."""
    waiting = [(meta[4:], 1)]
    while waiting:
        data, depth = waiting.pop()
        for name, body in _boxes(data):
            yield name, body
            if name in _HOLDERS and depth < _DEEPEST:
                waiting.append((body[_HOLDERS[name] :], depth + 1))


def _items(iinf: bytes) -> Iterator[bytes]:
    """What each item of the file is: a picture, EXIF, XMP …"""
    start = 6 if not iinf[:1].strip(b"\0") else 8
    for name, body in _boxes(iinf[start:]):
        if name == b"infe":
            wide = body[:1] >= b"\3"
            yield body[10:14] if wide else body[8:12]


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The name of each box, and what is in it."""
    place = 0
    while place < len(data):
        length, head = int.from_bytes(at(data, place, 8)[:4], "big"), 8
        if length == 1:
            length, head = int.from_bytes(at(data, place + 8, 8), "big"), 16
        elif length == 0:
            length = len(data) - place
        if length < head:
            raise BadPictureError("it is not built as an AVIF is")
        body = at(data, place, length)[head:]
        yield data[place + 4 : place + 8], body
        place += length
