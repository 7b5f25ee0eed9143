"""Ids that follow from what they name, so that two ledgers mean the same thing.

Those of messages and deliveries begin as their post's does: what is written together
stands together in the indexes of a large ledger.
"""

from __future__ import annotations

from hashlib import blake2b

from share_bridge.model.message import Action
from share_bridge.model.question import Kind

__all__ = [
    "WAS",
    "bound_id",
    "delivery_id",
    "message_id",
    "provisional_id",
    "question_id",
    "retired_name",
]

#: What stands between the name that a target had and its id.
WAS = ".was."
#: Characters of its post's id that an id begins with.
_SHARED = 8


def provisional_id(publisher: str, name: str) -> str:
    """A target of which only the configuration is known."""
    return _id("provisional", publisher, name)


def bound_id(publisher: str, server: str, account: str) -> str:
    """The target that is this account, whatever it is called."""
    return _id("target", publisher, server, account)


def message_id(target: str, post: str, action: Action, number: int) -> str:
    """One action on one post at one target."""
    words = ("message", target, post, action.value, str(number))
    return post[:_SHARED] + _id(*words)


def delivery_id(message: str, recipient: str) -> str:
    """A message for one recipient; it is empty where the target has no others."""
    return message[:_SHARED] + _id("delivery", message, recipient)


def question_id(kind: Kind, target: str, post: str) -> str:
    """The same question is asked once.

    Args:
        kind: Which question.
        target: Name of the target it is about.
        post: Short id of the post it is about, or whatever else tells it apart.

    """
    key = f"{kind.value}|{target}|{post}".encode()
    return blake2b(key, digest_size=6).hexdigest()


def retired_name(name: str, target: str) -> str:
    """The name of a target that lost its name: one that nobody can configure."""
    return f"{name}{WAS}{target}"


def _id(*words: str) -> str:
    return blake2b("\0".join(words).encode(), digest_size=8).hexdigest()
