"""One registration of a plugin: checked, described, and imported when it is used."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NamedTuple, TypeVar

from share_bridge.errors import PluginError
from share_bridge.plugin.registration import API_VERSION, Registration
from share_bridge.registry.described import Condition, Described, Kind
from share_bridge.registry.extras import install_command, is_missing
from share_bridge.registry.find import Found
from share_bridge.registry.hooks import ANYTHING, reason

__all__ = [
    "Offer",
    "conflict",
    "describe",
    "load_class",
    "load_function",
    "registration",
    "too_new",
]

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_LOAD = re.compile(r"[\w.]+:\w+")
_T = TypeVar("_T")


class Offer(NamedTuple):
    """A registration, and the plugin that made it."""

    registration: Registration
    found: Found


def registration(item: Any) -> Registration:
    """What a hook gave, as a registration; a single file may give the class itself.

    Raises:
        PluginError: It is neither, or its name or `load` cannot be used.

    """
    if isinstance(item, type):
        item = Registration(
            name=getattr(item, "name", item.__name__),
            title=getattr(item, "title", item.__name__),
            load=item,
            api_version=getattr(item, "api_version", API_VERSION),
        )
    if not isinstance(item, Registration):
        raise PluginError(f"gave {type(item).__name__}, not a Registration")
    if not isinstance(item.name, str) or not _NAME.fullmatch(item.name):
        raise PluginError(f"name {item.name!r}: use lower-case letters, digits and -")
    if isinstance(item.load, str) and not _LOAD.fullmatch(item.load):
        raise PluginError(f'load {item.load!r}: write "package.module:Class"')
    if not isinstance(item.api_version, int):
        raise PluginError(f"api_version {item.api_version!r}: write a number")
    return item


def too_new(offer: Offer) -> str:
    """Why a registration for a newer contract is left out."""
    name, version = offer.registration.name, offer.registration.api_version
    return (
        f"{name} is made for version {version} of the plugin contract and this "
        f"share-bridge speaks {API_VERSION}: upgrade share-bridge"
    )


def conflict(kind: Kind, offers: Sequence[Offer]) -> str:
    """Who claims the same name, and the way out."""
    claims = " and ".join(f"{it.found.name} ({it.found.origin})" for it in offers)
    name = offers[0].registration.name
    if len({it.found.name for it in offers}) > 1:
        way_out = "name one of them in [plugins] disable"
    else:
        way_out = "rename the file, or uninstall one of them"
    return f"{kind} {name}: claimed by the plugins {claims}: {way_out}"


def describe(kind: Kind, offer: Offer, *, clash: str = "") -> Described:
    """What can be said of it without importing it; `clash`: why it cannot be used."""
    it, found = offer
    condition, why, command = Condition.OK, "", ""
    if clash:
        condition, why = Condition.FAILED, clash
    elif it.extra and is_missing(found.distribution, it.extra):
        condition = Condition.EXTRA_MISSING
        why = f"needs the extra {it.extra}"
        command = install_command(found.distribution, it.extra)
    return Described(
        name=it.name,
        title=it.title,
        kind=kind,
        plugin=found.name,
        origin=found.origin,
        condition=condition,
        reason=why,
        command=command,
    )


def load_class(kind: Kind, offer: Offer, base: type[_T]) -> type[_T]:
    """The class behind a registration, imported now.

    Raises:
        PluginError: It cannot be imported, or is not a whole `base`.

    """
    what = f"{kind} {offer.registration.name}"
    loaded = _imported(what, offer)
    if not isinstance(loaded, type) or not issubclass(loaded, base):
        raise PluginError(
            f"{what}: {offer.registration.load} is no subclass of {base.__name__}"
        )
    missing = {*getattr(loaded, "__abstractmethods__", ())}
    missing |= {it for it in base.__annotations__ if not hasattr(loaded, it)}
    if missing:
        raise PluginError(
            f"{what}: {loaded.__name__} lacks {', '.join(sorted(missing))}"
        )
    return loaded


def load_function(kind: Kind, offer: Offer) -> Callable[..., Any]:
    """The function behind a registration, imported now.

    Raises:
        PluginError: It cannot be imported, or cannot be called.

    """
    what = f"{kind} {offer.registration.name}"
    loaded: Any = _imported(what, offer)
    if not callable(loaded):
        raise PluginError(f"{what}: {offer.registration.load} is no function")
    function: Callable[..., Any] = loaded
    return function


def _imported(what: str, offer: Offer) -> Any:
    it, found = offer
    if not isinstance(it.load, str):
        return it.load
    module, _, name = it.load.partition(":")
    try:
        return getattr(import_module(found.locate(module)), name)
    except ImportError as error:
        if it.extra and (
            found.distribution is None or is_missing(found.distribution, it.extra)
        ):
            command = install_command(found.distribution, it.extra)
            raise PluginError(f"{what} needs more than is installed: {command}") from (
                error
            )
        raise PluginError(_broken(what, found, error)) from error
    except ANYTHING as error:
        raise PluginError(_broken(what, found, error)) from error


def _broken(what: str, found: Found, error: BaseException) -> str:
    return f"{what} of plugin {found.name} ({found.origin}): {reason(error)}"
