"""Reads `[[sources]]`: where posts come from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from itertools import takewhile
from pathlib import PurePath
from typing import Any

from share_bridge.config import values
from share_bridge.config.model import FirstRun, SourceConfig
from share_bridge.config.tables import TableReader
from share_bridge.config.values import InvalidError, Parser, Place

__all__ = ["LIVE_WITHIN", "default_name", "read_sources"]

#: How long the page of a new post may take to be there, unless the source says it.
LIVE_WITHIN = timedelta(days=1)

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_MAGIC = frozenset("*?[")


def _name(value: Any, place: Place) -> str:
    if not _NAME.fullmatch(values.text(value, place)):
        raise InvalidError(f'write letters, digits, "-", "_", "."; not "{value}"')
    return str(value)


def _feed(value: Any, place: Place) -> str:
    feed = values.text(value, place)
    if "://" in feed:
        return values.address(feed, place)
    return str(place.resolve(feed)) if feed.startswith("~") else feed


def _permalink(value: Any, place: Place) -> str:
    """Only that it is an address: `sources.files` knows what may stand in braces."""
    return values.address(value, place)


def _wait(value: Any, place: Place) -> timedelta:
    if isinstance(value, bool):
        return LIVE_WITHIN if value else timedelta(0)
    try:
        return values.duration(value, place)
    except InvalidError as error:
        raise InvalidError(f"write true, false, or how long: {error}") from None


_EVERY: Mapping[str, Parser] = {
    "name": _name,
    "language": values.language,
    "first_run": values.choice(FirstRun),
    "wait_until_live": _wait,
    "max_bytes": values.count(least=1000),
    "timeout": values.some_time,
}
_KINDS: Mapping[str, Mapping[str, Parser]] = {
    "feed": {"feed": _feed},
    "files": {
        "files": values.globs,
        "permalink": _permalink,
        "write_syndication": values.boolean,
    },
}
_BUILT_IN: Mapping[str, Parser] = {
    **_EVERY,
    **_KINDS["feed"],
    **_KINDS["files"],
    "kind": values.text,
    "outbox": values.not_built,
}


def read_sources(tables: Any, reader: TableReader) -> tuple[SourceConfig, ...]:
    """Every `[[sources]]`; what is wrong is left with the reader."""
    if not isinstance(tables, list):
        reader.complain("sources", "write [[sources]], once for each source")
        return ()
    sources: list[SourceConfig] = []
    for index, table in enumerate(tables):
        path = _path(table, index)
        source = _source(table, reader, path)
        if source and any(other.name == source.name for other in sources):
            reader.complain(
                path, f"two sources are called {source.name}: give each its own name"
            )
        elif source:
            sources.append(source)
    return tuple(sources)


def _path(table: Any, index: int) -> str:
    name = table.get("name") if isinstance(table, dict) else None
    if isinstance(name, str) and _NAME.fullmatch(name):
        return f"sources.{name}"
    return f"sources[{index}]"


def _source(table: Any, reader: TableReader, path: str) -> SourceConfig | None:
    if not isinstance(table, dict):
        reader.complain(path, "write [[sources]], once for each source")
        return None
    before = len(reader.problems)
    kind = _kind(table, reader, path)
    if kind == "event":
        reader.complain(f"{path}.kind", "single posts come from `publish --id`")
        return None
    if kind in _KINDS or not kind:
        options: dict[str, Any] = {}
        found = reader.read(table, _BUILT_IN, path)
        _check_kind(table, kind, reader, path)
    else:
        found, options = reader.split(table, {**_EVERY, "kind": values.text}, path)
    if len(reader.problems) > before:
        return None
    found["kind"] = kind
    if kind == "files":
        found.setdefault("wait_until_live", LIVE_WITHIN)
    found.setdefault("name", default_name(found))
    return SourceConfig(**found, options=options)


def _kind(table: dict[str, Any], reader: TableReader, path: str) -> str:
    if isinstance(kind := table.get("kind"), str):
        return kind
    kinds = [kind for kind in _KINDS if kind in table]
    if len(kinds) == 1:
        return kinds[0]
    if kinds:
        reader.complain(path, "feed and files are two sources: write two [[sources]]")
    elif "outbox" not in table:
        reader.complain(path, 'say where posts are: feed = "…" or files = "…"')
    return ""


def _check_kind(
    table: dict[str, Any], kind: str, reader: TableReader, path: str
) -> None:
    if kind and kind not in table:
        reader.complain(path, f'a source of kind {kind} needs {kind} = "…"')
    if kind == "feed" and "permalink" in table:
        reader.complain(
            f"{path}.permalink", "only files need it, a feed has links: take it out"
        )
    if kind == "feed" and "write_syndication" in table:
        reader.complain(
            f"{path}.write_syndication", "only files can be written into: take it out"
        )


def default_name(found: Mapping[str, Any]) -> str:
    """What a source without a name is called: its host, its folder, its kind."""
    if feed := found.get("feed"):
        parts = values.split_address(feed)
        name = (parts.hostname or "") if parts else PurePath(feed).stem
        name = "stdin" if feed == "-" else name
    elif files := found.get("files"):
        name = _folder_name(files[0])
    else:
        name = str(found.get("kind"))
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip(".-") or "source"


def _folder_name(pattern: str) -> str:
    plain = list(
        takewhile(lambda part: not set(part) & _MAGIC, PurePath(pattern).parts)
    )
    return PurePath(plain[-1]).stem if plain else "files"
