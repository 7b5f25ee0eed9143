"""What a run does right now: one line on a terminal, gone when it is over."""

from __future__ import annotations

import shutil
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Self, TextIO

import click

from share_bridge.cli.terminal import clipped
from share_bridge.text.escape import for_line

if TYPE_CHECKING:
    from share_bridge.model.delivery import Delivery

__all__ = ["Progress"]


class Progress:
    """Watches a run. Where stderr is no terminal, it says nothing."""

    def __init__(self, *, enabled: bool = True, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._enabled = enabled and self._stream.isatty()
        self._done = 0
        self._shown = False

    def started(self, delivery: Delivery) -> None:
        """It is being sent."""
        self._line(f"{delivery.target}: {delivery.title} …")

    def ended(self, delivery: Delivery) -> None:
        """Its state changed."""
        self._done += 1
        self._line(f"{self._done} done · {delivery.target}: {delivery.title}")

    def waits(self, target: str, until: datetime, reason: str) -> None:
        """Nothing goes to a target before then."""
        self._line(f"{target} waits until {until.astimezone():%H:%M:%S} {reason}")

    def note(self, text: str) -> None:
        """Something else is being done; empty: nothing any more."""
        self._line(text)

    def show(self, text: str, *, err: bool) -> None:
        """Print what a publisher shows, without tearing the line."""
        self._clear()
        click.echo(text, err=err)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._clear()

    def _line(self, text: str) -> None:
        if self._enabled:
            self._clear()
            room = shutil.get_terminal_size().columns - 1
            self._stream.write(clipped(for_line(text), room))
            self._stream.flush()
            self._shown = True

    def _clear(self) -> None:
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False
