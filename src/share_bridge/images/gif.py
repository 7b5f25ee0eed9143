"""A GIF, block by block (https://www.w3.org/Graphics/GIF/spec-gif89a.txt)."""

from __future__ import annotations

from share_bridge.images.picture import BadPictureError, Picture, at

__all__ = ["read_gif"]

_HEAD = 13
_FRAME, _EXTENSION, _END = b",", b"!", b";"
_CONTROL, _APPLICATION = b"\xf9", b"\xff"
#: How often an animation repeats.
_LOOPS = (b"\x0bNETSCAPE2.0", b"\x0bANIMEXTS1.0")


def read_gif(data: bytes) -> Picture:
    """Walk through it to its end.

    Raises:
        BadPictureError: It is cut off, or not built as a GIF is.

    """
    place = _HEAD + _table(at(data, 0, _HEAD)[10])
    kept = [at(data, 0, place)]
    width, height = _pair(data, 6)
    frames, alpha = 0, False
    while (block := at(data, place, 1)) != _END:
        start = place
        if block == _FRAME:
            head = at(data, place, 10)
            left, top, wide, high = *_pair(head, 1), *_pair(head, 5)
            width, height = max(width, left + wide), max(height, top + high)
            # One byte more: how its codes begin.
            place = _behind(data, place + 10 + _table(head[9]) + 1)
            frames += 1
        elif block == _EXTENSION:
            place = _behind(data, place + 2)
        else:
            raise BadPictureError("it is not built as a GIF is")
        part = data[start:place]
        control = part[:2] == _EXTENSION + _CONTROL
        alpha = alpha or (control and bool(at(part, 3, 1)[0] & 1))
        loops = part[1:2] == _APPLICATION and part[2:].startswith(_LOOPS)
        if block == _FRAME or control or loops:
            kept.append(part)
    if not frames:
        raise BadPictureError("it has no picture in it")
    return Picture(
        kind="image/gif",
        width=width,
        height=height,
        clean=b"".join([*kept, _END]),
        alpha=alpha,
        animated=frames > 1,
    )


def _pair(data: bytes, start: int) -> tuple[int, int]:
    both = at(data, start, 4)
    return int.from_bytes(both[:2], "little"), int.from_bytes(both[2:], "little")


def _table(flags: int) -> int:
    """How many bytes of colours follow."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _behind(data: bytes, place: int) -> int:
    """Where a row of sub-blocks is over."""
    while length := at(data, place, 1)[0]:
        place += length + 1
    return place + 1
