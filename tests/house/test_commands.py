"""The commands that people paste are the commands that CI runs."""

from __future__ import annotations

import re

import pytest

from house_support import ROOT

_README = (ROOT / "README.md").read_text(encoding="utf-8")
_CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def _lines_with_venv(text: str) -> list[str]:
    return re.findall(r"^python3 -m venv .*$", text, re.MULTILINE)


@pytest.mark.parametrize("name", ["TEST", "RUN"])
def test_ci_runs_a_line_of_the_readme(name: str) -> None:
    found = re.search(rf'^{name}="(.*)"$', _CI, re.MULTILINE)

    assert found is not None
    assert found[1] in _lines_with_venv(_README)


def test_the_readme_has_one_line_for_each() -> None:
    assert len(_lines_with_venv(_README)) == 2


def test_contributors_are_told_the_same_test_command() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    assert set(_lines_with_venv(guide)) <= set(_lines_with_venv(_README))
