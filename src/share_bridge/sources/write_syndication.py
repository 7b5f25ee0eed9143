"""Puts the addresses of copies into a post's front matter, and changes no more."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from share_bridge.errors import SourceError
from share_bridge.sources.front_matter import split_front_matter

__all__ = ["with_syndication"]

_START = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*(yaml|toml)?[ \t]*\r?\n")
_END = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
}
#: A key of YAML with all that belongs to it: what is indented, and items of a list.
_YAML_KEY = re.compile(
    r"^syndication[ \t]*:.*(?:\n|\Z)(?:[ \t-].*(?:\n|\Z))*", re.MULTILINE
)
_TOML_KEY = re.compile(r"^syndication[ \t]*=", re.MULTILINE)
_TOML_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_PLAIN = re.compile(r"https?://[\w./@:~%+=?&;!$*()-]+(?<!:)")


def with_syndication(
    content: bytes, *, added: Sequence[str], removed: Sequence[str]
) -> bytes:
    """The file with `syndication` changed, every other byte as it was.

    Args:
        content: UTF-8, with front matter in YAML or TOML.
        added: Addresses that are to be in the list.
        removed: Addresses that are to be in it no more.

    Raises:
        SourceError: It cannot be changed without changing something else.

    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError("syndication is written into UTF-8 only") from error
    start = _START.match(text)
    end = start and _END[start[1]].search(text, start.end())
    if not start or not end:
        raise SourceError(
            "syndication is written into front matter in YAML or TOML only"
        )
    matter = text[start.end() : end.start()]
    standing = _list(_values(text).get("syndication"))
    wanted = [it for it in standing if it not in removed]
    wanted += [it for it in added if it not in wanted]
    if wanted == standing:
        return content
    is_toml = (start[2] or ("toml" if start[1] == "+++" else "yaml")) == "toml"
    newline = "\r\n" if start[0].endswith("\r\n") else "\n"
    change = _in_toml if is_toml else _in_yaml
    changed = change(matter, wanted, newline)
    whole = text[: start.end()] + changed + text[end.start() :]
    _check(text, whole, wanted)
    return whole.encode("utf-8")


def _in_yaml(matter: str, wanted: Sequence[str], newline: str) -> str:
    lines = [f"  - {it if _PLAIN.fullmatch(it) else json.dumps(it)}" for it in wanted]
    block = newline.join(["syndication:", *lines, ""]) if wanted else ""
    known = _YAML_KEY.search(matter)
    if known:
        return matter[: known.start()] + block + matter[known.end() :]
    return matter + block


def _in_toml(matter: str, wanted: Sequence[str], newline: str) -> str:
    listed = ", ".join(json.dumps(it) for it in wanted)
    line = f"syndication = [{listed}]{newline}" if wanted else ""
    known = _TOML_KEY.search(matter)
    if known:
        return matter[: known.start()] + line + matter[_toml_end(matter, known) :]
    table = _TOML_TABLE.search(matter)
    place = table.start() if table else len(matter)
    return matter[:place] + line + matter[place:]


def _toml_end(matter: str, key: re.Match[str]) -> int:
    """Where the value of a key ends: at the first line end that makes it whole."""
    import tomllib  # noqa: PLC0415 - seldom

    end = key.end()
    while end < len(matter):
        end = (matter.find("\n", end) + 1) or len(matter)
        try:
            tomllib.loads(matter[key.start() : end].replace("\r\n", "\n"))
        except tomllib.TOMLDecodeError:
            continue
        break
    return end


def _check(before: str, after: str, wanted: Sequence[str]) -> None:
    """Nothing else changed: told by reading both anew."""
    old, new = _matter(before), _matter(after)
    rest = {key: value for key, value in old[0].items() if key != "syndication"}
    found = {key: value for key, value in new[0].items() if key != "syndication"}
    same = _list(new[0].get("syndication")) == list(wanted)
    if not same or rest != found or old[1] != new[1]:
        raise SourceError("syndication cannot be written without changing more")


def _matter(text: str) -> tuple[dict[str, Any], str]:
    matter = split_front_matter(text.replace("\r\n", "\n"))
    return dict(matter.values), matter.body


def _values(text: str) -> dict[str, Any]:
    return _matter(text)[0]


def _list(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [it for it in values if isinstance(it, str) and it]
