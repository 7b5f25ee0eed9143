"""What each network takes, as its own documents say: limits, counting, links, cards.

A publisher starts from its network and adds what it has built:
`replace(network("mastodon").capabilities, edit=Support.FULL)`. The limits are those
that hold where a server says nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from functools import cache

from msgspec import Struct

from share_bridge.model.capabilities import (
    Capabilities,
    Counting,
    Format,
    MediaLimits,
    Support,
    TextLimit,
    Unit,
)
from share_bridge.text import weights

__all__ = ["Card", "Network", "network", "networks"]


class Card(StrEnum):
    """How the picture and title of a linked page come below a post."""

    NONE = "none"
    #: The network fetches the page of a link in the text.
    FETCHED = "fetched from the page"
    #: The publisher says what the card shows.
    SENT = "sent with the post"


class Network(Struct, frozen=True, kw_only=True):
    """The profile of a network.

    Attributes:
        name: As publishers are named: `bluesky`.
        title: As people write it.
        capabilities: What is true of every account there.
        card: Where its link cards come from.
        clickable: Addresses in the text are links that readers can follow.
        needs_image: It takes no post without a picture.
        checked: When its documents were last read.
        documents: Where they are.

    """

    name: str
    title: str
    capabilities: Capabilities
    card: Card = Card.NONE
    clickable: bool = True
    needs_image: bool = False
    checked: date = date(2026, 11, 22)
    documents: tuple[str, ...]


def network(name: str) -> Network:
    """The profile of a network; KeyError where there is none of this name."""
    return networks()[name]


@cache
def networks() -> dict[str, Network]:
    """Every profile, by its name."""
    return {each.name: each for each in _PROFILES}


def _counted(weigh: Callable[[str], int], called: str) -> Counting:
    return Counting(weigh=weigh, called=called)


_PNG_JPEG = frozenset({"image/jpeg", "image/png"})
_NO_WEBP = _PNG_JPEG | {"image/gif"}
_WEB = _NO_WEBP | {"image/webp"}

_PROFILES = (
    Network(
        name="mastodon",
        title="Mastodon",
        capabilities=Capabilities(
            text=(TextLimit(500, Counting(url_length=23, remote_mentions=True)),),
            media=MediaLimits(4, 16_777_216, 1_500, _WEB, max_pixels=33_177_600),
            content_warning=Support.FULL,
        ),
        card=Card.FETCHED,
        documents=(
            "https://docs.joinmastodon.org/entities/Instance/",
            "https://docs.joinmastodon.org/user/posting/#text",
        ),
    ),
    Network(
        name="bluesky",
        title="Bluesky",
        capabilities=Capabilities(
            text=(TextLimit(300), TextLimit(3_000, Counting(Unit.BYTES))),
            media=MediaLimits(4, 2_000_000, 2_000, _WEB),
            max_tags=3,
            facets=Unit.BYTES,
            sends_link=True,
            link_card=Support.FULL,
        ),
        card=Card.SENT,
        documents=(
            "https://github.com/bluesky-social/atproto/tree/main/lexicons/app/bsky",
            "https://docs.bsky.app/docs/advanced-guides/post-richtext",
        ),
    ),
    Network(
        name="x",
        title="X",
        capabilities=Capabilities(
            text=(TextLimit(280, _counted(weights.weighted, "weighted characters")),),
            media=MediaLimits(4, 5_242_880, 1_000, _WEB),
            max_tags=2,
            link_card=Support.FULL,
        ),
        card=Card.FETCHED,
        documents=(
            "https://github.com/twitter/twitter-text/blob/master/config/v3.json",
            "https://docs.x.com/resources/fundamentals/counting-characters",
        ),
    ),
    Network(
        name="threads",
        title="Threads",
        capabilities=Capabilities(
            text=(
                TextLimit(
                    500,
                    _counted(weights.emoji_as_bytes, "characters, emoji as bytes"),
                ),
            ),
            media=MediaLimits(20, 8_388_608, 1_000, _PNG_JPEG),
            max_tags=1,
            sends_link=True,
            link_card=Support.FULL,
        ),
        card=Card.SENT,
        documents=(
            "https://developers.facebook.com/documentation/threads/posts",
            "https://developers.facebook.com/documentation/threads/text-attachments",
        ),
    ),
    Network(
        name="linkedin",
        title="LinkedIn",
        capabilities=Capabilities(
            text=(
                TextLimit(
                    3_000,
                    _counted(weights.after_little_text, "characters, escapes included"),
                ),
            ),
            media=MediaLimits(20, None, 4_086, _NO_WEBP, max_pixels=36_152_319),
            max_tags=5,
            link_card=Support.FULL,
        ),
        card=Card.SENT,
        documents=(
            "https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api",
            "https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format",
            "https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api",
        ),
    ),
    Network(
        name="email",
        title="Email",
        capabilities=Capabilities(
            text=(TextLimit(800),),
            formats=frozenset({Format.PLAIN, Format.HTML}),
            has_title=True,
            has_tags=False,
            content_warning=Support.FULL,
        ),
        documents=("https://www.rfc-editor.org/rfc/rfc5322#section-2.1.1",),
    ),
    Network(
        name="telegram",
        title="Telegram",
        capabilities=Capabilities(
            text=(TextLimit(4_096, Counting(Unit.UTF16)),),
            media=MediaLimits(10, 10_000_000, None, _PNG_JPEG, max_edge=5_000),
            facets=Unit.UTF16,
            link_card=Support.FULL,
        ),
        card=Card.FETCHED,
        documents=("https://core.telegram.org/bots/api#sendmessage",),
    ),
    Network(
        name="discord",
        title="Discord",
        capabilities=Capabilities(
            text=(TextLimit(2_000, Counting(Unit.UTF16)),),
            media=MediaLimits(10, 10_485_760, 1_024, _WEB),
            formats=frozenset({Format.PLAIN, Format.MARKDOWN}),
            has_tags=False,
            link_card=Support.FULL,
        ),
        card=Card.FETCHED,
        documents=("https://docs.discord.com/developers/resources/webhook",),
    ),
    Network(
        name="slack",
        title="Slack",
        capabilities=Capabilities(
            text=(
                TextLimit(
                    4_000,
                    _counted(
                        weights.escaped_for_slack, "characters, entities included"
                    ),
                ),
            ),
            has_tags=False,
            link_card=Support.FULL,
        ),
        card=Card.FETCHED,
        documents=("https://docs.slack.dev/reference/methods/chat.postMessage",),
    ),
    # An event of 65,536 bytes holds the text twice: as plain text and as HTML.
    Network(
        name="matrix",
        title="Matrix",
        capabilities=Capabilities(
            text=(TextLimit(8_192, Counting(Unit.BYTES)),),
            formats=frozenset({Format.PLAIN, Format.HTML}),
            has_tags=False,
        ),
        documents=("https://spec.matrix.org/latest/client-server-api/#size-limits",),
    ),
    # The protocol has no limit; relays name theirs, 64 KB and more for a whole event.
    Network(
        name="nostr",
        title="Nostr",
        capabilities=Capabilities(text=(TextLimit(16_384, Counting(Unit.BYTES)),)),
        card=Card.FETCHED,
        documents=("https://github.com/nostr-protocol/nips/blob/master/11.md",),
    ),
    Network(
        name="tumblr",
        title="Tumblr",
        capabilities=Capabilities(
            text=(TextLimit(4_096, Counting(Unit.CODE_POINTS)),),
            media=MediaLimits(30, 20_000_000, None, _WEB),
            has_title=True,
            has_tags=False,
            facets=Unit.CODE_POINTS,
            link_card=Support.FULL,
        ),
        card=Card.SENT,
        documents=("https://github.com/tumblr/docs/blob/master/npf-spec.md",),
    ),
    Network(
        name="misskey",
        title="Misskey",
        capabilities=Capabilities(
            text=(TextLimit(3_000, Counting(Unit.CODE_POINTS)),),
            media=MediaLimits(16, None, 512, _WEB),
            content_warning=Support.FULL,
        ),
        card=Card.FETCHED,
        documents=("https://misskey-hub.net/en/docs/for-developers/api/",),
    ),
    Network(
        name="facebook",
        title="Facebook",
        capabilities=Capabilities(
            text=(TextLimit(63_206, Counting(Unit.UTF16)),),
            media=MediaLimits(10, 10_000_000, None, _PNG_JPEG),
            max_tags=3,
            sends_link=True,
            link_card=Support.FULL,
        ),
        card=Card.SENT,
        documents=("https://developers.facebook.com/docs/pages-api/posts",),
    ),
    Network(
        name="instagram",
        title="Instagram",
        capabilities=Capabilities(
            text=(TextLimit(2_200, Counting(Unit.UTF16)),),
            media=MediaLimits(10, 8_388_608, 1_000, frozenset({"image/jpeg"})),
            max_tags=30,
        ),
        clickable=False,
        needs_image=True,
        documents=(
            "https://developers.facebook.com/docs/instagram-platform/content-publishing",
        ),
    ),
)
