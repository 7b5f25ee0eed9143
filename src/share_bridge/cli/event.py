"""`publish --id`: one post from the command line, for what happens in CI."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from share_bridge.config.model import SourceConfig

__all__ = ["event_options", "event_source"]

_MOST = 1_000_000
_OPTIONS = (
    click.option(
        "--id",
        "event",
        metavar="ID",
        help="Publish one post, told by the options below; no source is read. The "
        "same ID is the same post: a second run sends nothing.",
    ),
    click.option("--title", metavar="TEXT", help="Its title."),
    click.option("--url", metavar="URL", help='Where "Read more" leads.'),
    click.option(
        "--text",
        metavar="FILE",
        help="Its words, as Markdown or .html; - for standard input.",
    ),
    click.option("--tag", "tags", multiple=True, metavar="TAG", help="Repeatable."),
    click.option("--language", metavar="TAG", help="Such as en or pt-BR."),
    click.option("--date", metavar="DATE", help="When it happened."),
)


def event_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that tell of one post."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def event_source(
    *,
    event: str | None,
    title: str | None,
    url: str | None,
    text: str | None,
    tags: tuple[str, ...],
    language: str | None,
    date: str | None,
) -> SourceConfig | None:
    """A source of that one post; None: no option tells of one."""
    if event is None:
        given = {"title": title, "url": url, "text": text, "tag": tags} | {
            "language": language,
            "date": date,
        }
        for name in (name for name, value in given.items() if value):
            raise click.UsageError(f"--{name} tells of one post: give it an --id")
        return None
    if not event.strip():
        raise click.UsageError("--id: name the post, such as v2.1")
    if not (title or text):
        raise click.UsageError("--id needs a --title, a --text, or both")
    from share_bridge.config import values
    from share_bridge.config.model import FirstRun, SourceConfig
    from share_bridge.sources.event import EVENT, event_name

    return SourceConfig(
        name=event_name(" ".join(event.split())),
        kind=EVENT,
        language=_parsed("--language", values.language, language) or "",
        first_run=FirstRun.ALL,
        options={
            "title": title or "",
            "url": _parsed("--url", values.address, url) or "",
            "html": "" if text is None else _html(text),
            "tags": tags,
            "date": _parsed("--date", values.date_time, date),
        },
    )


def _parsed(name: str, parser: Callable[..., Any], value: str | None) -> Any:
    from share_bridge.config.values import InvalidError, Place

    if value is None:
        return None
    try:
        return parser(value, Place(Path()))
    except InvalidError as error:
        raise click.UsageError(f"{name}: {error}") from error


def _html(name: str) -> str:
    from share_bridge.text.markdown import to_html

    text = _read(name)
    is_html = Path(name).suffix.lower() in {".html", ".htm"}
    return text if is_html else to_html(text)


def _read(name: str) -> str:
    try:
        if name == "-":
            body = sys.stdin.buffer.read(_MOST + 1)
        else:
            with Path(name).open("rb") as file:
                body = file.read(_MOST + 1)
        text = body.decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(f"--text {name}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise click.UsageError(f"--text {name}: it is not UTF-8") from error
    if len(body) > _MOST:
        raise click.UsageError(f"--text {name}: more than {_MOST:,} bytes")
    return text
