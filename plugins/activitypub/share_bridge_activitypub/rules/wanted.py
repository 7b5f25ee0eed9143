"""What every host is told, in no host's words.

Files have no endings, and servers refuse documents that come as plain JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.vocabulary import ACTIVITY_JSON, JRD_JSON

__all__ = ["Wanted", "matching", "wanted"]

_DOCUMENTS = ("actor", "outbox", "followers", "following", "featured")
_FOLDERS = (
    "outbox-pages",
    "posts",
    "creates",
    "replies",
    "likes",
    "shares",
    "stamps",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be so on a host.

    Attributes:
        root: The path below which the actor's documents are.
        types: Paths by their content type; `*` at the end: all below. No path is in
            two of them: Cloudflare joins what two rules say of a header.
        gone: Paths of tombstones.
        taken: Paths that the server of the inbox answers.
        server: Where that is, or empty.

    """

    root: str
    types: Mapping[str, tuple[str, ...]]
    gone: tuple[str, ...]
    taken: tuple[str, ...]
    server: str


def wanted(who: Identity, *, server: str = "", gone: Iterable[str] = ()) -> Wanted:
    """What the documents of an actor need.

    Args:
        who: The actor.
        server: Where `share-bridge serve --inbox-only` listens, such as
            `https://inbox.example.org`; empty: nowhere.
        gone: Ids of what was deleted.

    """
    root = urlsplit(who.base).path
    taken = (who.inbox, who.instance, who.spool) if server else ()
    return Wanted(
        root=root,
        types={
            JRD_JSON: ("/.well-known/webfinger",),
            "application/json": ("/.well-known/nodeinfo", f"{root}/nodeinfo/*"),
            ACTIVITY_JSON: (
                *(f"{root}/{name}" for name in _DOCUMENTS),
                *(f"{root}/{name}/*" for name in _FOLDERS),
            ),
        },
        gone=tuple(sorted(urlsplit(address).path for address in gone)),
        taken=tuple(urlsplit(address).path for address in taken),
        server=server.rstrip("/"),
    )


def matching(paths: Iterable[str]) -> str:
    """A regular expression of exactly these paths, as every host reads it."""
    words = (re.escape(path).replace(r"\*", ".*") for path in paths)
    return f"^(?:{'|'.join(words)})$"
