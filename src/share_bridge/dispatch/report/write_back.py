"""Tells the author's site where the copies stand: in one file, and in the posts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from share_bridge.config.model import SourceConfig
from share_bridge.dispatch.runtime import Runtime
from share_bridge.errors import PublishError, SourceError
from share_bridge.ledger.copies import Copy
from share_bridge.plugin.files import write_file

__all__ = ["write_back"]


def write_back(runtime: Runtime) -> tuple[str, ...]:
    """Write down where the copies stand, wherever it is asked for and not known yet.

    Returns:
        What could not be written, a line each: that holds nothing up.

    """
    config = runtime.config
    sources = [source for source in config.sources if source.write_syndication]
    copies = list(runtime.ledger.copies.all())
    problems: list[str] = []
    if config.site.syndication is not None:
        problems += _write_list(config.site.syndication, copies)
    for source in sources:
        problems += _write_posts(runtime, source, copies)
    return tuple(problems)


def _write_list(file: Path, copies: Iterable[Copy]) -> list[str]:
    """What others wrote into it stays; what we took away goes."""
    try:
        before = file.read_bytes()
    except FileNotFoundError:
        before = b""
    except OSError as error:
        return [f"{file}: {error.strerror or error}"]
    try:
        known: Any = json.loads(before) if before.strip() else {}
    except ValueError:
        known = None
    if not isinstance(known, dict):
        return [f"{file}: this is no list of copies; name another file"]
    for copy in copies:
        _note(known, copy)
    text = json.dumps(known, ensure_ascii=False, indent=2) + "\n"
    return _written(file, before, text.encode())


def _note(known: dict[str, Any], copy: Copy) -> None:
    if not copy.url:
        return
    listed = known.get(copy.url, [])
    addresses = [listed] if isinstance(listed, str) else list(listed)
    if copy.gone:
        addresses = [it for it in addresses if it != copy.address]
    elif copy.address not in addresses:
        addresses.append(copy.address)
    known[copy.url] = addresses
    if not addresses:
        del known[copy.url]


def _write_posts(
    runtime: Runtime, source: SourceConfig, copies: Iterable[Copy]
) -> list[str]:
    """Only files whose post, as it was last read, does not say so already."""
    files = _files(runtime, source)
    changes: dict[str, tuple[list[str], list[str]]] = {}
    for copy in copies:
        name = files.get(copy.identity)
        if name is None or copy.source != source.name:
            continue
        listed = json.loads(copy.document).get("syndication", ())
        if (copy.address in listed) is copy.gone:
            added, removed = changes.setdefault(name, ([], []))
            (removed if copy.gone else added).append(copy.address)
    problems: list[str] = []
    for name, (added, removed) in changes.items():
        file = runtime.config.folder / name
        problems += _write_post(file, name, added=added, removed=removed)
    return problems


def _write_post(
    file: Path, name: str, *, added: list[str], removed: list[str]
) -> list[str]:
    from share_bridge.sources.write_syndication import (  # noqa: PLC0415 - seldom
        with_syndication,
    )

    try:
        before = file.read_bytes()
        after = with_syndication(before, added=added, removed=removed)
    except (OSError, SourceError) as error:
        return [f"{name}: {getattr(error, 'strerror', None) or error}"]
    return _written(file, before, after)


def _written(file: Path, before: bytes, after: bytes) -> list[str]:
    if before == after:
        return []
    try:
        write_file(file, after)
    except PublishError as error:
        return [str(error)]
    return []


def _files(runtime: Runtime, source: SourceConfig) -> dict[str, str]:
    """Names of files by the identity of their post, as the source left them."""
    known = runtime.ledger.posts.source(source.name)
    files = {} if known is None else known.validators.get("files", {})
    return {row[1]: name for name, row in files.items()}
