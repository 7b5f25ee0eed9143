"""A digest: a post that is made of posts, for one target and one period."""

from __future__ import annotations

from datetime import date

from share_bridge.model.post import Post

__all__ = ["digest_identity", "digest_source", "is_digest", "told_in"]

_DIGEST = "digest"


def digest_source(target: str) -> str:
    """What the source of a target's digests is called: no other has a slash."""
    return f"{_DIGEST}/{target}"


def digest_identity(target: str, day: date) -> str:
    """What the digest of a period is known by, on every machine.

    Args:
        target: Name of the target.
        day: On which the period ends.

    """
    return f"{_DIGEST}/{target}/{day.isoformat()}"


def is_digest(source: str) -> bool:
    """Whether a post of that source is a digest."""
    return source.startswith(f"{_DIGEST}/")


def told_in(digest: Post) -> str:
    """Why a post is not sent by itself: a digest told of it."""
    return f"in the digest of {digest.identity.rpartition('/')[2]}"
