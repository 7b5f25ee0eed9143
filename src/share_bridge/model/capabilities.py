"""What a target can take: limits, counting, formats, features."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from share_bridge.model.post import Post

__all__ = [
    "Capabilities",
    "Counting",
    "Format",
    "MediaLimits",
    "Support",
    "TextLimit",
    "Unit",
]


class Unit(StrEnum):
    """What a network counts."""

    GRAPHEMES = "graphemes"
    CODE_POINTS = "code points"
    UTF16 = "UTF-16 units"
    BYTES = "bytes"


class Format(StrEnum):
    """How a target wants its text."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"


class Support(StrEnum):
    """Whether a feature can be used."""

    FULL = "full"
    #: The service can; this publisher does not yet.
    NOT_IMPLEMENTED = "not_implemented"
    #: The service cannot.
    UNSUPPORTED = "unsupported"


class Counting(Struct, frozen=True):
    """How a network counts the length of a text.

    Attributes:
        unit: What one character is.
        url_length: What a URL counts, whatever its length; None: in full.
        remote_mentions: `@user@host` counts as `@user`.
        weigh: Replaces all of the above: text to length.
        called: What `weigh` counts, in words: `weighted characters`.

    """

    unit: Unit = Unit.GRAPHEMES
    url_length: int | None = None
    remote_mentions: bool = False
    weigh: Callable[[str], int] | None = None
    called: str = ""

    @property
    def words(self) -> str:
        """What is counted, as people are told."""
        if self.weigh is None:
            return self.unit.value
        return self.called or "as the service counts"


class TextLimit(Struct, frozen=True):
    """At most `maximum` as `counting` counts."""

    maximum: int
    counting: Counting = Counting()


class MediaLimits(Struct, frozen=True):
    """What images a target takes.

    Attributes:
        max_count: Images in one message.
        max_bytes: Size of one image; None: no limit known.
        max_alt: Characters of alternative text; None: no limit known.
        types: Media types it takes.
        max_pixels: Width times height of one image; None: no limit known.
        max_edge: Pixels of its longer side; None: no limit known.
        by_address: The service loads an image from its address: it is read to see
            that it is there and fits, and never changed.

    """

    max_count: int = 0
    max_bytes: int | None = None
    max_alt: int | None = None
    types: frozenset[str] = frozenset({"image/jpeg", "image/png"})
    max_pixels: int | None = None
    max_edge: int | None = None
    by_address: bool = False


