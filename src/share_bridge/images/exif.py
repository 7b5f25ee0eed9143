"""The one thing in EXIF that changes how a picture looks: which way is up.

CIPA DC-008 (https://www.cipa.jp/e/std/std-sec.html, 2026-11-24), after TIFF 6.0.
"""

from __future__ import annotations

import struct

__all__ = ["turn_alone", "turn_of"]

_TURN = 0x0112
_SHORT = 3
_MOST_ENTRIES = 200
_TURNS = range(1, 9)


def turn_of(exif: bytes) -> int:
    """How the picture is to be turned; 1 where that is not said, or makes no sense."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, start)
        for number in range(min(count, _MOST_ENTRIES)):
            entry = start + 2 + 12 * number
            tag, kind, _, turn = struct.unpack_from(f"{order}HHIH", exif, entry)
            if (tag, kind) == (_TURN, _SHORT):
                return turn if turn in _TURNS else 1
    except struct.error:
        pass
    return 1


def turn_alone(turn: int) -> bytes:
    """EXIF that says this and nothing else."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _TURN, _SHORT, 1, turn, 0, 0)
