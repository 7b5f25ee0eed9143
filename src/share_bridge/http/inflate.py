"""Decompresses an answer in small steps, so that a bomb never gets to explode."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from share_bridge.http.errors import BadEncodingError

__all__ = ["Inflater"]

#: Most that one step gives; what is left stays compressed.
_STEP = 65_536
#: Window bits of zlib and gzip, told apart by their first bytes.
_EITHER = 47
_GZIP = b"\x1f\x8b"


class Inflater:
    """Gzip or zlib, bounded to 64 KiB a step; gzip may have several members."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_EITHER)
        self._started = False
        self._held = b""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What `chunk` decompresses to, piece by piece.

        Raises:
            BadEncodingError: It is neither gzip nor zlib.

        """
        self._started = self._started or bool(chunk)
        more = bool(chunk)
        while more:
            if self._stream.eof:
                chunk = self._held + chunk
                if not chunk.startswith(_GZIP):
                    # Padding after the last member, or half of the next one's start.
                    self._held = chunk[: len(_GZIP)]
                    return
                self._stream, self._held = zlib.decompressobj(_EITHER), b""
            piece = self._step(chunk)
            if piece:
                yield piece
            chunk = self._stream.unused_data or self._stream.unconsumed_tail
            more = bool(chunk) or (len(piece) == _STEP and not self._stream.eof)

    def finish(self) -> None:
        """Say that nothing follows.

        Raises:
            BadEncodingError: Something should.

        """
        if self._started and not self._stream.eof:
            raise BadEncodingError("the compressed answer is cut off")

    def _step(self, chunk: bytes) -> bytes:
        try:
            return self._stream.decompress(chunk, _STEP)
        except zlib.error as error:
            raise BadEncodingError("it is not the gzip that it says it is") from error
