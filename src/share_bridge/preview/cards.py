"""What a preview says: of each post, and under it of each target, a card."""

from __future__ import annotations

from msgspec import Struct

from share_bridge.model.delivery import State
from share_bridge.model.message import Message
from share_bridge.model.post import Image, Post
from share_bridge.model.rendering import Rendering

__all__ = ["Count", "LinkCard", "PostPreview", "Preview", "Standing", "TargetCard"]


class Count(Struct, frozen=True):
    """How long a text is, in one of the units that its network counts.

    Attributes:
        unit: In words: `graphemes`.

    """

    number: int
    maximum: int
    unit: str

    @property
    def words(self) -> str:
        """`448 of 500 graphemes`."""
        return f"{self.number:,} of {self.maximum:,} {self.unit}"


class LinkCard(Struct, frozen=True, kw_only=True):
    """What the network shows of the page that the message links to.

    Attributes:
        host: Of the link.
        image: With its alternative text; None: there is none.
        origin: Where the card comes from, in words.

    """

    title: str
    description: str
    host: str
    image: Image | None
    origin: str


class Standing(Struct, frozen=True, kw_only=True):
    """What becomes, or became, of a post at a target.

    Attributes:
        word: `to be sent`, `sent`, `held` …
        state: None: nothing is planned.
        reason: Why, or when; may be empty.
        url: Where the copy stands, or empty.

    """

    word: str
    state: State | None = None
    reason: str = ""
    url: str = ""

    @property
    def is_ahead(self) -> bool:
        """Whether it goes out with this run or a later one."""
        return self.state in {State.PLANNED, State.WAITING, State.SENDING, State.HELD}


class TargetCard(Struct, frozen=True, kw_only=True):
    """One post at one target.

    Attributes:
        target: Its name; of a network that is not configured, the network's.
        title: Of the publisher or network, as people write it.
        message: As it would be sent; None: there is none, and `problem` says why.
        counts: Of its text, one for each limit.
        limits: Where the limits come from.
        link: None: the network makes no card.
        left_out: What of the post is not shown, and why.

    """

    target: str
    title: str
    configured: bool
    standing: Standing
    limits: str
    message: Message | None = None
    problem: str = ""
    counts: tuple[Count, ...] = ()
    link: LinkCard | None = None
    left_out: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    renderings: tuple[Rendering, ...] = ()

    @property
    def name(self) -> str:
        """`home · Mastodon`; one name where they are the same."""
        if not self.configured or self.target == self.title.lower():
            return self.title
        return f"{self.target} · {self.title}"

    @property
    def subject(self) -> str:
        """The title, where it is not the beginning of the text."""
        message = self.message
        if message is None or message.text.startswith(message.title):
            return ""
        return message.title

    @property
    def texts(self) -> tuple[str, ...]:
        """What goes out, exactly: one text, or the parts of a thread."""
        if self.message is None:
            return ()
        return self.message.parts or (self.message.text,)


class PostPreview(Struct, frozen=True, kw_only=True):
    """A post, and its card at each target."""

    id: str
    post: Post
    cards: tuple[TargetCard, ...]


class Preview(Struct, frozen=True, kw_only=True):
    """Everything that one run of `share-bridge preview` shows.

    Attributes:
        title: Of the site, or empty.
        language: Of posts that do not say, or empty.
        posts: Newest first.
        failed: What could not be read: one line for each source.

    """

    title: str
    language: str
    posts: tuple[PostPreview, ...]
    warnings: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
