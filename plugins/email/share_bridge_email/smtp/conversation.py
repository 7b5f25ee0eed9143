"""Says lines to a mail server and hears its replies; both are bounded."""

from __future__ import annotations

import asyncio

from share_bridge_email.smtp.reply import (
    LostError,
    NonsenseError,
    Reply,
    parse_line,
    reply_of,
)

__all__ = ["Conversation"]

#: A server that says more in one reply means no good.
_MOST_LINES = 200
_LONGEST_LINE = 4096


class Conversation:
    """One connection to a mail server.

    Every failure of the connection is a `LostError`; time limits are the caller's.

    Attributes:
        writer: Of the streams that it goes over.

    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.writer = writer
        self._reader = reader

    async def ask(self, line: str) -> Reply:
        """Say one line, hear the reply.

        Raises:
            ValueError: It is more than one line.

        """
        if "\r" in line or "\n" in line:
            raise ValueError("a command is one line")
        await self.write(line.encode() + b"\r\n")
        return await self.hear()

    async def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        try:
            self.writer.write(data)
            await self.writer.drain()
        except OSError as error:
            raise LostError(_reason(error)) from error

    async def hear(self) -> Reply:
        """One whole reply."""
        code, words, more = parse_line(await self._line())
        lines = [words]
        while more:
            if len(lines) >= _MOST_LINES:
                raise NonsenseError("its answer has no end")
            again, words, more = parse_line(await self._line())
            if again != code:
                raise NonsenseError("it answers two things at once")
            lines.append(words)
        return reply_of(code, lines)

    def is_open(self) -> bool:
        """As far as can be seen without asking."""
        return not self._reader.at_eof() and not self.writer.is_closing()

    async def _line(self) -> bytes:
        try:
            line = await self._reader.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            raise LostError("it hung up") from error
        except asyncio.LimitOverrunError as error:
            raise NonsenseError("its answer has no end") from error
        except OSError as error:
            raise LostError(_reason(error)) from error
        if len(line) > _LONGEST_LINE:
            raise NonsenseError("its answer has no end")
        return line


def _reason(error: OSError) -> str:
    return (error.strerror or "the connection broke").lower()
