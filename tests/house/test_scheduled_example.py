"""The example of a timer: what it writes down is true."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import pytest

from cli_support import run
from house_support import ROOT, fenced
from share_bridge.config.check import check_settings
from share_bridge.config.load import load
from share_bridge.registry.registry import load_registry

_EXAMPLE = ROOT / "examples" / "scheduled"
_README = _EXAMPLE / "README.md"


def _unit(name: str) -> ConfigParser:
    unit = ConfigParser(interpolation=None)
    unit.read_string((_EXAMPLE / name).read_text("utf-8"))
    return unit


def _commands() -> list[str]:
    """What follows `share-bridge`, wherever a command is written down."""
    texts = [
        *fenced(_README, ""),
        (_EXAMPLE / "crontab").read_text("utf-8"),
        _unit("share-bridge.service")["Service"]["ExecStart"],
    ]
    found = re.findall(r"bin/share-bridge (.*)", "\n".join(texts))
    return sorted(set(found))


def test_its_configuration_is_accepted() -> None:
    environ = {"SHARE_BRIDGE_HOME_TOKEN": "token", "SHARE_BRIDGE_LETTER_PASSWORD": "pw"}
    config = load(_EXAMPLE / "share-bridge.toml", environ=environ, cwd=_EXAMPLE)
    check_settings(config, load_registry())
    assert [target.name for target in config.targets] == ["home", "letter"]


@pytest.mark.parametrize("command", _commands())
def test_its_commands_are_known(tmp_path: Path, command: str) -> None:
    name, *options = command.split()
    known = run(tmp_path, name, "--help").stdout
    assert "Usage:" in known
    assert [it for it in options if it.startswith("--") and it not in known] == []


def test_timer_and_cron_come_as_often() -> None:
    every = re.search(
        r"^\*/(\d+) ", (_EXAMPLE / "crontab").read_text("utf-8"), re.MULTILINE
    )
    assert every is not None
    assert _unit("share-bridge.timer")["Timer"]["OnCalendar"] == f"*:0/{every[1]}"
    installed = _unit("share-bridge.timer")["Install"]["WantedBy"]
    assert installed == "timers.target"


def test_its_page_names_every_file() -> None:
    files = {path.name for path in _EXAMPLE.iterdir()} - {"README.md"}
    assert files <= set(re.findall(r"`([\w.-]+)`", _README.read_text("utf-8")))
