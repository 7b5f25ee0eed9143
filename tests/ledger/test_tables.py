"""What a table must have so that journals can carry it."""

from __future__ import annotations

from share_bridge.ledger.database import Database


def test_every_table_has_a_key_and_comes_after_what_it_refers_to() -> None:
    """A fact is about one row, and a row is told by its primary key."""
    database = Database.in_memory()
    tables = database.tables()
    database.close()

    assert all(table.key for table in tables)
    for place, table in enumerate(tables):
        before = {it.name for it in tables[:place]}
        assert before.issuperset(table.references.values())
