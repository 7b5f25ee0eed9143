"""What another tool remembers of what it sent: read as data, never run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from share_bridge.errors import SourceError

__all__ = ["TOOLS", "Remembered", "read_memory"]

_MOST = 50_000_000


class Remembered(Struct, frozen=True):
    """What was sent before, as far as the other tool knows.

    Attributes:
        names: Ids and links of posts that it sent.
        until: It sent everything that was published until then (aware, UTC).
        copies: Links of posts, each with the addresses of its copies.

    """

    names: frozenset[str] = frozenset()
    until: datetime | None = None
    copies: Mapping[str, tuple[str, ...]] = {}

    def __len__(self) -> int:
        """How many posts it names."""
        return len(self.names) + len(self.copies)


def read_memory(name: str, *, home: Path, folder: Path) -> Remembered:
    """Read what a tool, or a file, says was sent.

    Args:
        name: One of `TOOLS`, whose file is looked for where the tool keeps it, or a
            file: links or ids, one a line; a list or an object in JSON, such as
            `syndication.json`; or the file of one of these tools.
        home: The folder of the user.
        folder: Where relative paths start.

    Raises:
        SourceError: What is wrong with it, and what to do.

    """
    file = TOOLS[name](home) if name in TOOLS else folder / name
    try:
        with file.open("rb") as opened:
            body = opened.read(_MOST + 1)
    except OSError as error:
        raise SourceError(f"{file}: {error.strerror or error}") from error
    if len(body) > _MOST:
        raise SourceError(f"{file}: more than {_MOST:,} bytes")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise SourceError(
            f"{file}: this is no text; write the links of the posts into a file, one a "
            "line, and name that"
        )
    return _read(text, file)


def _read(text: str, file: Path) -> Remembered:
    start = text.lstrip()[:1]
    if start and start in "[{":
        return _from_json(text, file)
    if "\nfeeds:" in f"\n{text}" and "\nupdated:" in f"\n{text}":
        return _from_feediverse(text, file)
    lines = (line.strip() for line in text.splitlines())
    return Remembered(frozenset(it for it in lines if it and not it.startswith("#")))


def _from_json(text: str, file: Path) -> Remembered:
    try:
        document: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{file}: not JSON: {error}") from error
    if isinstance(document, list) and all(isinstance(it, str) for it in document):
        return Remembered(frozenset(document))
    if isinstance(document, dict):
        copies = {post: _addresses(value) for post, value in document.items()}
        if all(value is not None for value in copies.values()):
            return Remembered(copies={post: it or () for post, it in copies.items()})
    raise SourceError(
        f"{file}: write a list of links, or an object of a post's link and the "
        "addresses of its copies"
    )


def _addresses(value: Any) -> tuple[str, ...] | None:
    values = [value] if isinstance(value, str) else value
    if isinstance(values, list) and all(isinstance(it, str) for it in values):
        return tuple(values)
    return None


def _from_feediverse(text: str, file: Path) -> Remembered:
    """One time for all feeds: what is older was sent."""
    import yaml  # noqa: PLC0415 - seldom

    try:
        # strings only: it makes no objects, and a time is read here
        document = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
        until = datetime.fromisoformat(str(document["updated"]).replace(" ", "T", 1))
    except (yaml.YAMLError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise SourceError(f"{file}: its `updated` is not a time") from error
    return Remembered(until=until.astimezone(UTC) if until.tzinfo else _utc(until))


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


def _feediverse(home: Path) -> Path:
    return home / ".feediverse"


def _feed2toot(home: Path) -> Path:
    """Its configuration says where its list of ids is."""
    config = home / ".config" / "feed2toot.ini"
    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(config.read_text(encoding="utf-8"))
        name = parser.get("cache", "cachefile")
    except (OSError, UnicodeDecodeError, ConfigParserError) as error:
        raise SourceError(
            f"{config}: no [cache] cachefile is found there; name that file itself"
        ) from error
    return home / name[2:] if name.startswith("~/") else config.parent / name


#: Tools whose memory we know where to find, from the user's folder.
TOOLS = {"feed2toot": _feed2toot, "feediverse": _feediverse}
