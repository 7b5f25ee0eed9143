"""What of a post a message does not show, and why: for its author to know."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from share_bridge.model.capabilities import Capabilities, Support
from share_bridge.model.message import Message
from share_bridge.model.post import Post
from share_bridge.text.choose import Choice, choose
from share_bridge.text.draft import Room
from share_bridge.text.hashtags import hashtags
from share_bridge.text.plain import collapse
from share_bridge.text.render import as_text
from share_bridge.text.titles import without_title

__all__ = ["Shown", "left_out", "shown_of"]

#: How much of a post is looked at: more than any teaser shows.
_LOOKED_AT = 16_000
#: A teaser that has less than that of its limit was cut for another reason.
_FULL = 0.75
_MARK = "<!--more"


class Shown:
    """How much of a post's own words a message has.

    Attributes:
        whole: The words that the teaser was chosen from; not all of a long post.
        is_cut: They did not all fit.

    """

    def __init__(self, message: Message, choice: Choice) -> None:
        self.whole = as_text(without_title(message.post.title, choice.blocks))
        self.is_long = choice.longer
        self.more = choice.more
        kept = message.teaser.rstrip("…. )]}”’»」』\u2069")
        self.is_cut = bool(kept) and len(kept) < len(self.whole.rstrip("…. "))


def shown_of(message: Message, target: str) -> Shown | None:
    """What is shown of the post; None: its author wrote what is sent, or it is many."""
    if message.post.override.text_for(target) is not None or message.post.posts:
        return None
    return Shown(message, choose(message.post, text_chars=_LOOKED_AT))


def left_out(
    message: Message, capabilities: Capabilities, shown: Shown | None
) -> Iterator[str]:
    """A line for each thing, the most important first.

    Args:
        message: As it would be sent.
        capabilities: What the target takes.
        shown: See `shown_of`.

    """
    post = message.post
    if post.posts:
        yield from _of_digest(message)
        return
    if shown is None:
        yield "All but your own words for this target (share: text)"
    elif post.content_warning and capabilities.content_warning is not Support.FULL:
        yield "The text: it stands behind a content warning, which has no place here"
    else:
        yield from _text(message, capabilities, shown)
        yield from _title(message, capabilities)
    yield from _tags(message, capabilities)
    yield from _pictures(message, capabilities)


def _of_digest(message: Message) -> Iterator[str]:
    """Posts that are counted only."""
    left = sum(post.url not in message.text for post in message.post.posts)
    if left:
        count = len(message.post.posts)
        yield f"{left} of {count} posts: there is no room for them"


def _text(message: Message, capabilities: Capabilities, shown: Shown) -> Iterator[str]:
    if shown.is_cut:
        much = "more than " if shown.is_long else ""
        yield (
            f"The text after {len(message.teaser):,} of {much}{len(shown.whole):,} "
            f"characters: {_limit(message, capabilities)}"
        )
    elif not message.teaser and shown.whole:
        yield "The text: beside title and link there is no room for it"
    elif shown.more:
        yield _rest(message.post, shown)


def _limit(message: Message, capabilities: Capabilities) -> str:
    """What a teaser ran into."""
    for limit in capabilities.text:
        if len(message.text) > _FULL * limit.maximum:
            return f"the limit is {limit.maximum:,} {limit.counting.words}"
    return "a teaser that is longer is none"


def _rest(post: Post, shown: Shown) -> str:
    """Why a post says more than a teaser that was not cut."""
    if post.summary and post.content:
        without = choose(replace(post, summary=""), text_chars=_LOOKED_AT)
        if as_text(without.blocks) != shown.whole:
            return "The post itself: its summary speaks for it"
    if _MARK in post.content.lower().replace("<!-- ", "<!--"):
        return "What stands behind your mark <!--more-->"
    return "What is not prose: code, tables, lists of links, embeds"


def _title(message: Message, capabilities: Capabilities) -> Iterator[str]:
    title = collapse(message.post.title)
    if not title or capabilities.has_title or message.title == title:
        return
    if message.title:
        yield "The end of the title: there is no room for it"
    else:
        yield "The title: the text begins with its words"


def _tags(message: Message, capabilities: Capabilities) -> Iterator[str]:
    post = message.post
    given = post.tags if post.override.tags is None else post.override.tags
    made = hashtags(given, f"{message.title}\n{message.teaser}")
    missing = [f"#{tag}" for tag in made if tag not in message.tags]
    if not missing:
        return
    names = " ".join(missing)
    room = Room(capabilities, message.content_warning)
    if not capabilities.has_tags:
        yield f"Hashtags, which have no place here: {names}"
    elif len(message.tags) == capabilities.max_tags:
        yield f"Hashtags, of which no more than {len(message.tags)} read well: {names}"
    elif room.left(f"{message.text} {missing[0]}") < 0:
        yield f"Hashtags, for which the text leaves no room: {names}"
    else:
        yield f"Hashtags, of which there are enough: {names}"


def _pictures(message: Message, capabilities: Capabilities) -> Iterator[str]:
    given, most = len(message.post.images), capabilities.media.max_count
    if missing := given - len(message.images):
        kept = f"{most} at most" if most else "none is sent here"
        what = "The picture" if given == 1 else f"{missing} of {given} pictures"
        yield f"{what}: {kept}"
    short = capabilities.media.max_alt
    for image, whole in zip(message.images, message.post.images, strict=False):
        if len(image.alt) < len(whole.alt):
            yield f"The end of a picture’s description: {short:,} characters at most"
