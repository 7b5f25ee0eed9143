"""What `share-bridge login` does: it logs in, tells who that is, and shows secrets."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from share_bridge.cli.browser import has_browser, open_browser
from share_bridge.cli.progress import Progress
from share_bridge.cli.runtime import make_runtime, open_ledger
from share_bridge.cli.terminal import say, show, warn
from share_bridge.config.credentials import open_store
from share_bridge.config.describe import describe_settings
from share_bridge.config.secrets import Secrets, resolve_secrets, variable
from share_bridge.config.settings import SecretField, secret_fields
from share_bridge.dispatch import border
from share_bridge.dispatch.target.login import LoggedIn, log_in
from share_bridge.errors import ConfigurationError, PublishError, TargetBlockedError
from share_bridge.ledger.place import is_new
from share_bridge.text.suggest import suggestion

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace
    from share_bridge.config.model import TargetConfig
    from share_bridge.plugin.publisher import Publisher

__all__ = ["find_target", "is_missing", "run_login", "show_ci", "show_secret"]

_REMOTE = re.compile(r"^\s*url\s*=\s*(\S+)", re.MULTILINE)


def find_target(workspace: Workspace, name: str) -> TargetConfig:
    """The target of that name.

    Raises:
        ConfigurationError: There is none.

    """
    targets = {target.name: target for target in workspace.config.targets}
    if name not in targets:
        raise ConfigurationError(f"{name}: no such target{suggestion(name, targets)}")
    return targets[name]


def run_login(
    workspace: Workspace, target: TargetConfig, *, paste: bool, quiet: bool
) -> None:
    """Log in, and say who that is; `quiet`: stdout is for something else."""
    publisher = workspace.registry.publisher(target.publisher)
    if not publisher.capabilities.login:
        _without_login(publisher, target, quiet=quiet)
        return
    paste = paste or not has_browser(workspace.environ)
    config = workspace.config
    with (
        open_ledger(config, dry=is_new(config.ledger)) as ledger,
        Progress(enabled=False) as progress,
    ):
        runtime = make_runtime(
            workspace, config, ledger, progress=progress, as_json=True
        )

        async def run() -> LoggedIn:
            async with open_browser(paste=paste) as browser:
                return await log_in(runtime, target, browser)

        try:
            done = border.run(run())
        except PublishError as error:
            raise PublishError(f"targets.{target.name}: {error}") from error
    for line in _lines(target, done):
        (say if quiet else show)(line)
    for key, place in done.overruled.items():
        warn(
            f"targets.{target.name}.{key}: {place} holds another value, which wins "
            "over what was saved: remove it there"
        )


def is_missing(workspace: Workspace, target: TargetConfig) -> bool:
    """Whether a secret of the target is nowhere, so that a login is needed."""
    try:
        _resolve(workspace, target)
    except TargetBlockedError:
        return True
    return False


def show_secret(workspace: Workspace, target: TargetConfig, key: str) -> None:
    """Print one secret on stdout; at its end a new line for people only."""
    keys = {field.name for field in _fields(workspace, target)}
    if key not in keys:
        raise ConfigurationError(
            f"--show {key}: {target.publisher} has no such secret"
            f"{suggestion(key, keys)}"
        )
    value = _resolve(workspace, target).values.get(key)
    if value is None:
        raise TargetBlockedError(f"targets.{target.name}.{key}: it is not set")
    click.echo(value, nl=sys.stdout.isatty())


def show_ci(workspace: Workspace, target: TargetConfig) -> None:
    """Print a line for each secret that makes a CI secret of it.

    The secret goes from one program to the other: it is neither shown nor kept in
    the history of a shell.
    """
    found = _resolve(workspace, target)
    if not found.values:
        say(f"{target.name} has no secrets: CI needs none for it.")
    config = _config_option(workspace)
    program = _program(workspace.config.folder)
    for key in found.values:
        name = variable(target.name, key)
        source = f"share-bridge login {target.name}{config} --show {key}"
        if program is None:
            show(source)
            say(f"Make what that prints a secret of your CI, with the name {name}.")
        else:
            show(f"{source} | {program[0]} {name}{program[1]}")
    if day := _end(workspace, target, found):
        say(
            f"CI cannot see when it ends: write expires = {day} in "
            f"[targets.{target.name}], and every run warns in time."
        )


def _end(workspace: Workspace, target: TargetConfig, found: Secrets) -> str:
    """The day that a login noted, unless CI can renew the token or was told."""
    saved = open_store(workspace.environ).get(target.name)
    is_carried = any(found.values.get(key) == saved[key] for key in saved)
    if target.expires or not is_carried or "refresh_token" in found.values:
        return ""
    return saved.get("expires", "").partition("T")[0]


def _without_login(
    publisher: type[Publisher], target: TargetConfig, *, quiet: bool
) -> None:
    """Say where else the secrets come from."""
    secrets = {field.name for field in secret_fields(publisher.settings)}
    if not secrets:
        (say if quiet else show)(f"{target.name}: {publisher.title} needs no login.")
        return
    wanted = [
        variable(target.name, it.name)
        + (f" ({it.purpose.rstrip('.')})" if it.purpose else "")
        for it in describe_settings(publisher.settings)
        if it.name in secrets
    ]
    raise ConfigurationError(
        f"targets.{target.name}: {publisher.title} has no login: "
        f"set {' and '.join(wanted)}"
    )


def _lines(target: TargetConfig, done: LoggedIn) -> Sequence[str]:
    account = done.account
    until = "no end is known"
    if account.expires is not None:
        until = f"until {account.expires:%Y-%m-%d}; log in again before"
    lines = [
        f"{target.name}: logged in as {account.name or account.id} ({until}).",
        f"Saved in {done.place}.",
    ]
    if done.before:
        lines.append(
            f"Before, {target.name} was {done.before}: the next publish asks whether "
            "the other account is meant."
        )
    return lines


def _fields(workspace: Workspace, target: TargetConfig) -> Sequence[SecretField]:
    publisher = workspace.registry.publisher(target.publisher)
    return secret_fields(publisher.settings)


def _resolve(workspace: Workspace, target: TargetConfig) -> Secrets:
    return resolve_secrets(
        target,
        _fields(workspace, target),
        environ=workspace.environ,
        store=open_store(workspace.environ),
        folder=workspace.config.folder,
        login=workspace.registry.publisher(target.publisher).capabilities.login,
    )


def _config_option(workspace: Workspace) -> str:
    path = workspace.config_path
    return "" if path is None else f" --config {shlex.quote(str(path))}"


def _program(folder: Path) -> tuple[str, str] | None:
    """What takes a secret on its standard input where this repository lives.

    https://cli.github.com/manual/gh_secret_set,
    https://docs.gitlab.com/cli/variable/set (2026-11-22).
    """
    remotes = _remotes(folder)
    if "gitlab" in remotes:
        return "glab variable set", " --masked"
    if "github" in remotes or not remotes:
        return "gh secret set", ""
    return None


def _remotes(folder: Path) -> str:
    """The addresses of the repository's remotes; empty without a repository."""
    for parent in (folder, *folder.parents):
        try:
            text = (parent / ".git" / "config").read_text(encoding="utf-8")
        except (OSError, ValueError):
            continue
        return " ".join(_REMOTE.findall(text)).lower()
    return ""
