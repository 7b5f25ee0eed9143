"""All plugins of a run: what they bring, and which of them failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from share_bridge.errors import PluginError
from share_bridge.plugin.registration import API_VERSION
from share_bridge.registry.described import Described, Failure, Kind
from share_bridge.registry.find import Found, folder_plugins, installed_plugins
from share_bridge.registry.hooks import ANYTHING, Hooks, reason
from share_bridge.registry.offer import (
    Offer,
    conflict,
    describe,
    load_class,
    load_function,
    registration,
    too_new,
)
from share_bridge.text.suggest import suggestion

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from share_bridge.model.delivery import Delivery
    from share_bridge.model.receipt import Receipt
    from share_bridge.plugin.intake import Intake
    from share_bridge.plugin.publisher import Publisher
    from share_bridge.plugin.source import Source
    from share_bridge.registry.choice import Choice

__all__ = ["Registry", "load_registry"]

_HOOKS = {
    Kind.PUBLISHER: "register_publishers",
    Kind.SOURCE: "register_sources",
    Kind.ROUTES: "register_routes",
    Kind.INBOX: "register_inboxes",
}
_T = TypeVar("_T")


class Registry:
    """What plugins bring, by kind and name. Made by `load_registry`."""

    def __init__(
        self, choice: Choice | None, *, installed: Iterable[EntryPoint] | None = None
    ) -> None:
        self._hooks = Hooks()
        self._offers: dict[Kind, dict[str, list[Offer]]] = {kind: {} for kind in Kind}
        self._failures: list[Failure] = []
        self._disabled: set[str] = set()
        for found in installed_plugins(installed):
            self._consider(found, choice)
        for folder in choice.dirs if choice else ():
            self._look_into(folder, choice)
        for kind in Kind:
            self._register(kind)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What went wrong so far, in the order in which it did."""
        return tuple(self._failures)

    def publishers(self) -> tuple[Described, ...]:
        """All publishers by name; none of them is imported."""
        return tuple(self._describe(Kind.PUBLISHER))

    def sources(self) -> tuple[Described, ...]:
        """All kinds of sources that plugins bring; none of them is imported."""
        return tuple(self._describe(Kind.SOURCE))

    def routes(self) -> tuple[Described, ...]:
        """All routes for `share-bridge serve`; none of them is imported."""
        return tuple(self._describe(Kind.ROUTES))

    def inboxes(self) -> tuple[Described, ...]:
        """All inboxes for `serve --inbox-only`; none of them is imported."""
        return tuple(self._describe(Kind.INBOX))

    def everything(self) -> tuple[Described, ...]:
        """All that plugins bring, kind by kind."""
        return tuple(it for kind in Kind for it in self._describe(kind))

    def publisher(self, name: str) -> type[Publisher]:
        """The class of a publisher, imported now.

        Raises:
            PluginError: Nothing, or more than one thing, is called so; its extra is
                missing; or it cannot be imported. The message has the fix.

        """
        from share_bridge.plugin.publisher import Publisher  # noqa: PLC0415 - lazy

        return self._class(Kind.PUBLISHER, name, Publisher)  # type: ignore[type-abstract]  # checked to be concrete

    def source(self, name: str) -> type[Source]:
        """The class of a plugin's source, imported now; raises as `publisher`."""
        from share_bridge.plugin.source import Source  # noqa: PLC0415 - lazy

        return self._class(Kind.SOURCE, name, Source)  # type: ignore[type-abstract]  # checked to be concrete

    def routes_of(self, name: str) -> Callable[[Any], Any]:
        """The function `routes(contexts)` of a plugin, imported now.

        Raises:
            PluginError: As `publisher` does.

        """
        return load_function(Kind.ROUTES, self._only(Kind.ROUTES, name))

    def inbox_of(self, name: str) -> Callable[[Any], Intake]:
        """The function `intake(contexts)` of a plugin, imported now; raises so too."""
        return load_function(Kind.INBOX, self._only(Kind.INBOX, name))

    def add_commands(self, cli: Any) -> None:
        """Let every plugin add its click commands to the root group."""
        for found, call in self._hooks.each("register_commands"):
            try:
                call(cli=cli)
            except ANYTHING as error:
                self._fail(found, f"register_commands: {reason(error)}")

    def delivery_finished(self, delivery: Delivery, receipt: Receipt) -> None:
        """Tell every observer that a delivery is recorded as delivered."""
        self._observe("delivery_finished", delivery=delivery, receipt=receipt)

    def delivery_failed(
        self, delivery: Delivery, error: Exception, next_attempt_at: datetime | None
    ) -> None:
        """Tell every observer that a failed attempt is recorded."""
        self._observe(
            "delivery_failed",
            delivery=delivery,
            error=error,
            next_attempt_at=next_attempt_at,
        )

    def _observe(self, hook: str, **told: Any) -> None:
        for found, call in self._hooks.each(hook):
            try:
                call(**told)
            except ANYTHING as error:
                import logging  # noqa: PLC0415 - only on a failure

                log = logging.getLogger(f"share_bridge.plugin.{found.name}")
                log.warning("%s: %s", hook, reason(error))

    def _look_into(self, folder: Path, choice: Choice | None) -> None:
        try:
            for found in folder_plugins(folder):
                self._consider(found, choice)
        except OSError as error:
            why = f"cannot be read: {error.strerror}"
            self._failures.append(Failure("plugins.dirs", str(folder), why))

    def _consider(self, found: Found, choice: Choice | None) -> None:
        if choice and not _is_chosen(found.name, choice):
            self._disabled.add(found.name)
            return
        try:
            self._hooks.add(found)
        except ANYTHING as error:
            self._fail(found, reason(error))

    def _fail(self, found: Found, why: str) -> None:
        self._failures.append(Failure(found.name, found.origin, why))

    def _register(self, kind: Kind) -> None:
        for found, call in self._hooks.each(_HOOKS[kind]):
            try:
                registrations = [
                    registration(item) for items in call() for item in items
                ]
            except ANYTHING as error:
                self._fail(found, f"{_HOOKS[kind]}: {reason(error)}")
                continue
            for offered in registrations:
                self._take(kind, Offer(offered, found))

    def _take(self, kind: Kind, offer: Offer) -> None:
        if offer.registration.api_version > API_VERSION:
            self._fail(offer.found, too_new(offer))
            return
        offers = self._offers[kind].setdefault(offer.registration.name, [])
        offers.append(offer)
        if len(offers) > 1:
            self._fail(offer.found, conflict(kind, offers))

    def _describe(self, kind: Kind) -> Iterator[Described]:
        for _, offers in sorted(self._offers[kind].items()):
            clash = conflict(kind, offers) if len(offers) > 1 else ""
            for offer in offers:
                yield describe(kind, offer, clash=clash)

    def _class(self, kind: Kind, name: str, base: type[_T]) -> type[_T]:
        return load_class(kind, self._only(kind, name), base)

    def _only(self, kind: Kind, name: str) -> Offer:
        offers = self._offers[kind].get(name, [])
        if len(offers) > 1:
            raise PluginError(conflict(kind, offers))
        if not offers:
            raise PluginError(self._unknown(kind, name))
        return offers[0]

    def _unknown(self, kind: Kind, name: str) -> str:
        text = f"no {kind} is called {name}"
        if name in self._disabled:
            return f"{text}: the plugin {name} is switched off under [plugins]"
        for failure in self._failures:
            if failure.plugin == name:
                return f"{text}: {failure}"
        return text + suggestion(name, self._offers[kind])


def _is_chosen(name: str, choice: Choice) -> bool:
    if name in choice.disable:
        return False
    return choice.only is None or name in choice.only


def load_registry(
    choice: Choice | None = None, *, installed: Iterable[EntryPoint] | None = None
) -> Registry:
    """Load plugins, each on its own: one that fails is left out and reported.

    Args:
        choice: `[plugins]` of the configuration; None: every installed plugin.
        installed: Entry points to use instead of those of this environment.

    Raises:
        PluginError: With `strict`, when any plugin failed.

    """
    registry = Registry(choice, installed=installed)
    if choice and choice.strict and registry.failures:
        failures = "\n".join(map(str, registry.failures))
        raise PluginError(f"{failures}\n[plugins] strict = true lets none pass")
    return registry
