"""Each kind of ledger, held to the promises of all."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger_conformance import LedgerConformance
from share_bridge.ledger.ledger import Ledger


class TestSQLite(LedgerConformance):
    @pytest.fixture
    def fresh(self, tmp_path: Path) -> Callable[[], Callable[..., Ledger]]:
        return _files(tmp_path, "ledger.db")


class TestJournal(LedgerConformance):
    @pytest.fixture
    def fresh(self, tmp_path: Path) -> Callable[[], Callable[..., Ledger]]:
        return _files(tmp_path, "ledger.jsonl")


def _files(folder: Path, name: str) -> Callable[[], Callable[..., Ledger]]:
    numbers = itertools.count()

    def fresh() -> Callable[..., Ledger]:
        path = folder / str(next(numbers)) / name
        return lambda *, dry=False: Ledger.in_memory(path) if dry else Ledger.open(path)

    return fresh
