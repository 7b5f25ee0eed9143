"""The line that shows what a run does: one line, whatever the terminal's width."""

from __future__ import annotations

from io import StringIO

import pytest

from share_bridge.cli.progress import Progress


class Terminal(StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    "text, shown",
    [
        ("short", "short"),
        ("x" * 30, "x" * 19),
        ("長い文章です長い文章です", "長い文章です長い文"),
    ],
    ids=["short", "long", "wide characters"],
)
def test_it_stays_on_one_line(
    text: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second line would stay behind when the first is taken away."""
    monkeypatch.setenv("COLUMNS", "20")
    terminal = Terminal()

    with Progress(stream=terminal) as progress:
        progress.note(text)

    assert terminal.getvalue() == f"{shown}\r\x1b[K"
