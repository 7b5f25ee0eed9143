"""The post as the Posts API takes it: words, and a card or images beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from share_bridge.plugin import (
    Context,
    Image,
    Message,
    UnsupportedError,
    little_text,
)
from share_bridge_linkedin.progress import image_key

__all__ = ["post_body", "shows_card", "visibility"]

#: https://learn.microsoft.com/linkedin/marketing/community-management/shares/
#: posts-api and article-ads-integrations (2026-11-22).
_MAX_TITLE, _MAX_DESCRIPTION = 400, 4_086
_VISIBILITIES = ("public", "connections", "logged_in")

#: An image of the post, and its URN over there.
Shown = tuple[Image, str]


def visibility(message: Message, context: Context) -> str:
    """Who is to see it, as the API names it.

    Raises:
        UnsupportedError: The author asks for one that does not exist: nothing is
            shown to everyone by mistake.

    """
    wanted: str = message.visibility or context.settings.visibility
    if wanted not in _VISIBILITIES:
        raise UnsupportedError(
            f'LinkedIn has no visibility "{wanted}"; '
            f"use one of {', '.join(_VISIBILITIES)}"
        )
    return wanted.upper()


def shows_card(message: Message, context: Context) -> bool:
    """Whether the link is shown as a card: LinkedIn shows that or images, not both."""
    return bool(message.link) and context.settings.show == "card"


def post_body(
    message: Message,
    *,
    author: str,
    seen_by: str,
    images: Mapping[str, str],
    card: bool,
) -> dict[str, Any]:
    """What `POST /rest/posts` is sent.

    Args:
        message: What is said.
        author: URN of the member or organization.
        seen_by: As the API names it.
        images: URNs of those that were uploaded, by `image_key`.
        card: Show what the link leads to, with the first image.

    """
    by_key = {image_key(image): image for image in message.images}
    shown = [(by_key[key], urn) for key, urn in images.items()]
    content = _card(message, shown) if card or not shown else _gallery(shown)
    return {
        "author": author,
        "commentary": little_text(message.text),
        "visibility": seen_by,
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        **({"content": content} if content else {}),
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }


def _card(message: Message, shown: Sequence[Shown]) -> dict[str, Any]:
    """LinkedIn reads no page: what its card shows is sent. These are plain texts."""
    if not message.link:
        return {}
    article = {
        "source": message.link,
        "title": _cut(message.title or message.post.title or message.link, _MAX_TITLE),
        "description": _cut(message.teaser, _MAX_DESCRIPTION),
    }
    for image, urn in shown[:1]:
        article |= {"thumbnail": urn, "thumbnailAltText": image.alt}
    return {"article": {name: value for name, value in article.items() if value}}


def _gallery(shown: Sequence[Shown]) -> dict[str, Any]:
    pictures = [
        {"id": urn, **({"altText": image.alt} if image.alt else {})}
        for image, urn in shown
    ]
    if len(pictures) == 1:
        return {"media": pictures[0]}
    return {"multiImage": {"images": pictures}}


def _cut(text: str, most: int) -> str:
    """Whole words where the text is too long, which next to none is."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(maxsplit=1)[0] + "…"
