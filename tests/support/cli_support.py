"""Runs the command line in a folder, and brings commands that fail in every way."""

from __future__ import annotations

import builtins
from pathlib import Path

import click
from click.testing import CliRunner, Result

from share_bridge import errors
from share_bridge.cli import cli
from share_bridge.cli.group import LazyGroup
from share_bridge.cli.workspace import Workspace

__all__ = ["fail", "fails", "run"]


def run(folder: Path, *arguments: str) -> Result:
    """What `share-bridge ARGUMENTS` does with the configuration in `folder`."""
    config = folder / "share-bridge.toml"
    if not config.exists():
        config.touch()
    return CliRunner().invoke(cli, ["--config", str(config), *arguments])


@click.command()
@click.argument("name")
def fail(name: str) -> None:
    """Raise what is named, of ours or of Python's, with a cause."""
    kinds = {**vars(builtins), **vars(errors)}
    cause = OSError("the disk\x1b[31m is full")
    raise kinds[name]("targets.home: \x1b[31mno") from cause


#: A group as ours, whose one command fails.
_failing = LazyGroup("share-bridge", lazy={"fail": ("cli_support:fail", "Fail.")})


def fails(name: str, *, verbose: bool = False) -> Result:
    """How a run ends in which `name` is raised."""
    workspace = Workspace()
    workspace.verbose = verbose
    return CliRunner().invoke(_failing, ["fail", name], obj=workspace)
