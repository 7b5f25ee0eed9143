"""What an author would rather know before it goes out."""

from __future__ import annotations

from collections.abc import Iterator

from share_bridge.dispatch.read.look import Look
from share_bridge.model.capabilities import Capabilities
from share_bridge.model.message import Message
from share_bridge.preview.cards import Count, LinkCard
from share_bridge.preview.left_out import Shown
from share_bridge.sources.published import card_gaps
from share_bridge.text.boundaries import Rank, places
from share_bridge.text.networks import Network

__all__ = ["warnings"]

_SENTENCES = frozenset({Rank.BLOCK, Rank.SENTENCE})


def warnings(
    message: Message,
    capabilities: Capabilities,
    network: Network | None,
    *,
    shown: Shown | None,
    counts: tuple[Count, ...],
    link: LinkCard | None,
    look: Look | None,
) -> Iterator[str]:
    """A line for each, the worst first.

    Args:
        message: As it would be sent.
        capabilities: What the target takes.
        network: Its profile, if there is one.
        shown: How much of the post it has; None: its author wrote it.
        counts: How long it is.
        link: The card below it, or None.
        look: What the linked page said just now; None: nobody asked.

    """
    for count in counts:
        if count.number > count.maximum:
            yield f"It is over its limit now: {count.words}"
    yield from _link(message, network, look)
    yield from _text(message, shown)
    if not message.post.posts:  # a digest never has one
        yield from _pictures(message, capabilities, network, link)


def _link(
    message: Message, network: Network | None, look: Look | None
) -> Iterator[str]:
    if message.post.posts:
        return  # each of them has its own
    if not message.link:
        yield "No link: the post has no address"
        return
    if look is not None and look.problem:
        yield f"The link cannot be reached: {look.problem}"
    elif look is not None and (gaps := card_gaps(look.head)):
        yield f"The page has no {', '.join(gaps)}: links to it show a bare card"
    if network is not None and not network.clickable:
        yield f"Readers cannot follow a link in a text on {network.title}"


def _text(message: Message, shown: Shown | None) -> Iterator[str]:
    if shown is None or message.content_warning:
        return
    if not message.teaser:
        yield "The title stands alone, without a word of the post"
    elif shown.is_cut and _ends_in_first_sentence(message, shown):
        yield "It is cut in its first sentence"


def _ends_in_first_sentence(message: Message, shown: Shown) -> bool:
    found = places(shown.whole[: len(message.teaser) + 1], message.language)
    length = len(message.teaser.rstrip("…"))
    return not any(
        end <= length and found.rank(index) in _SENTENCES
        for index, end in enumerate(found.ends)
    )


def _pictures(
    message: Message,
    capabilities: Capabilities,
    network: Network | None,
    link: LinkCard | None,
) -> Iterator[str]:
    if network is not None and network.needs_image and not message.images:
        yield f"{network.title} takes no post without a picture"
    elif (link is not None and link.image is None) or (
        capabilities.media.max_count and not message.images
    ):
        yield "No picture"
    bare = sum(not image.alt for image in message.images)
    if bare and capabilities.media.max_count:
        one = "A picture has" if bare == 1 else f"{bare} pictures have"
        yield f"{one} no description for those who cannot see it"
