"""The reference shows every command as it is, and the pages call none that is not."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import click
import pytest

from help_pages import PAGE, commands, with_help
from house_support import ROOT, fenced, inline, module_name, parse, product_files

_DESIGNED = frozenset(
    {
        "approve",
        "conversation",
        "doctor",
        "fediverse",
        "login",
        "pause",
        "preview",
        "resume",
        "retract",
        "serve",
        "worker",
    }
)
_WITH_DOCSTRING = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def _calls() -> list[str]:
    """Every `share-bridge …` that the documentation tells people to type."""
    where = ("*.md", "docs/**/*.md", "plugins/*/*.md")
    pages = {page for pattern in where for page in ROOT.glob(pattern)} - {PAGE}
    code = [text for page in pages for text in (*fenced(page, ""), *inline(page))]
    lines = {
        part.strip().removeprefix(".venv/bin/")
        for line in "\n".join(code).splitlines()
        for part in line.split("&&")
    }
    return sorted(line for line in lines if re.match(r"share-bridge [a-z]", line))


def test_every_command_is_in_the_reference() -> None:
    shown = set(re.findall(r"<!-- help: ([a-z -]+) -->", PAGE.read_text("utf-8")))

    assert shown == set(commands())


def test_the_reference_shows_the_help_of_today() -> None:
    """Refresh it with `python tests/support/help_pages.py`."""
    text = PAGE.read_text(encoding="utf-8")

    assert text == with_help(text)


def test_every_command_is_told_in_a_whole_sentence() -> None:
    """In eighty columns none of a list's lines is cut."""
    groups = [it for it in commands().values() if isinstance(it.command, click.Group)]

    lines = [line for it in groups for line in it.command.get_help(it).splitlines()]
    assert [
        line for line in lines if line.endswith("...") and "Usage" not in line
    ] == []


def _told(path: Path) -> set[str]:
    """Commands that the texts of a module send people to."""
    tree = parse(path)
    prose = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, _WITH_DOCSTRING)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in prose
    ]
    return set(re.findall(r"share-bridge ([a-z]+)", " ".join(texts)))


def test_no_message_sends_people_to_a_command_that_is_not_there() -> None:
    """The design names commands that are to come; advice must work today."""
    known = set(commands())

    lost = {
        f"{module_name(path)}: share-bridge {name}"
        for path in product_files()
        for name in _told(path) & _DESIGNED
        if f"share-bridge {name}" not in known
    }
    assert lost == set()


@pytest.mark.parametrize("call", _calls())
def test_documented_commands_exist(call: str) -> None:
    """Names and options are known; placeholders in capitals stand for arguments."""
    words = shlex.split(call.partition(" > ")[0])
    known = commands()
    path = max(
        (" ".join(words[:count]) for count in range(1, len(words) + 1)),
        key=lambda path: (path in known, len(path)),
    )
    command = known[path].command
    options = {word.partition("=")[0] for word in words if word.startswith("-")}
    offered = {"--help", "-"} | {
        name
        for parameter in (*known["share-bridge"].command.params, *command.params)
        for name in (*parameter.opts, *parameter.secondary_opts)
    }

    assert options <= offered
    assert not isinstance(command, click.Group) or path == call
