"""Whose words a delivery carries: those of its post, or of all posts of a digest."""

from __future__ import annotations

from share_bridge.config.model import TargetConfig
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.digest import is_digest
from share_bridge.model.post import post_id

__all__ = ["told"]


def told(
    ledger: Ledger, target: TargetConfig, head: DeliveryRecord
) -> list[DeliveryRecord]:
    """The deliveries whose posts a new message tells of: mostly its own."""
    if target.digest is None:
        return [head]
    record = ledger.posts.get(head.post)
    if not is_digest(record.source):
        return [head]
    posts = {post_id(post.identity) for post in record.post.posts}
    collecting = ledger.digests.collecting(head.target)
    return [it.delivery for it in collecting if it.delivery.post in posts]
