"""What an entry is known by, so that it is the same post the next time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.model.post import Post
from share_bridge.text.links import canonical, is_home_page

__all__ = ["Entry", "Known", "fingerprint", "link_of", "name_entries"]

_NEVER = datetime.min.replace(tzinfo=UTC)

#: What is remembered of an entry: its identity and its link, normalised.
Known = Mapping[str, Sequence[str]]


class Entry(Struct, frozen=True):
    """An entry that was read, and has no name yet.

    Attributes:
        key: Fingerprint of everything that the document says of it.
        guid: What the document calls it, as written, or empty.
        post: The post, without identity and aliases.

    """

    key: str
    guid: str
    post: Post


def fingerprint(*parts: str | bytes) -> str:
    """16 hex digits that change when any part does."""
    digest = blake2b(digest_size=8)
    for part in parts:
        digest.update(part if isinstance(part, bytes) else part.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def link_of(url: str) -> str:
    """The name that a link gives a post; empty for a home page, which is none's."""
    return f"link:{canonical(url)}" if url and not is_home_page(url) else ""


def name_entries(entries: Iterable[Entry], unchanged: Known) -> dict[str, Post]:
    """Give identities and aliases; by key, of equal identities the newest last.

    A guid names its entry within the source. Without one the link does, if no
    other entry of the document has it; else title and date; else the body.

    Args:
        entries: New and changed ones.
        unchanged: The others of the same document.

    """
    found = list(entries)
    count = Counter(link_of(entry.post.url) for entry in found)
    count.update(link for _, link in unchanged.values())
    named = {}
    # Feeds are newest first: of two that say no date the first one is newer.
    found.reverse()
    for entry in sorted(found, key=lambda entry: _age(entry.post)):
        link = link_of(entry.post.url)
        own = link if link and count[link] == 1 else ""
        identity = _identity(entry, own)
        aliases = (own,) if own and own != identity else ()
        named[entry.key] = replace(entry.post, identity=identity, aliases=aliases)
    return named


def _identity(entry: Entry, link: str) -> str:
    post = entry.post
    if guid := " ".join(entry.guid.split()):
        return f"guid:{post.source}:{guid}"
    if link:
        return link
    date = post.published.isoformat() if post.published else ""
    words = (post.title, date) if post.title or date else (post.content, post.summary)
    return f"guid:{post.source}:#{fingerprint(post.url, *words)}"


def _age(post: Post) -> datetime:
    return post.updated or post.published or _NEVER
