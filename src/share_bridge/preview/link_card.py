"""The card that a network shows of the page that a message links to."""

from __future__ import annotations

from urllib.parse import urlsplit

from share_bridge.dispatch.read.look import Look
from share_bridge.model.capabilities import Capabilities, Support
from share_bridge.model.message import Message
from share_bridge.model.post import Image
from share_bridge.preview.cards import LinkCard
from share_bridge.sources.head import Head
from share_bridge.text.links import absolute
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
    return LinkCard(
        title=collapse(post.title) or message.title,
        description=_short(message.teaser),
        host=_host(message.link),
        image=post.images[0] if post.images else None,
        origin=(
            "sent with the post"
            if kind is Card.SENT
            else "made by the network from the page; shown here as the post says"
        ),
    )


def _kind(capabilities: Capabilities, network: Network | None) -> Card:
    if network is None:
        full = capabilities.link_card is Support.FULL
        return Card.SENT if full else Card.NONE
    if network.card is Card.SENT and capabilities.link_card is not Support.FULL:
        return Card.NONE  # its owner wants pictures instead
    return network.card


def _of_page(message: Message, head: Head) -> LinkCard:
    metas = head.metas
    names = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image")
    found = next((metas[name] for name in names if metas.get(name)), "")
    image = absolute(found, message.link)
    alt = metas.get("og:image:alt") or metas.get("twitter:image:alt", "")
    about = metas.get("og:description") or metas.get("description", "")
    return LinkCard(
        title=collapse(metas.get("og:title") or head.title),
        description=_short(collapse(about)),
        host=_host(message.link),
        image=Image(image, alt) if image else None,
        origin="made by the network from the page, as the page is now",
    )


def _short(text: str) -> str:
    line = collapse(text)
    if len(line) <= _DESCRIPTION:
        return line
    return line[:_DESCRIPTION].rpartition(" ")[0] + "…"


def _host(link: str) -> str:
    return (urlsplit(link).hostname or "").removeprefix("www.")
