"""Reads what a publisher let go of: bodies of requests, and files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import httpx

__all__ = ["essence", "folder_text", "missing_words", "request_text"]

#: Headers that differ between two equal requests; a boundary is chosen by chance.
_CHANGING = {"authorization", "content-length", "content-type", "date"}


def request_text(request: httpx.Request) -> str:
    """The strings of a request's URL and body, decoded."""
    return "\n".join([unquote_plus(str(request.url)), *_strings(request)])


def folder_text(folder: Path) -> str:
    """All files in the folder and below, by name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in files)


def essence(request: httpx.Request) -> tuple[str, str, tuple[Any, ...], bytes]:
    """What a service can tell two requests by."""
    headers = sorted(
        (name, value)
        for name, value in request.headers.items()
        if name.lower() not in _CHANGING
    )
    return request.method, str(request.url), tuple(headers), request.content


def missing_words(text: str, sent: str) -> list[str]:
    """Words of `text` that do not stand in `sent`, as they are or escaped."""
    read = sent + "\n" + unescape(sent)
    return [word for word in text.split() if word not in read]


def _strings(request: httpx.Request) -> Iterator[str]:
    kind = request.headers.get("Content-Type", "")
    body = request.content.decode("utf-8", "replace")
    if "json" in kind:
        yield from _leaves(json.loads(body))
    elif "x-www-form-urlencoded" in kind:
        for name, value in parse_qsl(body, keep_blank_values=True):
            yield f"{name}={value}"
    else:
        yield body


def _leaves(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        for value in document.values():
            yield from _leaves(value)
    elif isinstance(document, list):
        for value in document:
            yield from _leaves(value)
    else:
        yield str(document)
