"""Small promises about every file and commit, kept by counting."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from house_support import ROOT, module_name, parse, product_files, python_files

MAX_FILE = 300
MAX_FUNCTION = 60
MAX_SUBJECT = 50

#: Written so that this file does not contain what it looks for.
FOREIGN = re.compile(
    r"/wor[k]/(main|shared)|/roo[t]/|/tm[p]/bash"
    r"|pypi\.or[g]|pythonhosted\.or[g]|registry\.npmj[s]|proxy\.golan[g]"
)


def _git(*arguments: str) -> str:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a clone of the repository")
    done = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("path", product_files(), ids=module_name)
def test_a_file_is_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE


@pytest.mark.parametrize("path", product_files(), ids=module_name)
def test_functions_are_short(path: Path) -> None:
    long = {
        node.name: length
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION
    }

    assert long == {}


@pytest.mark.parametrize("path", product_files(), ids=module_name)
def test_a_module_says_why_it_exists(path: Path) -> None:
    tree = parse(path)

    assert not tree.body or ast.get_docstring(tree)


def test_tests_replace_nothing_behind_the_code_s_back() -> None:
    """If a test needs a patch, the code needs a parameter."""
    tests = python_files(ROOT / "tests", *(ROOT / "plugins").glob("*/tests"))

    patched = [
        str(path.relative_to(ROOT))
        for path in tests
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and "mock" in ast.unparse(node).replace("MockTransport", "")
    ]

    assert patched == []


def test_nothing_names_a_machine_or_a_registry() -> None:
    named = [
        f"{name}: {found.group()}"
        for name in _git("ls-files", "-z").split("\0")
        if name and (path := ROOT / name).is_file()
        for found in [FOREIGN.search(path.read_bytes().decode("utf-8", "replace"))]
        if found
    ]

    assert named == []


def test_commit_subjects_fit_one_line() -> None:
    subjects = _git("log", "--no-merges", "--format=%s").splitlines()

    assert [subject for subject in subjects if len(subject) > MAX_SUBJECT] == []
