"""The card that a network shows of the page that a message links to."""

from __future__ import annotations

from urllib.parse import urlsplit

from share_bridge.dispatch.read.look import Look
from share_bridge.model.capabilities import Capabilities, Support
from share_bridge.model.message import Message
from share_bridge.model.post import Image
from share_bridge.preview.cards import LinkCard
from share_bridge.sources.head import Head
from share_bridge.sources.published import card_image
from share_bridge.text.networks import Card, Network
from share_bridge.text.plain import collapse

__all__ = ["link_card"]

_DESCRIPTION = 200


def link_card(
    message: Message,
    capabilities: Capabilities,
    network: Network | None,
    look: Look | None,
) -> LinkCard | None:
    """What stands below the text, as far as it is known; None: nothing does.

    A network that fetches the page makes its card of the page's own tags. They are
    known where the page was asked; else the post's own words stand for them.
    """
    kind = _kind(capabilities, network)
    if kind is Card.NONE or not message.link:
        return None
    if kind is Card.FETCHED and message.images and capabilities.media.max_count:
        return None  # pictures are shown in its place
    if kind is Card.FETCHED and look is not None and not look.problem:
        return _of_page(message, look.head)
    post = message.post
    image = _sent(message, capabilities, look) if kind is Card.SENT else None
    return LinkCard(
        title=collapse(post.title) or message.title,
        description=_short(message.teaser),
        host=_host(message.link),
        image=image or (post.images[0] if post.images else None),
        origin=_origin(kind, capabilities, image),
    )


def _sent(
    message: Message, capabilities: Capabilities, look: Look | None
) -> Image | None:
    """What the publisher sends for the card: the page's own where no other is named."""
    images = message.images or message.post.images
    first = next(iter(images), None)
    asked = look is not None and not look.problem and capabilities.page_image
    if look is None or not asked or not all(image.found for image in images):
        return first
    return card_image(look.head, message.link) or first


def _origin(kind: Card, capabilities: Capabilities, image: Image | None) -> str:
    if kind is not Card.SENT:
        return "made by the network from the page; shown here as the post says"
    if capabilities.page_image and (image is None or image.found):
        return "sent with the post, with the picture of its page, if that names one"
    return "sent with the post"


def _kind(capabilities: Capabilities, network: Network | None) -> Card:
    if network is None:
        full = capabilities.link_card is Support.FULL
        return Card.SENT if full else Card.NONE
    if network.card is Card.SENT and capabilities.link_card is not Support.FULL:
        return Card.NONE  # its owner wants pictures instead
    return network.card


def _of_page(message: Message, head: Head) -> LinkCard:
    metas = head.metas
    about = metas.get("og:description") or metas.get("description", "")
    return LinkCard(
        title=collapse(metas.get("og:title") or head.title),
        description=_short(collapse(about)),
        host=_host(message.link),
        image=card_image(head, message.link),
        origin="made by the network from the page, as the page is now",
    )


def _short(text: str) -> str:
    line = collapse(text)
    if len(line) <= _DESCRIPTION:
        return line
    return line[:_DESCRIPTION].rpartition(" ")[0] + "…"


def _host(link: str) -> str:
    return (urlsplit(link).hostname or "").removeprefix("www.")
