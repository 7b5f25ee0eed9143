"""The root group: its commands are imported when they run, and its errors are lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from share_bridge.cli.failure import told
from share_bridge.cli.workspace import Workspace
from share_bridge.errors import PluginError, ShareBridgeError

__all__ = ["LazyGroup"]


class LazyGroup(click.Group):
    """A group whose own commands are known by name, and plugins' when asked for.

    Args:
        lazy: Name → (`module:attribute`, line for `--help`).

    """

    def __init__(
        self, *args: Any, lazy: Mapping[str, tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._lazy = dict(lazy)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Our own in the order of their use, then those of plugins."""
        return [*self._lazy, *sorted(self._plugin_commands(ctx))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; plugins are loaded only for names that are not ours."""
        if cmd_name in self._lazy:
            return self._import(cmd_name)
        return self._plugin_commands(ctx).get(cmd_name)

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Take a plugin's command, unless its name is taken."""
        wanted = name or cmd.name or ""
        if wanted in self._lazy or wanted in self.commands:
            raise PluginError(f"the command {wanted} is there already: rename yours")
        super().add_command(cmd, name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments start with, or what it may have been."""
        name = args[0]
        is_word = not name.startswith("-") and not ctx.resilient_parsing
        if is_word and self.get_command(ctx, name) is None:
            from share_bridge.text.suggest import suggestion

            ctx.fail(f"no command is called {name}{suggestion(name, self._names(ctx))}")
        return super().resolve_command(ctx, args)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the commands; of ours none is imported."""
        rows = [(name, line) for name, (_, line) in self._lazy.items()]
        rows += [
            (name, command.get_short_help_str(limit=80))
            for name, command in sorted(self._plugin_commands(ctx).items())
            if not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Run; every error that is ours, or nobody's, becomes a line and a code."""
        with told(ctx, verbose=ctx.ensure_object(Workspace).verbose):
            return super().invoke(ctx)

    def _names(self, ctx: click.Context) -> list[str]:
        return [*self._lazy, *self._plugin_commands(ctx)]

    def _import(self, name: str) -> click.Command:
        module, _, attribute = self._lazy[name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def _plugin_commands(self, ctx: click.Context) -> Mapping[str, click.Command]:
        """Commands of plugins; a configuration that is broken has none."""
        workspace = ctx.ensure_object(Workspace)
        if not workspace.has_commands:
            workspace.has_commands = True
            self.commands.clear()
            with _as_warning():
                workspace.installed.add_commands(self)
                workspace.warn_of_plugins()
        return self.commands


@contextmanager
def _as_warning() -> Iterator[None]:
    try:
        yield
    except ShareBridgeError as error:
        from share_bridge.cli.terminal import warn

        warn(f"no commands of plugins: {error}")
