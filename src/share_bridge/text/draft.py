"""The author's words, chosen and cut, until all of the message is within the limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import accumulate
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.model.capabilities import Capabilities, Support
from share_bridge.model.message import Message
from share_bridge.text.blocks import Block, Kind
from share_bridge.text.choose import Choice, choose
from share_bridge.text.hashtags import hashtags
from share_bridge.text.layout import Layout, link_line
from share_bridge.text.measure import counter
from share_bridge.text.render import as_text, cut_blocks, spans
from share_bridge.text.titles import repeats, without_title
from share_bridge.text.truncate import truncate

__all__ = ["DoesNotFitError", "Draft", "Fitting", "Room", "draft", "loose_ends"]

#: Characters of a teaser where the target has no limit, and where it has one that
#: the post does not fit: a teaser that runs to thousands is none.
_UNLIMITED, _LIMITED = 500, 1_200
#: The first characters of a teaser come before hashtags; one that is shorter than the
#: least gives way itself, where a title says more.
_FAIR, _LEAST = 60, 20
#: Hashtags take so many characters at most, unless the target asks for a number.
_HASHTAGS = 80
#: How much text is looked at, step by step until there is enough; targets share
#: the steps, and so what was cleaned for one.
_STEPS = (1_500, 4_000, 16_000, 64_000, 1_000_000)


class DoesNotFitError(ValueError):
    """The author's own words, or the link alone, are over the target's limit."""


class Draft(Struct, frozen=True):
    """A layout that fits, and the blocks that its teaser is written from.

    Attributes:
        more: The post says more than the teaser.

    """

    layout: Layout
    blocks: tuple[Block, ...]
    more: bool


class Room:
    """What a target can hold: all limits at once, each in its own unit."""

    def __init__(self, capabilities: Capabilities, warning: str) -> None:
        counted = warning if takes_warning(capabilities) else ""
        self._limits = [
            (limit, count, limit.maximum - count(counted))
            for limit in capabilities.text
            for count in (counter(limit.counting),)
        ]
        self.bounded = bool(self._limits)
        self.most = _LIMITED if self.bounded else _UNLIMITED
        smallest = min(
            (limit.maximum for limit in capabilities.text), default=self.most
        )
        #: Characters of text that likely, and that surely, are more than it holds:
        #: few characters take a dozen code points, and few posts are made of such.
        self.likely = 3 * min(smallest, self.most)
        self.surely = 12 * smallest

    def left(self, text: str) -> int:
        """How much room a whole text leaves; negative: it is over a limit."""
        return min((left - count(text) for _, count, left in self._limits), default=0)

    def excess(self, text: str) -> str:
        """In words by how much a text is over the first limit it breaks, or ""."""
        for limit, count, left in self._limits:
            over = count(text) - left
            if over > 0:
                unit = limit.counting.words
                return f"{over} over the limit of {limit.maximum} {unit}"
        return ""


def takes_warning(capabilities: Capabilities) -> bool:
    """Whether the service has a place for a content warning, and counts it."""
    return capabilities.content_warning is Support.FULL


def draft(
    message: Message,
    capabilities: Capabilities,
    *,
    most_tags: int | None,
    shown: Callable[[Layout], str] = attrgetter("text"),
) -> Draft:
    """Choose and cut the author's words for a target.

    Args:
        message: With post, title, link, words of the link and content warning.
        capabilities: Its limits and features.
        most_tags: Hashtags at most; None: as many as fit.
        shown: The text of a layout, which is what is counted.

    Raises:
        DoesNotFitError: The link alone is over a limit.

    """
    fitting = Fitting(message, capabilities, most_tags, shown)
    for step in _STEPS:
        if step < fitting.room.likely and step != _STEPS[-1]:
            continue
        choice = choose(message.post, text_chars=step)
        layout, blocks = fitting.start(choice)
        found = fitting.whole(layout, blocks, more=choice.more)
        if found and not choice.longer:
            return found
        if not found or step >= fitting.room.surely:
            break
    return fitting.cut(layout, blocks)


class Fitting:
    """One message and the room that it has to fit into."""

    def __init__(
        self,
        message: Message,
        capabilities: Capabilities,
        most_tags: int | None,
        shown: Callable[[Layout], str],
    ) -> None:
        self.message = message
        self.capabilities = capabilities
        self.most_tags = most_tags
        self.shown = shown
        self.room = Room(capabilities, message.content_warning)

    def whole(
        self, layout: Layout, blocks: tuple[Block, ...], *, more: bool
    ) -> Draft | None:
        """All of the blocks, with as many hashtags as fit; None if it is too long."""
        more = more or bool(layout.warning)
        layout = replace(layout, teaser=as_text(blocks), link=self.link(more=more))
        if not self.room.bounded and len(layout.teaser) > self.room.most:
            return None
        if self.left(layout) < 0:
            return None
        return Draft(self.tagged(layout, self.tags(layout)), blocks, more)

    def cut(self, layout: Layout, blocks: tuple[Block, ...]) -> Draft:
        """The beginning of the blocks that fits.

        Room goes to the link, to a few words, to the hashtags, and what is left to
        more words: so a larger limit never shows less of any of them.
        """
        layout = replace(layout, link=self.link(more=True))
        text, most = as_text(blocks), self.room.most
        tags = self.tags(replace(layout, teaser=text))
        layout = self.tagged(replace(layout, teaser=text[:_FAIR]), tags)
        if len(layout.tags) < len(tags):
            most = min(most, _FAIR)
        cut = truncate(
            text,
            lambda teaser: self.left(replace(layout, teaser=teaser)),
            avoid=tuple(loose_ends(blocks)),
            language=self.message.language,
            most=most,
        )
        if not cut.text or (cut.end < min(_LEAST, len(text)) and layout.title):
            return Draft(self.bare(layout), (), more=True)
        shown = cut_blocks(blocks, cut.end, cut.suffix)
        return Draft(replace(layout, teaser=cut.text), shown, more=True)

    def left(self, layout: Layout) -> int:
        """How much room a layout leaves, as it is shown."""
        return self.room.left(self.shown(layout))

    def start(self, choice: Choice) -> tuple[Layout, tuple[Block, ...]]:
        """The layout's title and warning, and the blocks that may stand below."""
        title, blocks = self.message.title, choice.blocks
        if self.capabilities.has_title:
            title, blocks = "", without_title(title, blocks)
        elif blocks:
            blocks = without_title(title, blocks)
            title = "" if blocks and repeats(title, as_text(blocks[:1])) else title
        if self.message.content_warning and not takes_warning(self.capabilities):
            # Nobody is to read by accident what the author put behind a warning.
            return Layout(title, f"CW: {self.message.content_warning}"), ()
        return Layout(title), blocks

    def link(self, *, more: bool) -> str:
        """The line of the link, with words where there is more and no card says so."""
        if self.capabilities.sends_link:
            return ""
        card = self.capabilities.link_card is Support.FULL
        words = self.message.read_more if more and not card else ""
        return link_line(words, self.message.link, self.message.language)

    def tags(self, layout: Layout) -> tuple[str, ...]:
        """The hashtags that the post and the target's rules give."""
        if not self.capabilities.has_tags:
            return ()
        post = self.message.post
        given = post.tags if post.override.tags is None else post.override.tags
        made = hashtags(given, f"{layout.title}\n{layout.teaser}")
        if self.most_tags is not None:
            return made[: self.most_tags]
        made = made[: self.capabilities.max_tags]
        total = accumulate(len(tag) + len(" #") for tag in made)
        return tuple(
            tag for tag, end in zip(made, total, strict=True) if end <= _HASHTAGS
        )

    def tagged(self, layout: Layout, tags: tuple[str, ...]) -> Layout:
        """The layout with as many of the hashtags as there is room for."""
        for count in range(len(tags), 0, -1):
            shown = replace(layout, tags=tags[:count])
            if self.left(shown) >= 0:
                return shown
        return layout

    def bare(self, layout: Layout) -> Layout:
        """Title and link alone, the title as long as it can be."""
        for link in dict.fromkeys(
            (layout.link, self.message.link if layout.link else "")
        ):
            alone = Layout(warning=layout.warning, link=link)
            if self.left(alone) >= 0:
                return self.titled(alone, layout.title)
        excess = self.room.excess(self.message.link)
        raise DoesNotFitError(f"the link {self.message.link} alone is {excess}")

    def titled(self, alone: Layout, title: str) -> Layout:
        """The layout with as much of the title as there is room for."""
        cut = truncate(
            title,
            lambda shown: self.left(replace(alone, title=shown)),
            language=self.message.language,
        )
        return replace(alone, title=cut.text)


def loose_ends(blocks: tuple[Block, ...]) -> Iterator[tuple[int, int]]:
    """Where no text may end: in a heading, or behind what only marks an item."""
    for block, (start, words, end) in zip(blocks, spans(blocks), strict=True):
        if block.kind is Kind.HEADING:
            yield start, end
        elif block.marker:
            yield start, words
