"""Says in words what a plugin's publisher needs and can."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from share_bridge.cli.terminal import table
from share_bridge.errors import PluginError
from share_bridge.registry.described import Condition, Described, Kind

if TYPE_CHECKING:
    from share_bridge.model.capabilities import Capabilities, Support, TextLimit
    from share_bridge.registry.registry import Registry

__all__ = ["capability_rows", "explain"]

#: Of `Capabilities`, with what a reader of `plugins show` calls them.
_FEATURES = {
    "edit": "edit what was sent",
    "delete": "delete what was sent",
    "recent": "look for what was sent",
    "threads": "threads",
    "link_card": "link card",
    "content_warning": "content warning",
    "visibility": "visibility",
    "language": "language",
    "schedule": "scheduling over there",
}
_ANSWERS = {"full": "yes", "not_implemented": "not yet", "unsupported": "no"}
_DAY = timedelta(days=1)


def explain(registry: Registry, it: Described) -> Iterator[str]:
    """The lines of `plugins show` for one thing that a plugin brings."""
    yield f"{it.name}: {it.title}"
    yield f"  {it.kind}, brought by the plugin {it.plugin} of {it.origin}"
    if it.condition is not Condition.OK:
        yield f"  {it.condition}: {it.reason}"
        if it.command:
            yield f"  install it: {it.command}"
        return
    if it.kind is Kind.PUBLISHER:
        yield from _publisher(registry, it.name)


def _publisher(registry: Registry, name: str) -> Iterator[str]:
    from share_bridge.config.describe import describe_settings

    try:
        publisher = registry.publisher(name)
    except PluginError as error:
        yield f"  failed: {error}"
        return
    settings = list(describe_settings(publisher.settings))
    yield ""
    yield f'[targets.NAME] with publisher = "{name}" takes, beside the common keys:'
    if settings:
        rows = [(it.name, it.kind, it.default, it.purpose) for it in settings]
        yield from table(rows, headers=("KEY", "TYPE", "DEFAULT", "MEANING"), indent=2)
    else:
        yield "  nothing more"
    yield ""
    yield "What it can:"
    yield from table(list(capability_rows(publisher.capabilities)), indent=2)


def capability_rows(capabilities: Capabilities) -> Iterator[tuple[str, str]]:
    """What a publisher can, each with its answer, in words."""
    texts = [_limit(limit) for limit in capabilities.text]
    yield "length of a text", " and ".join(texts) or "no limit"
    yield "formats", ", ".join(sorted(capabilities.formats))
    yield "images", _images(capabilities)
    yield "hashtags in the text", _hashtags(capabilities)
    if capabilities.fan_out:
        yield "recipients", "many: one delivery for each"
    yield from ((word, _answer(capabilities, it)) for it, word in _FEATURES.items())
    yield "leaves this machine", "no" if capabilities.local else "yes"
    yield "sent twice under one key", _keys(capabilities)


def _answer(capabilities: Capabilities, feature: str) -> str:
    support: Support = getattr(capabilities, feature)
    return _ANSWERS[support.value]


def _limit(limit: TextLimit) -> str:
    counting = limit.counting
    words = f"{limit.maximum} {counting.words}"
    if counting.url_length is not None:
        words += f", a link counts {counting.url_length}"
    if counting.remote_mentions:
        words += ", a mention counts without its server"
    return words


def _hashtags(capabilities: Capabilities) -> str:
    if not capabilities.has_tags:
        return "no"
    most = capabilities.max_tags
    return "yes" if most is None else f"up to {most}"


def _images(capabilities: Capabilities) -> str:
    media = capabilities.media
    if not media.max_count:
        return "none"
    words = f"up to {media.max_count}"
    if media.max_bytes is not None:
        words += f", {media.max_bytes / 1_000_000:.3g} MB each"
    if media.max_pixels is not None:
        words += f", {media.max_pixels / 1_000_000:.3g} million pixels"
    if media.max_edge is not None:
        words += f", {media.max_edge} pixels a side"
    if media.max_alt is not None:
        words += f", {media.max_alt} characters of description"
    return words


def _keys(capabilities: Capabilities) -> str:
    lifetime = capabilities.honours_keys
    if lifetime is not None:
        if lifetime >= 1000 * _DAY:
            return "stands once"
        return f"stands once, within {lifetime}"
    if capabilities.names_duplicates:
        return "is refused as a duplicate"
    return "would stand twice: the ledger prevents it"
