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


def commands() -> dict[str, click.Context]:
    """Every command by its whole name, `share-bridge` first."""
    from share_bridge.cli import cli  # noqa: PLC0415 - tests of other things need none

    root = click.Context(
        cli,
        info_name="share-bridge",
        terminal_width=80,
        color=False,
        **cli.context_settings,
    )
    return {context.command_path: context for context in _walk(root)}


def with_help(text: str) -> str:
    """The page with every block between its markers made current."""
    known = commands()

    def fill(found: re.Match[str]) -> str:
        context = known.get(found["path"])
        shown = "no such command" if context is None else _help(context)
        return f"{found[1]}```text\n{shown}\n```\n{found[3]}"

    return _BLOCK.sub(fill, text)


def _walk(context: click.Context) -> Iterator[click.Context]:
    yield context
    command = context.command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from _walk(click.Context(child, context, info_name=name))


def _help(context: click.Context) -> str:
    lines = context.command.get_help(context).splitlines()
    return "\n".join(line.rstrip() for line in lines)


def main() -> None:
    """Write the page."""
    PAGE.write_text(with_help(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{PAGE} is current", file=sys.stderr)  # noqa: T201 - a tool for people


if __name__ == "__main__":
    main()
