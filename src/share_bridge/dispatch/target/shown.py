"""A post as a target shows it, by what is known of what it takes."""

from __future__ import annotations

from share_bridge.config.model import Config, TargetConfig
from share_bridge.dispatch.runtime import Publishers
from share_bridge.ledger.records import TargetRecord
from share_bridge.model.capabilities import Capabilities, Support
from share_bridge.model.message import Message
from share_bridge.model.post import Post

__all__ = ["capabilities_of", "compose_for", "narrowed"]


def compose_for(
    target: TargetConfig, config: Config, post: Post, *, capabilities: Capabilities
) -> Message:
    """The post as a target with these capabilities shows it.

    Raises:
        DoesNotFitError: The author's own words are longer than the target takes.
        BadTemplateError: The target's template fails on this post.

    """
    from share_bridge.text.compose import Rules, compose  # noqa: PLC0415 - when needed

    rules = Rules(
        target=target.name,
        capabilities=capabilities,
        read_more=target.read_more,
        hashtags=target.hashtags,
        language=config.site.language,
        template=target.template,
        site=config.site.title,
        thread=target.thread if capabilities.threads is Support.FULL else None,
    )
    return compose(post, rules)


def capabilities_of(
    publishers: Publishers, target: TargetConfig, record: TargetRecord
) -> Capabilities:
    """By the limits that the ledger remembers, else the documented ones."""
    return narrowed(publishers.publisher(target.publisher).capabilities, record)


def narrowed(capabilities: Capabilities, record: TargetRecord) -> Capabilities:
    """What a server said it takes goes before what its kind is known to take."""
    if record.capabilities is None:
        return capabilities
    return capabilities.narrowed(record.capabilities)
