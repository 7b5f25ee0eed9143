"""Several posts in one message: each with its title, a few words, and its own link.

As many posts as there is room for come first, then words of each: whoever follows the
author misses no post for the length of another one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.model.capabilities import Capabilities
from share_bridge.model.message import Message
from share_bridge.model.post import Post
from share_bridge.text.blocks import Block, Kind, blocks
from share_bridge.text.choose import choose
from share_bridge.text.digest_words import and_more
from share_bridge.text.draft import DoesNotFitError, Room, loose_ends
from share_bridge.text.layout import link_line
from share_bridge.text.links import absolute
from share_bridge.text.plain import collapse
from share_bridge.text.read_more import read_more
from share_bridge.text.render import as_html as blocks_as_html
from share_bridge.text.render import as_text, cut_blocks
from share_bridge.text.runs import Run
from share_bridge.text.sanitize import clean
from share_bridge.text.titles import without_title
from share_bridge.text.truncate import at_most, truncate

__all__ = ["Telling", "Told", "fit", "shorten", "site_of"]

#: Characters of a post's words: at most, and fewer say nothing.
_WORDS, _LEAST = 280, 40
#: More posts than that nobody reads through; they are counted.
_MOST = 50
_LOOKED_AT = 4_000


class Told(Struct, frozen=True):
    """One post in a digest.

    Attributes:
        blocks: A few of its words; may be empty.
        words: Of its link; empty where the address stands alone.

    """

    title: str
    link: str
    blocks: tuple[Block, ...] = ()
    words: str = ""
    language: str = ""

    @property
    def teaser(self) -> str:
        """Its words as plain text, with no empty line between them."""
        return as_text(self.blocks).replace("\n\n", "\n")

    @property
    def text(self) -> str:
        """All of it, a line for each part."""
        line = link_line(self.words, self.link, self.language)
        return "\n".join(filter(None, (self.title, self.teaser, line)))


class Telling(Struct, frozen=True):
    """What a digest shows.

    Attributes:
        told: Post by post.
        rest: The line that counts those that are left out, or empty.

    """

    title: str
    told: tuple[Told, ...]
    rest: str = ""

    @property
    def body(self) -> str:
        """Everything below the title."""
        return "\n\n".join(filter(None, (*(it.text for it in self.told), self.rest)))

    @property
    def text(self) -> str:
        """All of it, an empty line between the posts."""
        return "\n\n".join(filter(None, (self.title, self.body)))


def shorten(post: Post, identity: str, *, language: str) -> Post:
    """What a digest keeps of a post: no more than it may ever show.

    Args:
        post: As its source has it.
        identity: What the ledger knows it by.
        language: Of posts that do not say.

    """
    own = post.override.content_warning
    warning = collapse(post.content_warning if own is None else own)
    spoken, title = post.language or language, collapse(post.title)
    shown: tuple[Block, ...] = ()
    if not warning:  # nobody is to read by accident what stands behind it
        chosen = choose(post, text_chars=_LOOKED_AT).blocks
        prose = [it for it in chosen if it.kind is not Kind.HEADING]
        shown = _cut(without_title(title, prose), _WORDS, spoken)
    return Post(
        source=post.source,
        identity=identity,
        url=absolute(post.url, ""),
        title=title,
        summary=blocks_as_html(shown),
        published=post.published,
        authors=post.authors,
        language=spoken,
        content_warning=warning,
    )


def fit(
    message: Message,
    capabilities: Capabilities,
    *,
    words: str | None,
    shown: Callable[[Telling], str],
) -> Telling:
    """As many of the posts as fit, and as many words of each.

    Args:
        message: With the digest and its title.
        capabilities: Of the target.
        words: Of the links; None: in the language of each post; "": none.
        shown: The text of a telling, which is what is counted.

    Raises:
        DoesNotFitError: Not even one link fits.

    """
    room = Room(capabilities, message.content_warning)
    told = [_told(post, words) for post in message.post.posts[:_MOST]]
    title = "" if capabilities.has_title else message.title

    def telling(count: int, length: int, entries: Sequence[Told] = told) -> Telling:
        return Telling(
            title,
            tuple(_with_words(it, length) for it in entries[:count]),
            _rest(message, len(message.post.posts) - count),
        )

    def fits(made: Telling) -> bool:
        return not room.excess(shown(made))

    count = _longest(0, len(told), lambda number: fits(telling(number, 0)))
    if not count:
        return _one(telling(1, 0), message, room, shown)

    def length_for(entries: Sequence[Told]) -> int:
        return _longest(
            _LEAST - 1, _WORDS, lambda most: fits(telling(count, most, entries))
        )

    bare = [replace(it, words="") for it in told]
    for entries in (told, bare):  # a post's own words say more than those of its link
        if (length := length_for(entries)) >= _LEAST:
            return telling(count, length, entries)
    return telling(count, 0)


def _longest(least: int, most: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to `most` that fits; `least` where none above it does."""
    if fits(most):
        return most
    while most - least > 1:
        middle = (least + most) // 2
        if fits(middle):
            least = middle
        else:
            most = middle
    return least


def _told(post: Post, words: str | None) -> Told:
    warned = f"CW: {post.content_warning}" if post.content_warning else ""
    shown = (
        (Block(Kind.PARAGRAPH, (Run(warned),)),)
        if warned
        else blocks(clean(post.summary, base=post.url))
    )
    return Told(
        title=post.title,
        link=post.url,
        blocks=shown,
        words=read_more(post.language) if words is None else words,
        language=post.language,
    )


def _with_words(told: Told, length: int) -> Told:
    """So many characters of its words; a link that stands alone needs none."""
    if told.title and not length:
        return replace(told, blocks=(), words="")
    shown = _cut(told.blocks, max(length, _LEAST), told.language)
    return replace(told, blocks=shown, words=told.words if length else "")


def _cut(shown: Sequence[Block], length: int, language: str) -> tuple[Block, ...]:
    """The beginning of the blocks, cut as every teaser is."""
    text = as_text(shown)
    cut = truncate(
        text, at_most(length), avoid=tuple(loose_ends(tuple(shown))), language=language
    )
    return cut_blocks(shown, cut.end, cut.suffix) if cut.text else ()


def _rest(message: Message, count: int) -> str:
    if count <= 0:
        return ""
    line = and_more(message.language, count)
    return link_line(line, site_of(message.post), message.language) or line


def site_of(digest: Post) -> str:
    """The address of the site that a digest tells of, or empty."""
    return absolute(digest.base, "")


def _one(
    telling: Telling, message: Message, room: Room, shown: Callable[[Telling], str]
) -> Telling:
    """One post of many, its title as long as it can be; at last its link alone."""
    bare = replace(telling, rest="")
    for made in (telling, bare, replace(bare, title="")):
        found = _titled(made, message, room, shown)
        if not room.excess(shown(found)):
            return found
    link = telling.told[0].link
    raise DoesNotFitError(f"the link {link} alone is {room.excess(link)}")


def _titled(
    telling: Telling, message: Message, room: Room, shown: Callable[[Telling], str]
) -> Telling:
    first = replace(telling.told[0], blocks=())

    def with_title(title: str) -> Telling:
        return replace(telling, told=(replace(first, title=title),))

    cut = truncate(
        first.title,
        lambda title: room.left(shown(with_title(title))),
        language=message.language,
    )
    return with_title(cut.text)
