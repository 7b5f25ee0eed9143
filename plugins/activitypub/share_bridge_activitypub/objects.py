"""A message as an ActivityStreams object that every kind of server shows well.

https://www.w3.org/TR/activitystreams-vocabulary/, and for articles FEP-b2b8
(https://codeberg.org/fediverse/fep/src/branch/main/fep/b2b8/fep-b2b8.md, 2026-11-22).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from share_bridge.plugin import Image, Message, clean, for_html, post_id
from share_bridge_activitypub.actor import stamp
from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.mention import Mention
from share_bridge_activitypub.vocabulary import PUBLIC
from share_bridge_activitypub.written import linked, named_in, without_tables

__all__ = ["Shape", "handles_in", "make_object", "tombstone"]

#: Misskey takes 64 KiB of an activity
#: (https://github.com/misskey-dev/misskey, packages/backend, 2026-11-22).
_LARGEST = 60_000
#: What an activity says around its object.
_ENVELOPE = 2_000
#: Characters beyond the teaser that make an article of a post.
_MUCH = 100
#: More hashtags than any server shows; each is a link in the text, too.
_MOST_TAGS = 30
_TAG = re.compile(r"<[^>]*>")


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


def handles_in(message: Message, shape: Shape) -> list[str]:
    """Who is mentioned in what the object of a message will say, as `user@host`."""
    richest = next(_forms(message, shape))
    return named_in(f"{richest.content}{richest.preview}")[1]


def make_object(
    who: Identity,
    message: Message,
    *,
    shape: Shape,
    published: datetime,
    updated: datetime | None = None,
    mentions: Mapping[str, Mention] | None = None,
) -> dict[str, Any]:
    """The object of a post: a Note or an Article.

    Args:
        who: The actor.
        message: With its HTML.
        shape: What the blog wants.
        published: When it was first announced.
        updated: When it was last changed; later than any time before.
        mentions: Whom the handles in it mean, by their spelling.

    """
    document: dict[str, Any] = {}
    for form in _forms(message, shape):
        document = _told(who, message, form, shape=shape, mentions=mentions or {})
        document["published"] = stamp(published)
        if updated is not None:
            document["updated"] = stamp(max(updated, published))
        if _fits(document):
            break
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


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to say a post; `preview` is for an Article, empty for a Note."""

    content: str
    preview: str = ""


def _forms(message: Message, shape: Shape) -> Iterator[_Form]:
    """The ways to say a post, the richest first: the first that fits is taken."""
    post = message.post
    short = f'<p><a href="{for_html(message.link)}">{for_html(message.link)}</a></p>'
    if _is_article(message, shape):
        if post.content:
            whole = without_tables(clean(post.content, base=post.base))
            yield _Form(whole, message.html)
        yield _Form(message.html, message.html)
        yield _Form(short, short)
    else:
        yield _Form(message.html)
        yield _Form(short)


def _told(
    who: Identity,
    message: Message,
    form: _Form,
    *,
    shape: Shape,
    mentions: Mapping[str, Mention],
) -> dict[str, Any]:
    tags, handles = named_in(f"{form.content}{form.preview}")
    named = [mentions[name] for name in handles if name in mentions]
    tags = [*dict.fromkeys((*message.tags, *tags))][:_MOST_TAGS]

    def links(html: str) -> str:
        return linked(html, tags=tags, tag_link=shape.tag_link, mentions=mentions)

    post = post_id(message.post.identity)
    document: dict[str, Any] = {
        "id": who.post(post),
        "type": "Article" if form.preview else "Note",
        "attributedTo": who.actor,
        "url": message.link,
        "content": links(form.content),
        "mediaType": "text/html",
        **_audience(who, message.visibility or shape.visibility, named),
        "tag": [
            *(
                {"type": "Hashtag", "name": f"#{it}", "href": shape.tag_link(it)}
                for it in tags
            ),
            *(mention.tag for mention in named),
        ],
        "attachment": [_attachment(image) for image in message.images if image.url],
        **{kind: who.about(kind, post) for kind in ("replies", "likes", "shares")},
        "interactionPolicy": {"canQuote": {"automaticApproval": _quoters(who, shape)}},
    }
    if message.language:
        document["contentMap"] = {message.language: document["content"]}
    if form.preview:
        return document | _of_an_article(who, message, links(form.preview))
    if message.content_warning:
        document |= {"sensitive": True, "summary": for_html(message.content_warning)}
    return document


def _of_an_article(who: Identity, message: Message, preview: str) -> dict[str, Any]:
    """Its title and abstract, and a preview for servers that show short posts."""
    document: dict[str, Any] = {
        "name": message.title or message.post.title,
        "summary": _paragraphs(message.teaser),
        "preview": {"type": "Note", "attributedTo": who.actor, "content": preview},
    }
    if message.images and message.images[0].url:
        document["image"] = _attachment(message.images[0], "Image")
    return document


def _paragraphs(text: str) -> str:
    """Plain text as HTML, with its lines."""
    whole = for_html(text).replace("\n\n", "</p><p>").replace("\n", "<br>")
    return f"<p>{whole}</p>"


def _fits(document: dict[str, Any]) -> bool:
    """Whether the activity around it is one that everybody takes."""
    around = len(json.dumps(document["cc"])) + _ENVELOPE
    return len(json.dumps(document)) + around <= _LARGEST


def _audience(
    who: Identity, visibility: str, named: list[Mention]
) -> dict[str, list[str]]:
    actors = list(dict.fromkeys(mention.actor for mention in named))
    if visibility == "public":
        return {"to": [PUBLIC], "cc": [who.followers, *actors]}
    if visibility == "unlisted":
        return {"to": [who.followers], "cc": [PUBLIC, *actors]}
    return {"to": [who.followers], "cc": actors}


def _quoters(who: Identity, shape: Shape) -> list[str]:
    """An empty list would count as not said (FEP-044f)."""
    return {"everyone": [PUBLIC], "followers": [who.followers]}.get(
        shape.quotes, [who.actor]
    )


def _attachment(image: Image, kind: str = "Image") -> dict[str, Any]:
    document: dict[str, Any] = {"type": kind, "url": image.url, "name": image.alt}
    if image.media_type:
        document["mediaType"] = image.media_type
    if image.width:
        document |= {"width": image.width, "height": image.height}
    if image.focus:
        x, _, y = image.focus.partition(",")
        document |= {"focalPoint": [float(x), float(y)]}
    return document
