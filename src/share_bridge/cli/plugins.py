"""`share-bridge plugins`: what there is, where it comes from, and how to set it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from share_bridge.cli.options import config_option
from share_bridge.cli.terminal import show, table
from share_bridge.cli.workspace import Workspace
from share_bridge.errors import PluginError

if TYPE_CHECKING:
    from share_bridge.registry.described import Described
    from share_bridge.registry.registry import Registry

__all__ = ["plugins"]

_HEADERS = ("NAME", "TITLE", "KIND", "FROM", "STATE")


@click.group()
def plugins() -> None:
    """List publishers and other plugins, and explain one."""


@plugins.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@config_option
@click.pass_obj
def list_plugins(workspace: Workspace, *, as_json: bool) -> None:
    """List what plugins bring; none of it is imported."""
    registry = workspace.installed
    described = list(registry.everything())
    if as_json:
        import json

        click.echo(json.dumps(_document(registry, described), indent=2))
        return
    rows = [_row(it) for it in described] + _failed(registry, described)
    if not rows:
        show("No plugins are installed: pip install share-bridge brings its own.")
        return
    for line in table(rows, headers=_HEADERS):
        show(line)


@plugins.command("show")
@click.argument("name")
@config_option
@click.pass_obj
def show_plugin(workspace: Workspace, name: str) -> None:
    """Explain one: its settings, what it can, why it failed."""
    from share_bridge.cli.explain import explain

    registry = workspace.installed
    described = list(registry.everything())
    matching = [it for it in described if name in {it.name, it.plugin}]
    for it in matching:
        for line in explain(registry, it):
            show(line)
    told = {it.reason for it in matching}
    failures = [
        it for it in registry.failures if it.plugin == name and it.reason not in told
    ]
    for failure in failures:
        show(f"failed: {failure}")
    if not matching and not failures:
        raise PluginError(_unknown(name, described))


def _unknown(name: str, described: list[Described]) -> str:
    from share_bridge.text.suggest import suggestion

    return (
        f"no plugin is called {name}{suggestion(name, {it.name for it in described})}"
    )


def _row(it: Described) -> tuple[str, ...]:
    state = str(it.condition)
    if it.command:
        state = f"{state}: {it.command}"
    elif it.reason:
        state = f"{state}: {it.reason}"
    return (it.name, it.title, str(it.kind), it.origin, state)


def _failed(registry: Registry, described: list[Described]) -> list[tuple[str, ...]]:
    """Plugins that failed in another way than a row above says already."""
    told = {it.reason for it in described}
    return [
        (it.plugin, "", "plugin", it.origin, f"failed: {it.reason}")
        for it in registry.failures
        if it.reason not in told
    ]


def _document(registry: Registry, described: list[Described]) -> dict[str, Any]:
    return {
        "version": 1,
        "plugins": [
            {
                "name": it.name,
                "title": it.title,
                "kind": str(it.kind),
                "plugin": it.plugin,
                "origin": it.origin,
                "state": str(it.condition),
                "reason": it.reason or None,
                "command": it.command or None,
            }
            for it in described
        ],
        "failures": [
            {"plugin": it.plugin, "origin": it.origin, "reason": it.reason}
            for it in registry.failures
        ],
    }
