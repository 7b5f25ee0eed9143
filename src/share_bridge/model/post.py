"""A post: one entry of the author's site, whole, with a stable identity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, Self

from msgspec import Struct, convert, to_builtins

__all__ = ["Image", "Override", "Post", "post_id"]


class Image(Struct, frozen=True, omit_defaults=True):
    """A picture of the post, by its address, with what it shows in words.

    Attributes:
        url: Absolute http(s) address; empty for a file beside a local post.
        path: File inside the source's folder, relative to it; empty otherwise.
        alt: What the picture shows, for those who cannot see it.
        focus: Where its subject is, as `x,y` from `-1,-1` (left, bottom) to `1,1`;
            empty: not said.
        found: It is the first of the text, or a small one of the feed: nobody named it
            as the post's.
        data: Its bytes, in a message that is about to be sent; never stored.
        media_type: What the bytes are, such as `image/png`, told from themselves.
        width, height: Of what the bytes show, in pixels; 0 without them.

    """

    url: str
    alt: str = ""
    path: str = ""
    focus: str = ""
    found: bool = False
    data: bytes = b""
    media_type: str = ""
    width: int = 0
    height: int = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Image) and self._said == other._said

    def __hash__(self) -> int:
        return hash(self._said)

    def __repr__(self) -> str:
        return "Image(url={!r}, alt={!r}, path={!r}, focus={!r})".format(*self._said)

    @property
    def _said(self) -> tuple[str, str, str, str]:
        """What the author said of it: two readings of a file are one picture."""
        return (self.url, self.alt, self.path, self.focus)

    def without_data(self) -> Image:
        """As it is stored: its bytes are read again when they are needed."""
        return Image(*self._said, found=self.found)


class Override(Struct, frozen=True, omit_defaults=True):
    """The `share:` block of a local post: the author's own word on sharing it.

    Attributes:
        skip: Send this post nowhere.
        targets: Send it to these targets only; None means to all.
        text: Words to send as they are, everywhere.
        texts: Words to send as they are, by the name of the target.
        content_warning, visibility: Win over what the target says.
        tags: Win over the post's own tags; None means not said.

    """

    skip: bool = False
    targets: tuple[str, ...] | None = None
    text: str | None = None
    texts: tuple[tuple[str, str], ...] = ()
    content_warning: str | None = None
    visibility: str | None = None
    tags: tuple[str, ...] | None = None

    def text_for(self, target: str) -> str | None:
        """The author's own words for this target, or None."""
        return dict(self.texts).get(target, self.text)


class Post(Struct, frozen=True, omit_defaults=True):
    """One entry of a source, parsed, not yet cleaned.

    Attributes:
        source: Name of the source that owns its words.
        identity: What the post is known by: `guid:SOURCE:…` or `link:…`.
        aliases: Other names that mean this post (`link:…`), normalised.
        url: Canonical link: absolute http(s), or empty.
        title: One line of plain text: no tags, entities unescaped.
        summary: The author's own summary as HTML, untrusted; may be empty.
        content: The whole body as HTML, untrusted; may be empty.
        base: Address that relative links in summary and content start from.
        published, updated: Aware, UTC, within sane years, or None.
        authors, tags: Plain text, in the author's order.
        language: BCP 47 tag such as `en` or `pt-BR`, or empty.
        images: In the author's order, largest claim first.
        content_warning: Plain text, or empty.
        override: What the author said about sharing this very post.
        syndication: Addresses of copies that stand, by the author's own word.
        skip_reason: Why it is not to be sent now (a draft, a future date), or
            empty. Such a post is listed, and planned once the reason is gone.
        posts: The posts that a digest tells of, newest first; empty for any other
            post. Each has its title, address and date, and a few clean words.

    """

    source: str
    identity: str
    aliases: tuple[str, ...] = ()
    url: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    base: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    images: tuple[Image, ...] = ()
    content_warning: str = ""
    override: Override = Override()
    syndication: tuple[str, ...] = ()
    skip_reason: str = ""
    posts: tuple[Post, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As a JSON document; what is empty is left out."""
        document: dict[str, Any] = to_builtins(self)
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The post that `to_json` wrote.

        Raises:
            ValueError: It is none.

        """
        return convert(document, cls)


def post_id(identity: str) -> str:
    """The short name of a post in ledger, report and commands: 12 hex digits.

    It follows from the identity alone, so that two ledgers agree on it.
    """
    return blake2b(identity.encode(), digest_size=6).hexdigest()
