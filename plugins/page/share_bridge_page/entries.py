"""The entries of a page: kept as documents, and readable from the page itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

from msgspec import Struct, to_builtins

from share_bridge.plugin import Message

__all__ = ["GONE", "Entry", "entry_id", "mark", "newest", "read_back"]

#: What is kept of an entry that was taken off, so that it stays off.
GONE: Mapping[str, Any] = {"gone": True}

_MARK = re.compile(
    r"<!-- share-bridge:entry ([0-9a-f]{16}) ([0-9T:+.-]+) ([0-9T:+.-]+) -->\n?"
)


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a page shows of one post.

    Attributes:
        id: 16 hex digits, from the post's identity alone.
        published: Of the post, ISO 8601 in UTC, or empty.
        added: When it first came to the page, ISO 8601 in UTC, or empty.
        drawn: For an entry read back from a page: how it stood there, ready.

    """

    id: str
    title: str = ""
    link: str = ""
    read_more: str = ""
    teaser: str = ""
    html: str = ""
    markdown: str = ""
    warning: str = ""
    language: str = ""
    published: str = ""
    added: str = ""
    drawn: str = ""

    @classmethod
    def of(cls, message: Message, *, added: str) -> Entry:
        """The entry that shows this message."""
        published = message.post.published
        return cls(
            id=entry_id(message),
            title=message.title,
            link=message.link,
            read_more=message.read_more,
            teaser=message.teaser or message.text,
            html=message.html,
            markdown=message.markdown,
            warning=message.content_warning,
            language=message.language,
            published=published.isoformat() if published else "",
            added=added,
        )

    @property
    def date(self) -> datetime | None:
        """When the post was published, if it says so."""
        return datetime.fromisoformat(self.published) if self.published else None

    def to_json(self) -> dict[str, Any]:
        """As a document; what is empty is left out."""
        document: dict[str, Any] = to_builtins(self)
        return document


def entry_id(message: Message) -> str:
    """The same for every attempt, edit and machine."""
    return blake2b(message.post.identity.encode(), digest_size=8).hexdigest()


def newest(documents: Mapping[str, Mapping[str, Any]], count: int) -> list[Entry]:
    """The entries to show, newest first; posts without a date count oldest."""
    entries = [Entry(**kept) for kept in documents.values() if not kept.get("gone")]
    entries.sort(key=lambda entry: (entry.published, entry.added, entry.id))
    return entries[::-1][:count]


def mark(entry: Entry) -> str:
    """The comment before an entry, by which `read_back` knows it."""
    return (
        f"<!-- share-bridge:entry {entry.id} {entry.published or '-'}"
        f" {entry.added or '-'} -->"
    )


def read_back(inside: bytes) -> Iterator[Entry]:
    """The entries that stand between the markers, for when the ledger was lost."""
    text = inside.decode("utf-8", "replace").replace("\r\n", "\n")
    pieces = _MARK.split(text)
    for number in range(1, len(pieces), 4):
        name, published, added, drawn = pieces[number : number + 4]
        yield Entry(
            id=name,
            published=_date(published),
            added=_date(added),
            drawn=drawn.strip(),
        )


def _date(text: str) -> str:
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        return ""
