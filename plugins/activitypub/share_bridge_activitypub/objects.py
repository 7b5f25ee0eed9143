"""A message as an ActivityStreams object that every kind of server shows well.

https://www.w3.org/TR/activitystreams-vocabulary/, and for articles FEP-b2b8
(https://codeberg.org/fediverse/fep/src/branch/main/fep/b2b8/fep-b2b8.md, 2026-11-22).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from share_bridge.plugin import Image, Message, clean, for_html, post_id
from share_bridge_activitypub.actor import stamp
from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.vocabulary import PUBLIC

__all__ = ["Shape", "make_object", "tombstone"]

#: Misskey takes 64 KiB of an activity
#: (https://github.com/misskey-dev/misskey, packages/backend, 2026-11-22).
_LARGEST = 60_000
#: Characters beyond the teaser that make an article of a post.
_MUCH = 100
_TAG = re.compile(r"(<[^>]*>)")
_HASHTAG = re.compile(r"(?<![\w&/#])#(\w+)")
_NOT_INSIDE = ("a", "code", "pre")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a blog wants its posts to look over there.

    Attributes:
        kind: `note`, `article` or `auto`: an article where the post has a title and
            says more than its teaser, a note otherwise.
        visibility: `public`, `unlisted` or `private` (followers).
        tag_page: Address of a tag's page, with `{tag}`; empty: the blog.
        page: The blog.
        quotes: Who may quote without asking: `everyone`, `followers` or `nobody`.

    """

    kind: str = "note"
    visibility: str = "public"
    tag_page: str = ""
    page: str = ""
    quotes: str = "everyone"

    def tag_link(self, tag: str) -> str:
        """Where a hashtag leads."""
        if not self.tag_page:
            return self.page
        return self.tag_page.replace("{tag}", quote(tag.casefold()))


def make_object(
    who: Identity,
    message: Message,
    *,
    shape: Shape,
    published: datetime,
    updated: datetime | None = None,
) -> dict[str, Any]:
    """The object of a post: a Note or an Article.

    Args:
        who: The actor.
        message: With its HTML.
        shape: What the blog wants.
        published: When it was first announced.
        updated: When it was last changed; later than any time before.

    """
    made = _article if _is_article(message, shape) else _note
    document = made(who, message, shape)
    post = post_id(message.post.identity)
    document |= {
        "id": who.post(post),
        "attributedTo": who.actor,
        "url": message.link,
        "published": stamp(published),
        **_audience(who, message.visibility or shape.visibility),
        "tag": [
            {"type": "Hashtag", "name": f"#{tag}", "href": shape.tag_link(tag)}
            for tag in message.tags
        ],
        "attachment": [_attachment(image) for image in message.images if image.url],
        **{kind: who.about(kind, post) for kind in ("replies", "likes", "shares")},
        "interactionPolicy": {"canQuote": {"automaticApproval": _quoters(who, shape)}},
    }
    if updated is not None:
        document["updated"] = stamp(max(updated, published))
    if message.language:
        document["contentMap"] = {message.language: document["content"]}
    return document


def tombstone(document: dict[str, Any], *, deleted: datetime) -> dict[str, Any]:
    """What stands where an object was."""
    return {
        "id": document["id"],
        "type": "Tombstone",
        "formerType": document.get("formerType", document["type"]),
        "deleted": stamp(deleted),
    }


def _is_article(message: Message, shape: Shape) -> bool:
    """An Article cannot have a content warning: its summary is an abstract."""
    if message.content_warning or not message.post.title:
        return False
    if shape.kind == "auto":
        words = len(_TAG.sub("", message.post.content))
        return words > len(message.teaser) + _MUCH
    return shape.kind == "article"


def _note(_: Identity, message: Message, shape: Shape) -> dict[str, Any]:
    document: dict[str, Any] = {
        "type": "Note",
        "content": _tagged(message.html, shape.tag_link),
        "mediaType": "text/html",
    }
    if message.content_warning:
        document |= {"sensitive": True, "summary": for_html(message.content_warning)}
    return document


def _article(who: Identity, message: Message, shape: Shape) -> dict[str, Any]:
    """The whole post, with a preview for servers that show short posts."""
    post = message.post
    whole = clean(post.content, base=post.base) if post.content else message.html
    document: dict[str, Any] = {
        "type": "Article",
        "name": message.title or post.title,
        "summary": f"<p>{for_html(message.teaser)}</p>",
        "content": whole if _fits(whole) else message.html,
        "mediaType": "text/html",
        "preview": {
            "type": "Note",
            "attributedTo": who.actor,
            "content": _tagged(message.html, shape.tag_link),
        },
    }
    if message.images and message.images[0].url:
        document["image"] = _attachment(message.images[0], "Image")
    return document


def _fits(html: str) -> bool:
    """Twice in the document, for there is a `contentMap`, with room for the rest."""
    return 2 * len(json.dumps(html)) < _LARGEST - 8_000


def _audience(who: Identity, visibility: str) -> dict[str, list[str]]:
    if visibility == "public":
        return {"to": [PUBLIC], "cc": [who.followers]}
    if visibility == "unlisted":
        return {"to": [who.followers], "cc": [PUBLIC]}
    return {"to": [who.followers], "cc": []}


def _quoters(who: Identity, shape: Shape) -> list[str]:
    """An empty list would count as not said (FEP-044f)."""
    return {"everyone": [PUBLIC], "followers": [who.followers]}.get(
        shape.quotes, [who.actor]
    )


def _attachment(image: Image, kind: str = "Image") -> dict[str, Any]:
    document: dict[str, Any] = {"type": kind, "url": image.url, "name": image.alt}
    if image.media_type:
        document["mediaType"] = image.media_type
    if image.focus:
        x, _, y = image.focus.partition(",")
        document |= {"focalPoint": [float(x), float(y)]}
    return document


def _tagged(html: str, link: Callable[[str], str]) -> str:
    """The hashtags in the text as the links that servers look for."""
    pieces, inside = [], 0
    for piece in _TAG.split(html):
        if piece.startswith("<"):
            name = piece.strip("</>").partition(" ")[0]
            if name in _NOT_INSIDE:
                inside += -1 if piece.startswith("</") else 1
            pieces.append(piece)
        elif inside:
            pieces.append(piece)
        else:
            pieces.append(_HASHTAG.sub(lambda it: _anchor(it[1], link(it[1])), piece))
    return "".join(pieces)


def _anchor(tag: str, href: str) -> str:
    return (
        f'<a href="{for_html(href)}" class="mention hashtag" rel="tag">'
        f"#<span>{tag}</span></a>"
    )
