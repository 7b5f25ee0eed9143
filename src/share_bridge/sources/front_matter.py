"""What stands above a post in its file: YAML, TOML, JSON, or Pelican's header lines."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from share_bridge.errors import SourceError
from share_bridge.text.pattern import pattern

__all__ = ["FrontMatter", "split_front_matter"]

#: More is no front matter; YAML takes its time.
_MAX_CHARS = 100_000
#: Of one list or table: aliases in YAML make few lines very long.
_MAX_VALUES = 50
_FENCE = pattern(r"(---|\+\+\+)[ \t]*(json|toml|yaml|js|javascript)?[ \t]*(?:\n|$)")
_END = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*(?:\n|\Z)", re.MULTILINE),
}
_JSON = pattern(r"\{\s*[\"}]")
_HEADER = pattern(r"([A-Za-z][\w -]{0,40}):(?:[ \t]+(.*))?")
_TOML_LINE = pattern(r"\(at line (\d+), column \d+\)")


class FrontMatter(Struct, frozen=True):
    """A file in its two halves.

    Attributes:
        values: As written: strings, and lists and tables of them. Nothing is
            guessed: `no` is Norway, and `2026-01-02` is what it says.
        body: What follows.

    """

    values: Mapping[str, Any] = field(default_factory=dict)
    body: str = ""


def split_front_matter(text: str) -> FrontMatter:
    r"""Split a file whose lines end in `\n`.

    Raises:
        SourceError: `line 3: …`, for what begins as front matter and cannot be read.

    """
    text = text.removeprefix("\ufeff")
    if fence := _FENCE.match(text):
        return _fenced(text, fence)
    if _JSON.match(text):
        return _json(text)
    return _headers(text) or FrontMatter(body=text)


def _fenced(text: str, fence: re.Match[str]) -> FrontMatter:
    end = _END[fence[1]].search(text, fence.end())
    if not end:
        raise SourceError(
            f"line 1: front matter begins with {fence[1]} and never ends; "
            f"write {fence[1]} on the line after it"
        )
    source, body = text[fence.end() : end.start()], text[end.end() :]
    if len(source) > _MAX_CHARS:
        raise SourceError(f"line 1: front matter has more than {_MAX_CHARS:,} letters")
    kind = fence[2] or ("toml" if fence[1] == "+++" else "yaml")
    if kind == "toml":
        return FrontMatter(_table(_toml(source)), body)
    if kind == "json":
        return FrontMatter(_table(_loads(source, first_line=2)), body)
    if kind == "yaml":
        return FrontMatter(_table(_yaml(source)), body)
    raise SourceError("line 1: front matter in JavaScript cannot be read; write YAML")


def _yaml(source: str) -> Any:
    import yaml  # noqa: PLC0415 - an unchanged file needs none

    try:
        # Strings only: what is a date, a number or a switch is decided by its key.
        return yaml.load(source, Loader=yaml.BaseLoader)  # noqa: S506 - makes no objects
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise SourceError(
            f"line {mark.line + 2 if mark else 1}: {error.problem or error.context}; "
            "values with a colon or a # need quotes"
        ) from error
    except yaml.YAMLError as error:
        raise SourceError(f"line 1: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise SourceError("line 1: front matter is nested too deeply") from error


def _toml(source: str) -> Any:
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        found = _TOML_LINE.search(str(error))
        line = int(found[1]) + 1 if found else 1
        raise SourceError(f"line {line}: {_TOML_LINE.sub('', str(error))}") from error
    except (RecursionError, ValueError) as error:
        raise SourceError(f"line 1: {error}") from error


def _json(text: str) -> FrontMatter:
    try:
        values, end = json.JSONDecoder().raw_decode(text[:_MAX_CHARS])
    except json.JSONDecodeError as error:
        raise SourceError(f"line {error.lineno}: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise SourceError(f"line 1: {error}") from error
    return FrontMatter(_table(values), text[end:].lstrip("\n"))


def _loads(source: str, *, first_line: int) -> Any:
    try:
        return json.loads(source)
    except json.JSONDecodeError as error:
        line = error.lineno + first_line - 1
        raise SourceError(f"line {line}: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise SourceError(f"line 1: {error}") from error


def _headers(text: str) -> FrontMatter | None:
    """Pelican's `Title: …` lines, which end with the first empty one."""
    values: dict[str, Any] = {}
    key, end = "", 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\n")
        if not bare.strip():
            end += len(line)
            break
        if key and bare.startswith("    "):
            values[key] = f"{values[key]} {bare.strip()}".strip()
        elif header := _HEADER.fullmatch(bare):
            key = header[1]
            values[key] = (header[2] or "").strip()
        else:
            return None
        end += len(line)
    if "title" not in (name.lower() for name in values):
        return None
    return FrontMatter(values, text[end:])


def _table(values: Any) -> Mapping[str, Any]:
    if values in (None, ""):
        return {}
    if not isinstance(values, dict):
        raise SourceError("line 2: front matter is not made of `key: value` lines")
    return {str(key): _plain(value) for key, value in values.items()}


def _plain(value: Any, *, deepest: int = 4) -> Any:
    """Strings, lists and tables only, as YAML gives them here."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return (
            {str(key): _plain(of, deepest=deepest - 1) for key, of in value.items()}
            if deepest and len(value) <= _MAX_VALUES
            else {}
        )
    if isinstance(value, list):
        kept = value[:_MAX_VALUES] if deepest else []
        return [_plain(of, deepest=deepest - 1) for of in kept]
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
