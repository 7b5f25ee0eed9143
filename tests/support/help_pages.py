"""The `--help` of every command, as the reference shows it.

`python tests/support/help_pages.py` writes it into docs/reference/cli.md; a test
fails while the page is not current.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

__all__ = ["PAGE", "commands", "with_help"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "cli.md"

_BLOCK = re.compile(
    r"(<!-- help: (?P<path>[a-z -]+) -->\n).*?(<!-- end of help -->)", re.DOTALL
)


def commands() -> dict[str, click.Command]:
    """Every command by its whole name, `share-bridge` first."""
    from share_bridge.cli import main  # noqa: PLC0415 - after the path is set

    return dict(_walk("share-bridge", main))


def with_help(text: str) -> str:
    """The page with every block between its markers made current."""
    known = commands()

    def fill(found: re.Match[str]) -> str:
        path = found["path"]
        shown = _help(path, known[path]) if path in known else "no such command"
        return f"{found[1]}```text\n{shown}\n```\n{found[3]}"

    return _BLOCK.sub(fill, text)


def _walk(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from _walk(f"{path} {name}", child)


def _help(path: str, command: click.Command) -> str:
    context = click.Context(command, info_name=path, terminal_width=80, color=False)
    lines = command.get_help(context).splitlines()
    return "\n".join(line.rstrip() for line in lines)


def main() -> None:
    """Write the page."""
    PAGE.write_text(with_help(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{PAGE} is current", file=sys.stderr)  # noqa: T201 - a tool for people


if __name__ == "__main__":
    main()