class Capabilities(Struct, frozen=True, kw_only=True):
    """What is true of a publisher, or, after `discover`, of one target.

    Attributes:
        text: All of these limits hold at once; empty: no limit.
        digest: The limits of a message that tells of several posts, where those of
            `text` are what reads well of one; None: the same.
        formats: What `message` carries for it; plain text is always there.
        media: Limits on images; the default takes none.
        has_title: The service shows a title of its own, so that the text does
            not start with it.
        has_tags: The service takes hashtags in the text.
        max_tags: Hashtags that it takes, or that read well there; None: those for
            which a teaser has room.
        facets: The service finds no links by itself: `message.facets` says where
            they stand, in this unit. None: it does, and there are none.
        sends_link: The publisher sends the link beside the text, as a card or a
            field of its own: the text needs none.
        page_image: The publisher sends the link's card: of a post that names no image,
            that of its page (`og:image`) comes before those of its text.
        local: Nothing leaves the machine: console, page, folder.
        fan_out: `recipients` is implemented; one message has many deliveries.
        concurrency: With `fan_out`, how many attempts are made at once; the owner
            may say otherwise.
        per_host: How many of them at one `Recipient.host`.
        honours_keys: For how long sending one idempotency key twice has the
            effect of once; None: not known to. `timedelta.max`: for ever.
        names_duplicates: A second copy is refused by name (`DuplicateError`).
        discover, login: The method of that name is implemented.
        collect: The same, and there is something to collect from: it is asked in every
            run. `discover` may say that there is not.
        interactions: The method of that name is implemented: what others did with a
            copy can be asked for.
        edit, delete, recent: The method of that name (`update` for edit).
        threads, link_card, content_warning, visibility, language, schedule:
            What the service can do with a message.

    """

    text: tuple[TextLimit, ...] = ()
    digest: tuple[TextLimit, ...] | None = None
    formats: frozenset[Format] = frozenset({Format.PLAIN})
    media: MediaLimits = MediaLimits()
    has_title: bool = False
    has_tags: bool = True
    max_tags: int | None = None
    facets: Unit | None = None
    sends_link: bool = False
    page_image: bool = False
    local: bool = False
    fan_out: bool = False
    concurrency: int = 8
    per_host: int = 2
    honours_keys: timedelta | None = None
    names_duplicates: bool = False
    discover: bool = False
    login: bool = False
    collect: bool = False
    interactions: bool = False
    edit: Support = Support.UNSUPPORTED
    delete: Support = Support.UNSUPPORTED
    recent: Support = Support.UNSUPPORTED
    threads: Support = Support.UNSUPPORTED
    link_card: Support = Support.UNSUPPORTED
    content_warning: Support = Support.UNSUPPORTED
    visibility: Support = Support.UNSUPPORTED
    language: Support = Support.UNSUPPORTED
    schedule: Support = Support.UNSUPPORTED

    def taking(self, post: Post) -> Capabilities:
        """These capabilities, with the limits of a message about that post."""
        if not post.posts or self.digest is None:
            return self
        return replace(self, text=self.digest)

    def to_json(self) -> dict[str, Any]:
        """What `discover` may narrow, as the ledger remembers it."""
        lifetime = self.honours_keys
        return {
            "text": [
                {
                    "maximum": limit.maximum,
                    "unit": limit.counting.unit.value,
                    "url_length": limit.counting.url_length,
                    "remote_mentions": limit.counting.remote_mentions,
                }
                for limit in self.text
            ],
            "media": asdict(self.media) | {"types": sorted(self.media.types)},
            "honours_keys": None if lifetime is None else lifetime.total_seconds(),
            "names_duplicates": self.names_duplicates,
            "page_image": self.page_image,
            "local": self.local,
            "collect": self.collect,
        } | {name: getattr(self, name).value for name in _FEATURES}

    def narrowed(self, document: Mapping[str, Any]) -> Capabilities:
        """These capabilities with what the ledger remembers of the server."""
        declared = [limit.counting for limit in self.text]
        declared += [Counting()] * (len(document["text"]) - len(declared))
        seconds = document["honours_keys"]
        features: dict[str, Any] = {name: Support(document[name]) for name in _FEATURES}
        return replace(
            self,
            text=tuple(
                _limit(limit, counting)
                for limit, counting in zip(document["text"], declared, strict=False)
            ),
            media=MediaLimits(
                **{**document["media"], "types": frozenset(document["media"]["types"])}
            ),
            honours_keys=None if seconds is None else _lifetime(seconds),
            names_duplicates=document["names_duplicates"],
            page_image=document.get("page_image", self.page_image),
            local=document.get("local", self.local),
            collect=document.get("collect", self.collect),
            **features,
        )


_FEATURES = (
    "edit",
    "delete",
    "recent",
    "threads",
    "link_card",
    "content_warning",
    "visibility",
    "language",
    "schedule",
)


def _limit(document: Mapping[str, Any], declared: Counting) -> TextLimit:
    counting = Counting(
        unit=Unit(document["unit"]),
        url_length=document["url_length"],
        remote_mentions=document["remote_mentions"],
        weigh=declared.weigh,
        called=declared.called,
    )
    return TextLimit(document["maximum"], counting)


def _lifetime(seconds: float) -> timedelta:
    if seconds >= timedelta.max.total_seconds():
        return timedelta.max
    return timedelta(seconds=seconds)
