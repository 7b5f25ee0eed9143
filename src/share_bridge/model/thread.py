"""A thread: the whole post in several parts, one after the other."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

__all__ = ["LinkPart", "Thread"]


class LinkPart(StrEnum):
    """The part of a thread that leads to the post."""

    FIRST = "first"
    LAST = "last"


class Thread(Struct, frozen=True, kw_only=True):
    """How a target wants its threads.

    Attributes:
        numbered: Each part ends with its number: `2/5`.
        link: Which part has the link and the hashtags.
        most: Parts, at most; what is longer ends with "Read more".

    """

    numbered: bool = False
    link: LinkPart = LinkPart.LAST
    most: int = 10
