"""Calls the hooks of each plugin on its own: what one raises never reaches another."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import iscoroutinefunction
from typing import Any

import pluggy

from share_bridge.errors import PluginError
from share_bridge.plugin import hookspecs
from share_bridge.registry.find import Found

__all__ = ["ANYTHING", "Hooks", "reason"]

#: A plugin may call sys.exit() where it is imported; it ends nothing but itself.
ANYTHING = (Exception, SystemExit)


class Hooks:
    """The plugins that could be loaded, behind pluggy."""

    def __init__(self) -> None:
        self._manager = pluggy.PluginManager("share_bridge")
        self._manager.add_hookspecs(hookspecs)
        self._found: dict[str, Found] = {}

    def add(self, found: Found) -> None:
        """Load a plugin.

        Raises:
            Exception: Whatever the plugin, or pluggy about it, has to say.
            PluginError: Its hooks are none of ours, or cannot be called.

        """
        module = found.load()
        key = found.name if found.name not in self._found else found.origin
        self._manager.register(module, key)
        try:
            self._check(module)
        except PluginError:
            self._manager.unregister(name=key)
            raise
        self._found[key] = found

    def each(self, hook: str) -> Iterator[tuple[Found, Any]]:
        """Every plugin that implements the hook, and what calls it there alone."""
        for key, found in self._found.items():
            module = self._manager.get_plugin(key)
            callers = self._manager.get_hookcallers(module) or []
            if any(caller.name == hook for caller in callers):
                others = [
                    plugin
                    for plugin in self._manager.get_plugins()
                    if plugin is not module
                ]
                yield found, self._manager.subset_hook_caller(hook, others)

    def _check(self, module: object) -> None:
        callers = self._manager.get_hookcallers(module) or []
        if not callers:
            raise PluginError("no function in it is marked with @hookimpl")
        for caller in callers:
            for implementation in caller.get_hookimpls():
                if implementation.plugin is not module:
                    continue
                if not caller.has_spec() and not implementation.optionalhook:
                    raise PluginError(
                        f"there is no hook called {caller.name}: misspelt, or made "
                        "for a newer share-bridge"
                    )
                if iscoroutinefunction(implementation.function):
                    raise PluginError(f"{caller.name} is async: hooks are plain calls")


def reason(error: BaseException) -> str:
    """What an exception of a plugin says, on one line, with its type."""
    if isinstance(error, PluginError):
        return str(error)
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
