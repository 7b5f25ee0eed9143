"""Reads `[targets.NAME]`: common keys are parsed, the publisher's own left raw."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from share_bridge.config import values
from share_bridge.config.model import FirstRun, TargetConfig
from share_bridge.config.tables import TableReader, join
from share_bridge.config.values import Parser

__all__ = ["COMMON_KEYS", "environment_prefix", "read_targets"]

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


_COMMON: Mapping[str, Parser] = {
    "publisher": values.text,
    "read_more": values.text,
    "hashtags": values.count(least=0),
    "first_run": values.choice(FirstRun),
    "max_per_run": values.count(least=1),
    "timeout": values.some_time,
    "settle_after": values.duration,
    "give_up_after": values.duration,
    "expires": values.date_time,
    "ca_file": values.path,
    "template": values.not_built,
    "min_interval": values.not_built,
    "quiet_hours": values.not_built,
    "filters": values.not_built,
    "approve": values.not_built,
    "delete": values.not_built,
}

#: Keys of every target, whatever its publisher.
COMMON_KEYS = frozenset(_COMMON)


def read_targets(tables: Any, reader: TableReader) -> tuple[TargetConfig, ...]:
    """Every `[targets.NAME]`; what is wrong is left with the reader."""
    if not isinstance(tables, dict):
        reader.complain("targets", "write [targets.NAME], once for each target")
        return ()
    targets: list[TargetConfig] = []
    for name, table in tables.items():
        target = _target(name, table, reader)
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


def _target(name: str, table: Any, reader: TableReader) -> TargetConfig | None:
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
    return TargetConfig(name=name, settings=settings, **common)
