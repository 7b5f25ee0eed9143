"""Reads one source as if for the first time, and says what is in it."""

from __future__ import annotations

from collections.abc import Iterator

from share_bridge.cli.findings import Area, Finding, Grade
from share_bridge.config.model import SourceConfig
from share_bridge.dispatch.read.reading import read_all
from share_bridge.dispatch.runtime import Runtime, Sources
from share_bridge.ledger.ledger import Ledger
from share_bridge.plugin.source import Reading, ReadingState

__all__ = ["examine_source"]


async def examine_source(
    runtime: Runtime, source: SourceConfig, kinds: Sources
) -> list[Finding]:
    """Whether it can be reached and read, and what is worth knowing of it."""
    if source.feed == "-":
        text = "read from standard input when it is published"
        return [Finding(Area.SOURCE, source.name, Grade.OK, text)]
    with Ledger.in_memory() as nothing:
        (read,) = await read_all(
            runtime.config,
            [source],
            posts=nothing.posts,
            kinds=kinds,
            now=runtime.now,
            transport=runtime.transport,
        )
    if read.reading is None:
        text = _without(source.name, str(read.error))
        return [Finding(Area.SOURCE, source.name, Grade.PROBLEM, text)]
    return [
        Finding(Area.SOURCE, source.name, grade, text)
        for grade, text in _told(source.name, read.reading)
    ]


def _told(name: str, reading: Reading) -> Iterator[tuple[Grade, str]]:
    if reading.state is ReadingState.ENDED:
        grade = Grade.PROBLEM
        text = next(iter(reading.warnings), "it is gone for good; remove the source")
        yield grade, _without(name, text)
        return
    total = reading.total or 0
    if total:
        yield Grade.OK, f"{total} post{'s' if total > 1 else ''}{_newest(reading)}"
    else:
        yield Grade.WARNING, "no posts are in it"
    for warning in reading.warnings:
        yield Grade.WARNING, _without(name, warning)


def _newest(reading: Reading) -> str:
    dates = [post.published for post in reading.posts if post.published is not None]
    if not dates:
        return ", none of them with a date"
    return f", the newest of {max(dates):%Y-%m-%d}"


def _without(name: str, text: str) -> str:
    """The name stands before the line already."""
    return text.removeprefix(f"{name}: ")
