"""`share-bridge init`: from the address of a site to a configuration that works."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TYPE_CHECKING

import click

from share_bridge.cli.options import config_option
from share_bridge.cli.terminal import say, show
from share_bridge.cli.workspace import Workspace
from share_bridge.errors import ConfigurationError

if TYPE_CHECKING:
    from share_bridge.cli.first_config import Found

__all__ = ["init"]


def _networks(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(value) for value in values)
    except ValueError as error:
        raise click.BadParameter(f"{error}: write one as 192.168.0.0/16") from None


@click.command()
@click.argument("site", required=False)
@click.option(
    "--allow-network",
    "allow",
    callback=_networks,
    multiple=True,
    metavar="CIDR",
    help="A network that is not public and that the site may be in; repeatable.",
)
@config_option
@click.pass_obj
def init(
    workspace: Workspace,
    site: str | None,
    *,
    allow: tuple[IPv4Network | IPv6Network, ...],
) -> None:
    """Find your site's feed and write share-bridge.toml.

    SITE is the address of your site or its feed, or a folder with posts. Without it
    the configuration is for posts in the current folder. A file that is there
    already is never changed.
    """
    from share_bridge.cli.first_config import first_config
    from share_bridge.config.load import find

    file = find(workspace.config_path, cwd=workspace.cwd)
    if file.exists():
        raise ConfigurationError(
            f"{file} is there already: edit it, or name another with --config"
        )
    found = _look(site, workspace.cwd, file.parent, allow)
    _write(file, first_config(found))
    show(f"Wrote {file}: posts come from {found.feed or found.files}.")
    for warning in found.warnings:
        say(warning)
    say("Look at it, then see what would be sent: share-bridge publish --dry-run")


def _look(
    site: str | None,
    cwd: Path,
    folder: Path,
    allow: tuple[IPv4Network | IPv6Network, ...],
) -> Found:
    """What the argument leads to: the site's feed, or a folder of posts."""
    from share_bridge.cli.first_config import local_posts

    if site is None or (cwd / site).exists():
        return local_posts(site, cwd=cwd, folder=folder)
    import asyncio

    from share_bridge.cli.find_feed import find_feed

    say(f"Looking for the feed of {site} …")
    return asyncio.run(find_feed(site, allow=allow))


def _write(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise ConfigurationError(
            f"{file} cannot be written: {error.strerror}"
        ) from error
