"""The command line: `share-bridge`, its options, and its commands by name."""

from __future__ import annotations

import atexit
import gc
import os
from pathlib import Path
from typing import Any

import click

from share_bridge import __version__
from share_bridge.cli.group import LazyGroup
from share_bridge.cli.workspace import Workspace

__all__ = ["cli", "main"]

#: How many new objects there are when garbage is looked for: a run makes many, nearly
#: all of them its modules, and hardly any garbage.
_GARBAGE = 100_000

#: Name → where the command is, and the line that `--help` shows without importing it.
COMMANDS = {
    "init": (
        "share_bridge.cli.init:init",
        "Find your site's feed and write share-bridge.toml.",
    ),
    "publish": (
        "share_bridge.cli.publish:publish",
        "Publish every new post to every target, never twice.",
    ),
    "preview": (
        "share_bridge.cli.preview:preview",
        "Show every post as every target will, before it goes out.",
    ),
    "approve": (
        "share_bridge.cli.approve:approve",
        "Read what waits for your approval, and send exactly that.",
    ),
    "retract": (
        "share_bridge.cli.retract:retract",
        "Take a post's copies away where it was sent, and send it nowhere again.",
    ),
    "status": (
        "share_bridge.cli.status:status",
        "Show what went where, what waits until when, and every question.",
    ),
    "conversation": (
        "share_bridge.cli.conversation:conversation",
        "Gather, moderate and export what others said of your posts.",
    ),
    "pause": (
        "share_bridge.cli.pause:pause",
        "Send nothing to a target, or to all, until you say so.",
    ),
    "resume": (
        "share_bridge.cli.pause:resume",
        "Let a paused target, or all, go on.",
    ),
    "doctor": (
        "share_bridge.cli.doctor:doctor",
        "Look at feeds, targets, tokens, limits and clocks; send nothing.",
    ),
    "login": (
        "share_bridge.cli.login:login",
        "Log in at a target in your browser.",
    ),
    "serve": (
        "share_bridge.cli.serve:serve",
        "Serve what plugins serve, publish on schedule, and gather what others say.",
    ),
    "ledger": (
        "share_bridge.cli.ledger:ledger",
        "Answer questions: say what stands, what does not, what to try again.",
    ),
    "plugins": (
        "share_bridge.cli.plugins:plugins",
        "List publishers and other plugins, and explain one.",
    ),
}


def _config(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    context.ensure_object(Workspace).config_path = value


def _verbose(context: click.Context, _: click.Parameter, value: Any) -> None:
    context.ensure_object(Workspace).verbose = bool(value)


# Eager, so that `--config FILE --help` knows the file's plugins.
@click.group(
    "share-bridge",
    cls=LazyGroup,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--config",
    metavar="FILE",
    type=click.Path(path_type=Path),
    is_eager=True,
    expose_value=False,
    callback=_config,
    help="Another file than share-bridge.toml in the current folder.",
)
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_verbose,
    help="Say more, and why something failed.",
)
@click.version_option(__version__, message="share-bridge %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Carry every post of your site to where its readers are, never twice."""
    if os.environ.get("NO_COLOR"):
        context.color = False
    if context.ensure_object(Workspace).verbose:
        import logging

        logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")


def main() -> None:
    """Run the command line of this process.

    Python's last act is to look for garbage in all that a process ever imported, a
    fifth of what a whole run takes: all of it ends with the process anyway.
    """
    gc.set_threshold(_GARBAGE)
    atexit.register(gc.freeze)
    cli(prog_name="share-bridge")
