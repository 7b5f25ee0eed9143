"""The command line starts fast, knows plugins' commands, and ends in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli_support import fails, run
from registry_support import write
from share_bridge import __version__
from share_bridge.cli import COMMANDS, cli
from share_bridge.cli.terminal import table, warn

GREET = """
import click
from share_bridge.plugin import hookimpl

@hookimpl
def register_commands(cli):
    @cli.command("{name}")
    @click.pass_obj
    def greet(workspace):
        '''Greet the reader.'''
        click.echo(f"hello from {{workspace.config.folder.name}}")
"""
WITH_PLUGINS = {"share-bridge.toml": "[plugins]\nonly = ['greet']\ndirs = ['plugins']"}


def _with_command(folder: Path, name: str) -> Path:
    plugin = {"plugins/greet.py": GREET.format(name=name)}
    return write(folder, {**WITH_PLUGINS, **plugin})


@pytest.mark.parametrize("name", COMMANDS)
def test_help_knows_each_command_without_importing_it(name: str) -> None:
    """The line that is written beside its name is the command's own."""
    command = cli.get_command(click.Context(cli), name)

    assert command is not None
    assert command.get_short_help_str(limit=200) == COMMANDS[name][1]


def test_help_lists_every_command(tmp_path: Path) -> None:
    result = run(tmp_path, "--help")

    assert result.exit_code == 0
    assert [name for name in COMMANDS if f"\n  {name} " not in result.stdout] == []


def test_the_version_is_one_line() -> None:
    result = CliRunner().invoke(cli, ["--version"])

    assert result.stdout == f"share-bridge {__version__}\n"


def test_a_plugin_adds_a_command(tmp_path: Path) -> None:
    """It is in the help, and runs."""
    folder = _with_command(tmp_path, "greet")

    listed = run(folder, "--help").stdout.splitlines()
    assert ["greet", "Greet", "the", "reader."] in [line.split() for line in listed]
    assert run(folder, "greet").stdout == f"hello from {tmp_path.name}\n"


@pytest.mark.parametrize("name", ["publish", "status"])
def test_a_plugin_never_takes_a_command_of_ours(tmp_path: Path, name: str) -> None:
    """It is told, and the command stays ours."""
    result = run(_with_command(tmp_path, name), "--help")

    assert "Greet the reader" not in result.stdout
    assert f"the command {name} is there already: rename yours" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "text",
    ["[plugins]\nonyl = 1", "= broken", "[plugins]\ndirs = ['no']\nstrict = true"],
)
def test_help_needs_no_working_configuration(tmp_path: Path, text: str) -> None:
    """Who asks for help gets it, and hears what is wrong."""
    result = run(write(tmp_path, {"share-bridge.toml": text}), "--help")

    assert result.exit_code == 0
    assert "Commands:" in result.stdout
    assert result.stderr.startswith("warning: no commands of plugins: ")


def test_an_unknown_command_is_explained(tmp_path: Path) -> None:
    """With the one that was probably meant; it is a wrong use."""
    result = run(tmp_path, "pubish")

    assert result.exit_code == 2
    assert "no command is called pubish; did you mean publish?" in result.stderr


@pytest.mark.parametrize(
    "error, code",
    [
        ("ConfigurationError", 2),
        ("LedgerError", 2),
        ("PluginError", 2),
        ("SourceError", 3),
        ("PublishError", 1),
        ("TargetBlockedError", 1),
        ("ShareBridgeError", 1),
    ],
)
def test_an_error_is_one_line_and_a_code(error: str, code: int) -> None:
    """Nothing in it is obeyed by the terminal."""
    result = fails(error)

    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr == "share-bridge: targets.home: no\n"


def test_verbose_shows_the_cause() -> None:
    lines = fails("LedgerError", verbose=True).stderr.splitlines()

    assert lines[1] == "share-bridge:   because of OSError: the disk is full"


def test_a_bug_is_one_line_too() -> None:
    """And no exit code that means something else."""
    result = fails("KeyError")

    assert result.exit_code == 70
    assert result.stderr.startswith("share-bridge: unexpected KeyError: ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" in fails("KeyError", verbose=True).stderr


def test_an_interruption_is_no_error() -> None:
    """128 + SIGINT, as shells have it."""
    result = fails("KeyboardInterrupt")

    assert (result.exit_code, result.stderr.strip()) == (130, "")


def test_output_that_nobody_reads_ends_quietly(tmp_path: Path) -> None:
    """As in `share-bridge plugins list | head -0`."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "share_bridge", "plugins", "list"],
        cwd=tmp_path,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("no_color, colours", [("1", False), ("", True)])
def test_no_color_is_honoured(
    no_color: str,
    colours: bool,
) -> None:
    """https://no-color.org: set and not empty."""
    command = click.Command("paint", callback=lambda: warn("x"))
    group = click.Group("paint", callback=cli.callback, commands=[command])
    result = CliRunner().invoke(
        group, ["paint"], color=True, env={"NO_COLOR": no_color}
    )

    assert ("\x1b[" in result.stderr) is colours


def test_a_table_fits_the_terminal() -> None:
    """Its last column is wrapped; wide characters count two."""
    rows = [("日本", "one two three four five six seven"), ("a", "b\x1b[0m")]

    assert list(table(rows, headers=("NAME", "TEXT"), width=30)) == [
        "NAME  TEXT",
        "日本  one two three four five",
        "      six seven",
        "a     b",
    ]
    assert list(table(rows, headers=("NAME", "TEXT"), indent=1))[1].endswith("seven")
    assert list(table([])) == []
