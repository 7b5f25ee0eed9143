"""The documents of an actor by their paths: what is served, and what is exported.

A path is what follows the origin: `/ap/actor`. There is one place that knows which
document is where, so that a served blog and a static one are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from share_bridge.plugin import InteractionKind
from share_bridge_activitypub.actor import actor, nodeinfo, nodeinfo_links, webfinger
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.polled import polled, polled_actor
from share_bridge_activitypub.shelf import Volume
from share_bridge_activitypub.vocabulary import (
    ACTIVITY_JSON,
    CONTEXT,
    JRD_JSON,
    QUOTE_CONTEXT,
)

__all__ = ["Page", "Pages"]

_NODEINFO_JSON = (
    'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"'
)
_PER_PAGE = 20
_COUNTS = {
    "replies": InteractionKind.REPLY,
    "likes": InteractionKind.LIKE,
    "shares": InteractionKind.BOOST,
}


class Page:
    """One document, and how it is served.

    Attributes:
        document: JSON.
        media_type: Its content type.
        page: Where people are sent instead, or empty.
        status: 200, or 410 for what was taken away.

    """

    __slots__ = ("document", "media_type", "page", "status")

    def __init__(
        self,
        document: dict[str, Any],
        media_type: str = ACTIVITY_JSON,
        *,
        page: str = "",
        status: int = 200,
    ) -> None:
        self.document = document
        self.media_type = media_type
        self.page = page
        self.status = status


class Pages:
    """Every document of one actor."""

    def __init__(self, here: Actor, *, version: str) -> None:
        self._here = here
        self._who = here.who
        self._version = version
        self._root = urlsplit(self._who.base).path

    def at(self, path: str) -> Page | None:
        """The document at a path, or None."""
        page = self._at(path)
        if page is not None and self._here.settings.inbox == "none":
            page.document = polled(page.document, self._who)
            if path == f"{self._root}/actor":
                page.document = polled_actor(page.document)
        return page

    def _at(self, path: str) -> Page | None:
        fixed = self._fixed().get(path)
        if fixed is not None:
            return fixed()
        if not path.startswith(f"{self._root}/"):
            return None
        kind, _, name = path.removeprefix(f"{self._root}/").partition("/")
        make = self._kinds().get(kind)
        return None if make is None or not name or "/" in name else make(name)

    def paths(self) -> Iterator[str]:
        """Every path there is, for an export."""
        yield from self._fixed()
        for number in range(self._pages()):
            yield f"{self._root}/outbox-pages/{number + 1}"
        for volume in self._all():
            yield f"{self._root}/posts/{volume.post}"
            if not volume.deleted:
                for kind in ("creates", *_COUNTS):
                    yield f"{self._root}/{kind}/{volume.post}"
        for key, _ in self._here.context.state.scan("stamp/"):
            yield f"{self._root}/stamps/{key.removeprefix('stamp/')}"

    def _kinds(self) -> dict[str, Callable[[str], Page | None]]:
        counts = {kind: partial(self._about, kind) for kind in _COUNTS}
        return ({} if self._here.settings.inbox == "none" else counts) | {
            "posts": self._post,
            "creates": self._create,
            "outbox-pages": self._outbox_page,
            "stamps": self._stamp,
        }

    def _fixed(self) -> dict[str, Callable[[], Page]]:
        root = self._root
        followed = {f"{root}/followers": self._followers}
        return ({} if self._here.settings.inbox == "none" else followed) | {
            "/.well-known/webfinger": self._webfinger,
            "/.well-known/nodeinfo": self._nodeinfo_links,
            f"{root}/nodeinfo/2.1": self._nodeinfo,
            f"{root}/actor": self.at_actor,
            f"{root}/outbox": self._outbox,
            f"{root}/following": lambda: self._counted(self._who.following, 0),
            f"{root}/featured": self._featured,
        }

    def _webfinger(self) -> Page:
        return Page(webfinger(self._who, self._here.settings.profile), JRD_JSON)

    def _nodeinfo_links(self) -> Page:
        return Page(nodeinfo_links(self._who), "application/json")

    def _nodeinfo(self) -> Page:
        posts = len(self._here.shelf)
        return Page(nodeinfo(version=self._version, posts=posts), _NODEINFO_JSON)

    def at_actor(self) -> Page:
        """The actor document."""
        keys, profile = self._here.keys, self._here.profile
        document = actor(
            self._who,
            profile,
            public_pem=keys.rsa.public.to_pem(),
            proof_key=keys.ed25519.public.to_multibase(),
        )
        return Page(document, page=profile.page)

    def _followers(self) -> Page:
        """How many, not who."""
        count = sum(it.approved for it in self._here.followers)
        return self._counted(self._who.followers, count)

    def _outbox(self) -> Page:
        page = self._counted(self._who.outbox, len(self._here.shelf))
        if self._pages():
            page.document["first"] = self._who.outbox_page(1)
        return page

    def _outbox_page(self, number: str) -> Page | None:
        pages = self._pages()
        if not number.isdigit() or not 1 <= int(number) <= pages:
            return None
        at = int(number)
        volumes = list(self._here.shelf)[(at - 1) * _PER_PAGE : at * _PER_PAGE]
        document = {
            "@context": CONTEXT,
            "id": self._who.outbox_page(at),
            "type": "OrderedCollectionPage",
            "partOf": self._who.outbox,
            "orderedItems": [volume.creation(self._who) for volume in volumes],
        }
        if at < pages:
            document["next"] = self._who.outbox_page(at + 1)
        if at > 1:
            document["prev"] = self._who.outbox_page(at - 1)
        return Page(document)

    def _post(self, post: str) -> Page | None:
        volume = self._here.shelf.get(post)
        if volume is None:
            return None
        if volume.deleted:
            return Page({"@context": CONTEXT, **volume.object}, status=410)
        document = {"@context": volume.activity["@context"], **volume.object}
        return Page(document, page=volume.object.get("url", ""))

    def _create(self, post: str) -> Page | None:
        volume = self._living(post)
        if volume is None:
            return None
        return Page(volume.creation(self._who), page=volume.object.get("url", ""))

    def _about(self, kind: str, post: str) -> Page | None:
        """How many replies, likes or boosts."""
        if self._living(post) is None:
            return None
        count = self._here.interactions.count(post, _COUNTS[kind])
        return self._counted(self._who.about(kind, post), count, ordered=False)

    def _living(self, post: str) -> Volume | None:
        volume = self._here.shelf.get(post)
        return None if volume is None or volume.deleted else volume

    def _stamp(self, name: str) -> Page | None:
        stamp = self._here.context.state.get(f"stamp/{name}")
        if stamp is None:
            return None
        revoked = stamp["type"] == "Tombstone"
        context = CONTEXT if revoked else QUOTE_CONTEXT
        return Page({"@context": context, **stamp}, status=410 if revoked else 200)

    def _featured(self) -> Page:
        page = self._counted(self._who.featured, 0)
        page.document["orderedItems"] = []
        return page

    def _counted(self, name: str, count: int, *, ordered: bool = True) -> Page:
        kind = "OrderedCollection" if ordered else "Collection"
        return Page(
            {"@context": CONTEXT, "id": name, "type": kind, "totalItems": count}
        )

    def _pages(self) -> int:
        return -(-len(self._here.shelf) // _PER_PAGE)

    def _all(self) -> Iterator[Volume]:
        for _, document in self._here.context.state.scan("object/"):
            yield Volume(**document)
