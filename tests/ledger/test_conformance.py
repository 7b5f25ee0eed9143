"""Each kind of ledger, held to the promises of all."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from git_support import make_clones
from ledger_acts import KEY, Act, play
from ledger_conformance import LedgerConformance
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.place import Branch, Place


class TestSQLite(LedgerConformance):
    @pytest.fixture
    def fresh(self, tmp_path: Path) -> Callable[[], Callable[..., Ledger]]:
        return lambda: _opener(_new(tmp_path) / "ledger.db")


class TestJournal(LedgerConformance):
    @pytest.fixture
    def fresh(self, tmp_path: Path) -> Callable[[], Callable[..., Ledger]]:
        return lambda: _opener(_new(tmp_path) / "ledger.jsonl")


class TestBranch(LedgerConformance):
    """Of a bare repository, by two clones in turn."""

    @pytest.fixture
    def fresh(
        self, tmp_path: Path, requires: Callable[[str], str]
    ) -> Callable[[], Callable[..., Ledger]]:
        requires("git")
        return lambda: _opener(Branch(make_clones(_new(tmp_path), 1)[0], "state"))

    def test_two_that_are_open_see_each_other_s_commits(
        self, ledger: Ledger, opener: Callable[..., Ledger]
    ) -> None:
        """When they push: what both did is on the branch."""
        with opener() as other:
            other.remember("other", "1")
        ledger.remember("mine", "2")
        ledger.close()

        with opener() as again:
            assert (again.recall("other"), again.recall("mine")) == ("1", "2")

    def test_a_delivery_is_claimed_once(
        self, ledger: Ledger, opener: Callable[..., Ledger]
    ) -> None:
        """Who pushes second is told, before anything leaves."""
        play(ledger, [Act("plan"), Act("bind")])
        assert asyncio.run(ledger.confirm(timedelta(seconds=30)))
        with opener() as other:
            for one in (ledger, other):
                play(one, [Act("claim")])

            assert asyncio.run(other.confirm(timedelta(seconds=30)))
            assert not asyncio.run(ledger.confirm(timedelta(seconds=30)))


def _new(folder: Path) -> Path:
    new = folder / str(len(list(folder.iterdir())))
    new.mkdir()
    return new


def _opener(place: Place) -> Callable[..., Ledger]:
    def opener(*, dry: bool = False) -> Ledger:
        make = Ledger.in_memory if dry else Ledger.open
        return make(place, key=KEY, environ=os.environ)

    return opener
