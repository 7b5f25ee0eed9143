"""What a plugin keeps for a target: JSON documents, and notices that wait."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from share_bridge.ledger.database import Database
from share_bridge.ledger.notices import NOTICES, planned
from share_bridge.model.notice import Notice

__all__ = ["TargetDocuments"]

#: Documents that are in memory at a time, however many a plugin keeps.
_PAGE = 1_000


class TargetDocuments:
    """A target's JSON documents: `share_bridge.plugin.Documents`."""

    def __init__(
        self,
        database: Database,
        target: str,
        *,
        noticed: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._target = target
        self._noticed = noticed

    def get(self, key: str) -> Any:
        """The document, or None."""
        row = self._database.one("document", target=self._target, key=key)
        return None if row is None else json.loads(row["document"])

    def put(self, key: str, document: Any) -> None:
        """Keep the document; None removes it."""
        if document is None:
            self._database.run("remove_document", target=self._target, key=key)
        else:
            self._database.run(
                "put_document",
                target=self._target,
                key=key,
                document=json.dumps(document, ensure_ascii=False),
            )

    def scan(self, prefix: str = "") -> Iterator[tuple[str, Any]]:
        """Documents whose key starts with `prefix`, by key; a page at a time."""
        place, query = self._range(prefix), "first_documents"
        while rows := self._database.all(query, **place, most=_PAGE):
            for row in rows:
                yield row["key"], json.loads(row["document"])
            if len(rows) < _PAGE:
                return
            place["prefix"], query = rows[-1]["key"], "next_documents"

    def count(self, prefix: str = "") -> int:
        """How many documents `scan` would give."""
        row = self._database.one("count_documents", **self._range(prefix))
        return int(row["count"]) if row else 0

    def batch(
        self, documents: Sequence[tuple[str, Any]], notices: Sequence[Notice] = ()
    ) -> None:
        """Put all of them, and plan the notices, in one transaction."""
        with self._database.transaction():
            for key, document in documents:
                self.put(key, document)
            for notice in notices:
                self.put(f"{NOTICES}{notice.key}", planned(notice))
        if notices:
            self._noticed()

    def _range(self, prefix: str) -> dict[str, str]:
        after = prefix + "\U0010ffff"
        return {"target": self._target, "prefix": prefix, "after": after}
