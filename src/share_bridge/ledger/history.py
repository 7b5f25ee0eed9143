"""All facts of a journal that none replaced, whatever order they are found in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from share_bridge.ledger.facts import Commit, Fact, Key
from share_bridge.ledger.truth import Head, Values, truth

__all__ = ["History"]


class History:
    """What is known of each row; adding a commit twice changes nothing."""

    def __init__(self) -> None:
        self._heads: dict[str, dict[Key, dict[str, Head]]] = {}
        self._replaced: dict[tuple[str, Key], set[str]] = {}

    def add(self, commits: Iterable[Commit]) -> None:
        """Know these commits as well."""
        for commit in commits:
            for fact in commit.facts:
                self._add(fact, Head(commit.at, commit.commit, fact.row))

    def over(self, table: str, key: Key) -> tuple[str, ...]:
        """The commits that a new fact about the row replaces."""
        return tuple(sorted(self._heads.get(table, {}).get(key, ())))

    def row(self, table: str, key: Key) -> Values | None:
        """What is true of the row; None: there is none."""
        heads = self._heads.get(table, {}).get(key)
        return None if not heads else truth(table, tuple(heads.values()))

    def rows(self, table: str) -> Iterator[tuple[Key, Values]]:
        """Every row that a table has."""
        for key, heads in self._heads.get(table, {}).items():
            values = truth(table, tuple(heads.values()))
            if values is not None:
                yield key, values

    def disputed(self, table: str) -> Iterator[tuple[Key, list[Values]]]:
        """Rows of which two histories say different things."""
        for key, heads in self._heads.get(table, {}).items():
            if len(heads) > 1:
                yield key, [it.row for it in heads.values() if it.row is not None]

    def standing(self, commits: Iterable[Commit]) -> Iterator[Commit]:
        """The commits without the facts that others replaced; each once."""
        seen: set[str] = set()
        for commit in commits:
            facts = [
                fact
                for fact in commit.facts
                if commit.commit in self._heads[fact.table][fact.key]
            ]
            if facts and commit.commit not in seen:
                yield msgspec.structs.replace(commit, facts=facts)
            seen.add(commit.commit)

    def _add(self, fact: Fact, head: Head) -> None:
        about = (fact.table, fact.key)
        heads = self._heads.setdefault(fact.table, {}).setdefault(fact.key, {})
        if fact.over:
            self._replaced.setdefault(about, set()).update(fact.over)
            for name in fact.over:
                heads.pop(name, None)
        replaced = self._replaced.get(about)
        if replaced is None or head.commit not in replaced:
            heads[head.commit] = head
