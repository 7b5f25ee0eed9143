"""The documentation tells everything there is, and nothing that is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from msgspec import Struct
from msgspec.structs import fields

import share_bridge.errors
import share_bridge.plugin
from house_support import PLUGINS, ROOT, fenced, inline
from share_bridge.config import load as config
from share_bridge.config.filters import Filters
from share_bridge.config.model import (
    Config,
    NetworkConfig,
    PluginsConfig,
    Site,
    SourceConfig,
    TargetConfig,
)
from share_bridge.model.delivery import State
from share_bridge.model.question import Kind
from share_bridge.plugin import hookspecs

DOCS = ROOT / "docs"


#: Every key of the report.
_REPORT = """
    version dry_run run next_due warnings sources targets deliveries questions totals
    source state posts new error target publisher expires reason post id url title
    action recipients attempts text kind answers
"""

#: Fields of the parsed configuration that no key of the file sets.
_NOT_KEYS = {"folder", "hash", "warnings", "name", "settings", "options"}


def _values() -> list[type[Struct]]:
    """What goes between the core and a plugin."""
    names = share_bridge.plugin.__all__
    offered = [getattr(share_bridge.plugin, name) for name in names]
    return [
        each for each in offered if isinstance(each, type) and issubclass(each, Struct)
    ]


def _pages() -> list[Path]:
    """Every page that users and contributors read."""
    return sorted(
        [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *PLUGINS.glob("*/README.md")]
    )


def _named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _configurations() -> list[Any]:
    """Every block of TOML, named by its page."""
    return [
        pytest.param(block, id=_named(page))
        for page in _pages()
        for block in fenced(page, "toml")
    ]


def _missing(page: str, names: set[str]) -> set[str]:
    """Which names the page does not have in code type."""
    code = [*fenced(DOCS / page), *inline(DOCS / page)]
    return names - set(re.findall(r"[\w-]+", " ".join(code)))


@pytest.mark.parametrize(
    "page, names",
    [
        ("reference/plugin-api.md", set(hookspecs.__all__)),
        ("reference/plugin-api.md", set(share_bridge.plugin.__all__)),
        (
            "reference/plugin-api.md",
            {field for value in _values() for field in value.__struct_fields__}
            - {"words", "rules"},
        ),
        ("reference/errors.md", set(share_bridge.errors.__all__)),
        ("reference/states.md", {state.value for state in State}),
        ("reference/states.md", {kind.value for kind in Kind}),
        (
            "reference/configuration.md",
            {
                field.name
                for table in (
                    Config,
                    Site,
                    SourceConfig,
                    TargetConfig,
                    Filters,
                    PluginsConfig,
                    NetworkConfig,
                )
                for field in fields(table)
            }
            - _NOT_KEYS,
        ),
        ("reference/report-and-exit-codes.md", {"0", "1", "2", "3", "4"}),
        (
            "reference/report-and-exit-codes.md",
            set(_REPORT.split()),
        ),
    ],
    ids=[
        "hooks",
        "exports",
        "values",
        "errors",
        "states",
        "questions",
        "settings",
        "exit codes",
        "report",
    ],
)
def test_the_reference_is_complete(page: str, names: set[str]) -> None:
    assert _missing(page, names) == set()


@pytest.mark.parametrize("value", _values(), ids=lambda value: value.__name__)
def test_a_value_never_changes(value: type[Struct]) -> None:
    """As the reference says of all that is in the contract."""
    assert value.__struct_config__.frozen


@pytest.mark.parametrize("page", _pages(), ids=_named)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    local = [target for target in targets if ":" not in target]

    broken = [it for it in local if not (page.parent / unquote(it)).exists()]

    assert broken == []


@pytest.mark.parametrize("block", _configurations())
def test_configurations_are_accepted(block: str, tmp_path: Path) -> None:
    """What the documentation shows can be pasted."""
    file = tmp_path / "share-bridge.toml"
    file.write_text(block, encoding="utf-8")

    config.load(file, environ={}, cwd=tmp_path)


def test_every_page_is_reached_from_the_readme() -> None:
    """By way of the index. A page that no link leads to is not read."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    index = (DOCS / "README.md").read_text(encoding="utf-8")

    pages = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}
    assert "(docs/README.md)" in readme
    assert {it for it in pages - {"README.md"} if f"({it})" not in index} == set()
