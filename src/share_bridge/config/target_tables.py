"""Reads `[targets.NAME]`: common keys are parsed, the publisher's own left raw."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from share_bridge.config import values
from share_bridge.config.digests import parse_digest
from share_bridge.config.filters import parse_filters
from share_bridge.config.hours import DAYS, is_open
from share_bridge.config.model import DeleteRule, FirstRun, TargetConfig
from share_bridge.config.tables import TableReader, join
from share_bridge.config.templates import parse_template
from share_bridge.config.threads import parse_thread
from share_bridge.config.values import Parser

__all__ = ["COMMON_KEYS", "environment_prefix", "read_targets"]

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


_COMMON: Mapping[str, Parser] = {
    "publisher": values.text,
    "read_more": values.text,
    "hashtags": values.count(least=0),
    "first_run": values.choice(FirstRun),
    "filters": parse_filters,
    "approve": values.boolean,
    "delete": values.choice(DeleteRule),
    "max_per_run": values.count(least=1),
    "min_interval": values.duration,
    "quiet_hours": values.hours,
    "windows": values.hours,
    "zone": values.zone,
    "concurrency": values.count(least=1),
    "timeout": values.some_time,
    "settle_after": values.duration,
    "give_up_after": values.duration,
    "expires": values.date_time,
    "ca_file": values.path,
    "template": parse_template,
    "thread": parse_thread,
    "digest": parse_digest,
}

#: Keys of every target, whatever its publisher.
COMMON_KEYS = frozenset(_COMMON)


def read_targets(
    tables: Any, reader: TableReader, *, zone: str = ""
) -> tuple[TargetConfig, ...]:
    """Every `[targets.NAME]`; what is wrong is left with the reader.

    Args:
        tables: As TOML has them.
        reader: Reads them.
        zone: Of targets that do not say theirs; empty: none is known.

    """
    if not isinstance(tables, dict):
        reader.complain("targets", "write [targets.NAME], once for each target")
        return ()
    targets: list[TargetConfig] = []
    for name, table in tables.items():
        target = _target(name, table, reader, zone=zone)
        if target is None:
            continue
        if twin := _twin(name, targets):
            reader.complain(
                f"targets.{name}",
                f"shares the variables {environment_prefix(name)}… with "
                f"targets.{twin}: rename one",
            )
        targets.append(target)
    return tuple(targets)


def environment_prefix(name: str) -> str:
    """How the environment variables with this target's secrets begin."""
    return f"SHARE_BRIDGE_{name.upper().replace('-', '_')}_"


def _twin(name: str, targets: list[TargetConfig]) -> str | None:
    prefix = environment_prefix(name)
    twins = (t.name for t in targets if environment_prefix(t.name) == prefix)
    return next(twins, None)


def _target(
    name: str, table: Any, reader: TableReader, *, zone: str
) -> TargetConfig | None:
    path = join("targets", name)
    if not isinstance(table, dict):
        reader.complain("targets", f"write a table for each target: not {name} = …")
        return None
    if not _NAME.fullmatch(name):
        reader.complain(path, "name it with lower-case letters, digits, - and _ only")
        return None
    before = len(reader.problems)
    common, settings = reader.split(table, _COMMON, path)
    if "publisher" not in table:
        reader.complain(
            path, 'needs publisher = "…": `share-bridge plugins list` names them'
        )
    if len(reader.problems) > before:
        return None
    if common.get("template") and common.get("thread"):
        reader.complain(path, "has a template and a thread: take one of them out")
    if common.get("digest") and common.get("thread"):
        reader.complain(path, "has a digest and a thread: take one of them out")
    common.setdefault("zone", zone)
    target = TargetConfig(name=name, settings=settings, **common)
    _check_hours(target, reader, path)
    if target.digest and not (target.digest.zone or target.zone):
        problem = 'say whose clock it goes by: add zone = "Europe/Berlin" or so'
        reader.complain(join(path, "digest"), problem)
    return target


def _check_hours(target: TargetConfig, reader: TableReader, path: str) -> None:
    """Hours need a zone, and have to leave some time to send in."""
    spans = (*target.windows, *target.quiet_hours)
    if spans and not target.zone:
        reader.complain(
            path, 'say whose clock its hours are by: add zone = "Europe/Berlin" or so'
        )
    edges = {edge % (24 * 60) for span in spans for edge in (span.start, span.end)}
    open_at = (
        is_open((day, minute), windows=target.windows, quiet=target.quiet_hours)
        for day in range(len(DAYS))
        for minute in edges
    )
    if spans and not any(open_at):
        reader.complain(path, "its quiet_hours leave no time to send: shorten them")
