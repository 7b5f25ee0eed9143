"""What commands share: the configuration and the plugins, each read when first used."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from share_bridge.config.model import Config
    from share_bridge.plugin.context import Context
    from share_bridge.registry.registry import Registry

__all__ = ["Workspace"]


class Workspace:
    """The `ctx.obj` of every command.

    Attributes:
        config_path: What `--config` says, or None.
        verbose: `--verbose`.
        cwd: The current folder, absolute.
        environ: The environment variables.

    """

    def __init__(self) -> None:
        self.config_path: Path | None = None
        self.verbose = False
        self.cwd = Path.cwd()
        self.environ: Mapping[str, str] = os.environ
        self.has_commands = False
        self._warned = 0

    @cached_property
    def config(self) -> Config:
        """The configuration.

        Raises:
            ConfigurationError: See `config.load`.

        """
        from share_bridge.config.load import load

        return load(self.config_path, environ=self.environ, cwd=self.cwd)

    @cached_property
    def installed(self) -> Registry:
        """The plugins, by `[plugins]` alone: what else is configured may be wrong.

        Raises:
            ConfigurationError: That table cannot be used.
            PluginError: See `load_registry`.

        """
        from share_bridge.registry.registry import load_registry

        if self.config_path is None and not (self.cwd / "share-bridge.toml").exists():
            return load_registry()
        from share_bridge.config.load import load_plugins

        plugins = load_plugins(self.config_path, environ=self.environ, cwd=self.cwd)
        return load_registry(plugins)

    def target(self, name: str) -> AbstractAsyncContextManager[Context]:
        """What a publisher of that target works with, for commands of plugins.

        `async with ctx.obj.target("home") as context:`; secrets are resolved, the
        ledger is open meanwhile.

        Raises:
            ConfigurationError: There is no such target, or its settings are wrong.
            TargetBlockedError: A secret is missing.

        """
        from share_bridge.cli.target_context import target_context

        return target_context(self, name)

    def prepare(self, name: str) -> None:
        """Let that target's publisher collect, and prepare what is new; send nothing.

        Sources are read and planned as `publish` does; what is wrong with one is told.
        For commands of plugins that write what a message needs before it can be sent,
        not within `target`.

        Raises:
            ConfigurationError: There is no such target, or its settings are wrong.

        """
        from share_bridge.cli.results import source_problems
        from share_bridge.cli.running import prepare_report
        from share_bridge.cli.terminal import complain, warn

        report = prepare_report(self, [name])
        for warning in report.warnings:
            warn(warning)
        for problem in source_problems(report.sources):
            complain(problem)

    @property
    def plugins(self) -> Registry:
        """`registry`, looked for when first used: a run with nothing to do needs none.

        With `[plugins] strict` it is looked for now.
        """
        if self.config.plugins.strict:
            return self.registry
        return cast("Registry", _Later(self))

    @property
    def registry(self) -> Registry:
        """`installed`, with a warning for each plugin that failed since the last."""
        registry = self.installed
        self.warn_of_plugins()
        return registry

    def warn_of_plugins(self) -> None:
        """Say which plugins failed; each once."""
        failures = self.installed.failures[self._warned :]
        self._warned += len(failures)
        if failures:
            from share_bridge.cli.terminal import warn

            for failure in failures:
                warn(str(failure))


class _Later:
    """Stands for the registry of a workspace until something is asked of it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __getattr__(self, name: str) -> Any:
        return getattr(self._workspace.registry, name)
