"""The example of a static actor: what it writes down is true."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli_support import run
from share_bridge.config.check import check_settings
from share_bridge.config.load import load
from share_bridge.registry.registry import load_registry

_EXAMPLE = Path(__file__).parents[3] / "examples" / "fediverse_actor"


@pytest.mark.parametrize("name", ["share-bridge.toml", "inbox.toml"])
def test_its_configurations_are_accepted(name: str) -> None:
    config = load(_EXAMPLE / name, environ={}, cwd=_EXAMPLE)
    check_settings(config, load_registry())
    assert dict(config.targets[0].settings)["inbox"] == "spool"


def test_both_sides_are_the_same_actor() -> None:
    sides = [
        dict(load(_EXAMPLE / name, environ={}, cwd=_EXAMPLE).targets[0].settings)
        for name in ("share-bridge.toml", "inbox.toml")
    ]
    assert sides[0] | sides[1] == sides[0]


def test_its_workflow_exports_deploys_and_publishes_in_this_order(
    tmp_path: Path,
) -> None:
    workflow: dict[str, Any] = yaml.safe_load((_EXAMPLE / "publish.yml").read_text())
    steps = workflow["jobs"]["publish"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    ours = [shlex.split(it)[1:] for it in commands if it.startswith("share-bridge ")]
    assert [words[0] for words in ours] == ["fediverse", "publish"]
    at = [commands.index(it) for it in commands if "deploy" in it]
    assert commands.index(next(it for it in commands if "export" in it)) < at[0]
    assert commands[-1].startswith("share-bridge publish")
    for words in ours:
        known = (
            run(tmp_path, *words[:2], "--help")
            if words[0] != "publish"
            else run(tmp_path, "publish", "--help")
        )
        for option in (it for it in words if it.startswith("--")):
            assert option in known.stdout
