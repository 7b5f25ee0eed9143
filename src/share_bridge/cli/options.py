"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path

import click

from share_bridge.cli.workspace import Workspace

__all__ = ["config_option"]


def _config(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.ensure_object(Workspace).config_path = value


#: `--config` after the command as well as before it.
config_option = click.option(
    "--config",
    metavar="FILE",
    type=click.Path(path_type=Path),
    expose_value=False,
    callback=_config,
    help="Another file than share-bridge.toml in the current folder.",
)
