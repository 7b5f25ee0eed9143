"""What each target takes, and the card that a post gets there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from share_bridge.config.check import without_secrets
from share_bridge.config.model import Config, TargetConfig
from share_bridge.dispatch.read.look import Look
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.target.shown import capabilities_of, compose_for
from share_bridge.errors import PluginError
from share_bridge.ledger.records import TargetRecord
from share_bridge.model.capabilities import Capabilities
from share_bridge.model.message import Message
from share_bridge.model.post import Post
from share_bridge.model.rendering import Rendering
from share_bridge.preview.cards import Count, Standing, TargetCard
from share_bridge.preview.foreseen import foreseen
from share_bridge.preview.left_out import left_out, shown_of
from share_bridge.preview.link_card import link_card
from share_bridge.preview.warnings import warnings
from share_bridge.text.draft import takes_warning
from share_bridge.text.escape import for_html
from share_bridge.text.measure import counter
from share_bridge.text.networks import Network, networks

if TYPE_CHECKING:
    from share_bridge.plugin.publisher import Publisher

__all__ = ["Showing", "of_network", "of_target"]

_STYLE = (
    "body{margin:1rem;font:1rem/1.6 system-ui,sans-serif;overflow-wrap:anywhere}"
    "img{max-width:100%}pre{white-space:pre-wrap}"
)


class Showing(Struct, frozen=True, kw_only=True):
    """A target, or a network that is not configured, ready to show posts.

    Attributes:
        network: Its profile, if there is one.
        folder: Where files are: the configuration's.
        limits: Where its limits come from, in words.
        compose: The message that a post becomes there.
        render: Forms that its publisher adds.
        problem: Why it can show nothing, or empty.

    """

    name: str
    title: str
    configured: bool
    capabilities: Capabilities
    network: Network | None
    folder: Path
    limits: str
    compose: Callable[[Post], Message]
    render: Callable[[Message], Sequence[Rendering]]
    problem: str = ""

    def card(
        self, post: Post, standing: Standing, known: Message | None, look: Look | None
    ) -> TargetCard:
        """The post there.

        Args:
            post: Which one.
            standing: What becomes of it.
            known: The message as it was sent or approved; None: composed now.
            look: What the post's page says now; None: nobody asked.

        """
        if self.problem:
            return self.blank(standing, self.problem)
        try:
            message = known or self.compose(post)
        except ValueError as error:  # the author's own words do not fit
            return self.blank(standing, str(error))
        capabilities = self.capabilities.taking(message.post)
        shown = shown_of(message, self.name)
        counts = _counts(message, capabilities)
        link = link_card(message, capabilities, self.network, look)
        found = left_out(message, capabilities, shown)
        warned = warnings(
            message,
            capabilities,
            self.network,
            shown=shown,
            counts=counts,
            link=link,
            look=look,
        )
        return TargetCard(
            target=self.name,
            title=self.title,
            configured=self.configured,
            standing=standing,
            limits=self.limits,
            message=message,
            counts=counts,
            link=link,
            left_out=tuple(found),
            warnings=(
                *warned,
                *foreseen(message.images, self.capabilities.media, self.folder),
            ),
            renderings=tuple(self.render(message)),
        )

    def blank(self, standing: Standing, problem: str) -> TargetCard:
        """A card without a message, and why there is none."""
        return TargetCard(
            target=self.name,
            title=self.title,
            configured=self.configured,
            standing=standing,
            limits=self.limits,
            problem=problem,
        )


def of_network(network: Network, config: Config) -> Showing:
    """A network that nothing is sent to: by its documented limits."""
    target = TargetConfig(name=network.name, publisher=network.name)
    return Showing(
        name=network.name,
        title=network.title,
        configured=False,
        capabilities=network.capabilities,
        network=network,
        folder=config.folder,
        limits=_documented(network),
        compose=lambda post: compose_for(
            target, config, post, capabilities=network.capabilities
        ),
        render=_as_html,
    )


def of_target(runtime: Runtime, target: TargetConfig) -> Showing:
    """A configured target: by the limits that the ledger remembers, if it does."""
    network = networks().get(target.publisher)
    record = runtime.ledger.targets.named(target.name, target.publisher)
    try:
        publisher = runtime.publishers.publisher(target.publisher)
        capabilities = capabilities_of(runtime.publishers, target, record)
    except PluginError as error:
        return _broken(target, network, str(error))
    return Showing(
        name=target.name,
        title=publisher.title,
        configured=True,
        capabilities=capabilities,
        network=network,
        folder=runtime.config.folder,
        limits=_limits(record, network, capabilities),
        compose=lambda post: compose_for(
            target, runtime.config, post, capabilities=capabilities
        ),
        render=_renderer(target, publisher),
    )


def _broken(target: TargetConfig, network: Network | None, problem: str) -> Showing:
    def compose(post: Post) -> Message:
        return Message(post=post)

    return Showing(
        name=target.name,
        title=target.publisher if network is None else network.title,
        configured=True,
        capabilities=Capabilities(),
        network=network,
        folder=Path(),
        limits="",
        compose=compose,
        render=lambda _: (),
        problem=problem,
    )


def _renderer(
    target: TargetConfig, publisher: type[Publisher]
) -> Callable[[Message], Sequence[Rendering]]:
    """What the publisher adds; what it raises is told in its place."""
    from share_bridge.plugin.publisher import (  # noqa: PLC0415 - a name for types
        Publisher as Contract,
    )

    if publisher.preview is Contract.preview:
        return _as_html
    sender, settings = publisher(), without_secrets(target, publisher.settings)

    def render(message: Message) -> Sequence[Rendering]:
        try:
            return tuple(sender.preview(message, settings))
        except Exception as error:  # noqa: BLE001 - the border: a plugin raises anything
            text = f"{type(error).__name__}: {error}"
            return (Rendering(f"{publisher.title} could not show it", text=text),)

    return render


def _limits(
    record: TargetRecord, network: Network | None, capabilities: Capabilities
) -> str:
    if not capabilities.text:
        return "no limit"
    if record.capabilities is None:
        return (
            "limits that the publisher names"
            if network is None
            else _documented(network)
        )
    when = "" if record.discovered is None else f" on {record.discovered:%Y-%m-%d}"
    return f"limits as {record.server or 'its server'} said{when}"


def _documented(network: Network) -> str:
    return f"limits as documented on {network.checked:%Y-%m-%d}"


def _counts(message: Message, capabilities: Capabilities) -> tuple[Count, ...]:
    """Of the longest part, as the network counts: with a warning where it does."""
    beside = message.content_warning if takes_warning(capabilities) else ""
    texts = message.parts or (message.text,)
    counted = []
    for limit in capabilities.text:
        count = counter(limit.counting)
        number = max(map(count, texts)) + count(beside)
        counted.append(Count(number, limit.maximum, limit.counting.words))
    return tuple(counted)


def _as_html(message: Message) -> Sequence[Rendering]:
    """What a service that takes HTML is given, where its publisher shows no more."""
    if not message.html:
        return ()
    head = (
        f'<!DOCTYPE html><html lang="{for_html(message.language or "und")}"><head>'
        '<meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f"<title>{for_html(message.title)}</title><style>{_STYLE}</style></head>"
    )
    return (Rendering("As HTML", html=f"{head}<body>{message.html}</body></html>"),)
