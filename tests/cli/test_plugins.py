"""`plugins list` and `plugins show` tell what there is, whole or broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli_support import run
from registry_support import PUBLISHER, write

RADIO = """
from datetime import timedelta
from typing import Annotated, Literal
from msgspec import Meta
from share_bridge.plugin import (
    Account, Capabilities, Counting, MediaLimits, Publisher, Receipt, Secret,
    Settings, Support, TextLimit, hookimpl,
)

class RadioSettings(Settings):
    station: str
    "Address of the station. And more."
    token: Secret
    "What it knows us by"
    code: Secret | None = None
    mood: Literal["calm", "loud"] = "calm"
    power: Annotated[int, Meta(ge=1, le=9)] = 3
    bands: list[int] = []

class Radio(Publisher):
    name = "radio"
    title = "Radio"
    settings = RadioSettings
    capabilities = Capabilities(
        text=(TextLimit(300), TextLimit(99, Counting(url_length=23))),
        media=MediaLimits(max_count=4, max_bytes=2_000_000),
        honours_keys=timedelta(hours=1),
        edit=Support.FULL,
        threads=Support.NOT_IMPLEMENTED,
    )
    async def check(self, context): return Account("1")
    async def publish(self, message, context): return Receipt("1")

@hookimpl
def register_publishers():
    return [Radio]
"""
SEVERAL = {
    "share-bridge.toml": "[plugins]\ndirs = ['plugins']\ndisable = ['page']",
    "plugins/radio.py": RADIO,
    "plugins/broken.py": "1 / 0",
    "plugins/twin.py": PUBLISHER % "console",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, SEVERAL)


def _row(output: str, name: str) -> str:
    (row,) = [line for line in output.splitlines() if line.startswith(f"{name} ")]
    return " ".join(row.split())


def test_the_list_has_installed_and_own_plugins(folder: Path) -> None:
    """Each with its state; one that is switched off is not there."""
    result = run(folder, "plugins", "list")
    origin = folder / "plugins"

    assert result.exit_code == 0
    assert result.stderr == ""
    assert _row(result.stdout, "radio") == f"radio Radio publisher {origin}/radio.py ok"
    assert _row(result.stdout, "email").startswith("email E-mail publisher share-bridg")
    assert _row(result.stdout, "broken") == (
        f"broken plugin {origin}/broken.py failed: ZeroDivisionError: division by zero"
    )
    assert "\npage " not in result.stdout


def test_both_sides_of_a_conflict_are_listed(folder: Path) -> None:
    rows = [
        line
        for line in run(folder, "plugins", "list").stdout.splitlines()
        if line.startswith("console ")
    ]

    assert len(rows) == 2
    assert all("failed: publisher console: claimed by" in row for row in rows)


def test_programs_get_json(folder: Path) -> None:
    document = json.loads(run(folder, "plugins", "list", "--json").stdout)
    by_name = {it["name"]: it for it in document["plugins"]}

    assert by_name["radio"] == {
        "name": "radio",
        "title": "Radio",
        "kind": "publisher",
        "plugin": "radio",
        "origin": str(folder / "plugins/radio.py"),
        "state": "ok",
        "reason": None,
        "command": None,
    }
    assert document["version"] == 1
    assert [it["plugin"] for it in document["failures"]] == ["broken", "twin"]


def test_strict_ends_with_the_reason(tmp_path: Path) -> None:
    """In CI a plugin that fails is not a footnote."""
    text = "[plugins]\ndirs = ['plugins']\nstrict = true"
    files = {"share-bridge.toml": text, "plugins/broken.py": "1 / 0"}
    result = run(write(tmp_path, files), "plugins", "list")

    assert result.exit_code == 2
    assert "division by zero" in result.stderr


def test_settings_are_shown_as_a_table(folder: Path) -> None:
    """With what is required, what is secret, and what may stand there."""
    output = run(folder, "plugins", "show", "radio").stdout
    rows = [" ".join(line.split()) for line in output.splitlines()]

    assert "station text required Address of the station." in rows
    assert "token secret required What it knows us by" in rows
    assert "code secret" in rows
    assert 'mood "calm" | "loud" "calm"' in rows
    assert "power whole number 1–9 3" in rows
    assert "bands list of whole number []" in rows


def test_capabilities_are_shown_in_words(folder: Path) -> None:
    output = run(folder, "plugins", "show", "radio").stdout
    rows = [" ".join(line.split()) for line in output.splitlines()]

    assert "length of a text 300 graphemes and 99 graphemes, a link counts 23" in rows
    assert "images up to 4, 2 MB each" in rows
    assert "edit what was sent yes" in rows
    assert "threads not yet" in rows
    assert "delete what was sent no" in rows
    assert "sent twice under one key stands once, within 1:00:00" in rows
    assert f"of {folder / 'plugins/radio.py'}" in output


@pytest.mark.parametrize("name", ["console", "email", "page"])
def test_every_publisher_of_ours_can_be_shown(tmp_path: Path, name: str) -> None:
    result = run(tmp_path, "plugins", "show", name)

    assert result.exit_code == 0
    assert "What it can:" in result.stdout


def test_a_broken_plugin_says_why(folder: Path) -> None:
    result = run(folder, "plugins", "show", "broken")

    assert result.exit_code == 0
    assert "ZeroDivisionError: division by zero" in result.stdout


@pytest.mark.parametrize(
    "change, reason",
    [
        ("settings = RadioSettings", "lacks settings"),
        ("async def check(self, context): return Account('1')", "lacks check"),
    ],
)
def test_a_publisher_that_is_not_whole_says_what_lacks(
    tmp_path: Path, change: str, reason: str
) -> None:
    text = RADIO.replace('"1")', "'1')").replace(change, "")
    files = {**SEVERAL, "plugins/radio.py": text}
    result = run(write(tmp_path, files), "plugins", "show", "radio")

    assert result.exit_code == 0
    assert reason in result.stdout


def test_an_unknown_plugin_is_explained(folder: Path) -> None:
    result = run(folder, "plugins", "show", "raido")

    assert result.exit_code == 2
    assert result.stderr == (
        "share-bridge: no plugin is called raido; did you mean radio?\n"
    )
