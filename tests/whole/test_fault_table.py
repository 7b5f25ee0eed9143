"""Every publisher, fault and step: never twice, never lost, never in silence."""

from __future__ import annotations

import pytest

from fault_matrix import PAGE, ROWS, STAGES, Row, faults_at, outcomes, page


def written() -> dict[Row, dict[str, str]]:
    """What the page says of each row, by fault; empty cells are left out."""
    tables: dict[Row, dict[str, str]] = {row: {} for row in ROWS}
    stage = ""
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            stage = line.removeprefix("## ")
        elif line.startswith("| ") and not line.startswith("| fault |"):
            fault, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            rows = [row for row in ROWS if row.stage == stage]
            for row, cell in zip(rows, cells, strict=True):
                if cell:
                    tables[row][fault] = cell
    return tables


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.stage}, {row.title}")
def test_the_table_says_what_happens(row: Row) -> None:
    """Refresh it with `python tests/support/fault_matrix.py`."""
    assert outcomes(row) == written()[row]


def test_the_table_has_every_fault_and_step() -> None:
    tables = written()

    assert page(tables) == PAGE.read_text("utf-8")
    assert {row: set(table) for row, table in tables.items()} == {
        row: set(faults_at(row)) for row in ROWS
    }
    assert {row.stage for row in ROWS} == set(STAGES)
