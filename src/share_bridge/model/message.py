"""A message: one action at one target, composed to fit it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Self

from msgspec import Struct, convert, to_builtins
from msgspec.structs import replace

from share_bridge.model.post import Image, Post

__all__ = ["Action", "Facet", "Message"]


class Action(StrEnum):
    """What a message asks of the service, in the order it may happen."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Facet(Struct, frozen=True):
    """A link, mention or hashtag in the text.

    Attributes:
        part: Index into `Message.parts`.
        start, end: Half-open range in that part, in the unit that the capabilities
            name as `facets`.
        kind: `link`, `mention` or `tag`.
        value: The URL, `@user@host` or `@handle.example`, or the tag without `#`.

    """

    part: int
    start: int
    end: int
    kind: str
    value: str


class Message(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a publisher is handed; it already fits the target.

    Attributes:
        post: The whole post; its `content` is raw: see `share_bridge.plugin.clean`.
        action: Create, update or delete.
        text: All of it as plain text, link and hashtags included.
        parts: The text in as many pieces as go out; one without threads.
        html: The same as HTML, sanitized and balanced; empty where not asked for.
        markdown: The same as Markdown; empty where not asked for.
        title: One line; also the first line of `text` unless the target has a
            title of its own.
        teaser: The body alone as plain text: no title, link or hashtags.
        link: Where "Read more" leads: absolute http(s), or empty.
        read_more: The words of that link, in the post's language.
        facets: Links, mentions and hashtags within `parts`; none where the
            capabilities ask for none.
        tags: Hashtags without `#`, as the text has them.
        language: BCP 47 tag, or empty.
        images: At most what the target takes, with their bytes where they could be
            read.
        content_warning, visibility: Empty means none, the target's default.
        words: Fingerprint of the author's words that were used.
        rules: Version of the rules that composed it.

    """

    post: Post
    action: Action = Action.CREATE
    text: str = ""
    parts: tuple[str, ...] = ()
    html: str = ""
    markdown: str = ""
    title: str = ""
    teaser: str = ""
    link: str = ""
    read_more: str = ""
    facets: tuple[Facet, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    images: tuple[Image, ...] = ()
    content_warning: str = ""
    visibility: str = ""
    words: str = ""
    rules: int = 0

    def to_json(self) -> dict[str, Any]:
        """As a JSON document: what the ledger freezes."""
        images = tuple(image.without_data() for image in self.images)
        document: dict[str, Any] = to_builtins(replace(self, images=images))
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The message that `to_json` wrote."""
        return convert(document, cls)
