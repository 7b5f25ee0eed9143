"""What was published: one document for each post, which is also what is served.

What is said of it is the same for everyone who is told, now and after a restart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from share_bridge.plugin import Documents, Message
from share_bridge_activitypub import activities
from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.mention import Mention
from share_bridge_activitypub.objects import Shape, make_object, tombstone

__all__ = ["Shelf", "Volume"]

_PREFIX = "object/"
_Draw = Callable[..., dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """One post over there.

    Attributes:
        post: Its short id.
        object: The object as it is now: a Note, an Article or a Tombstone.
        activity: What was last said of it.
        made_for: The key of the message that said so.
        words: Fingerprint of the author's words in it.
        number: How often it was changed.
        published: ISO date of its first announcement.
        deleted: It was taken away.

    """

    post: str
    object: dict[str, Any]
    activity: dict[str, Any]
    made_for: str
    words: str = ""
    number: int = 0
    published: str = ""
    deleted: bool = False

    @property
    def handles(self) -> list[str]:
        """Who is mentioned, as `user@host`."""
        tags = self.object.get("tag", ())
        return [it["name"][1:] for it in tags if it["type"] == "Mention"]

    def creation(self, who: Identity) -> dict[str, Any]:
        """The Create, with the object as it is now."""
        if self.activity["type"] == "Create":
            return self.activity
        return activities.create(who, self.post, self.object)

    def to_json(self) -> dict[str, Any]:
        """As a document."""
        return {
            "post": self.post,
            "object": self.object,
            "activity": self.activity,
            "made_for": self.made_for,
            "words": self.words,
            "number": self.number,
            "published": self.published,
            "deleted": self.deleted,
        }


class Shelf:
    """The objects in the documents of a target."""

    def __init__(self, state: Documents, who: Identity) -> None:
        self._state = state
        self._who = who

    def get(self, post: str) -> Volume | None:
        """The post with this short id, or None."""
        document = self._state.get(f"{_PREFIX}{post}")
        return None if document is None else Volume(**document)

    def __iter__(self) -> Iterator[Volume]:
        """Newest first; what was taken away is left out."""
        return iter(self._sorted(deleted=False))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def removed(self) -> list[Volume]:
        """What was taken away, newest first."""
        return self._sorted(deleted=True)

    def put(
        self,
        post: str,
        message: Message,
        *,
        shape: Shape,
        key: str,
        now: datetime,
        mentions: Mapping[str, Mention] | None = None,
    ) -> Volume:
        """The post as the message has it; the same again for the same message.

        Words that changed before anybody was told of them take the place of those that
        were there, under the same ids.
        """
        known = self.get(post)
        if known is not None and known.made_for == key:
            if known.words == message.words:
                return known
            known = self._before(known)
        draw = partial(make_object, self._who, message, shape=shape, mentions=mentions)
        if known is None or known.deleted:
            volume = self._created(post, draw, key=key, now=now)
        else:
            volume = self._updated(known, draw, key=key, now=now)
        volume = replace(volume, words=message.words)
        self._state.put(f"{_PREFIX}{post}", volume.to_json())
        return volume

    def remove(self, post: str, *, key: str, now: datetime) -> Volume | None:
        """A tombstone in its place; None where it never was."""
        known = self.get(post)
        if known is None or known.deleted:
            return known
        stone = tombstone(known.object, deleted=now)
        volume = Volume(
            post=post,
            object=stone,
            activity=activities.delete(self._who, post, stone),
            made_for=key,
            number=known.number,
            published=known.published,
            deleted=True,
        )
        self._state.put(f"{_PREFIX}{post}", volume.to_json())
        return volume

    def _sorted(self, *, deleted: bool) -> list[Volume]:
        all_ = [Volume(**document) for _, document in self._state.scan(_PREFIX)]
        found = [volume for volume in all_ if volume.deleted is deleted]
        return sorted(found, key=lambda it: (it.published, it.post), reverse=True)

    def _before(self, known: Volume) -> Volume | None:
        """What it was before its last change; None: that was the first."""
        return replace(known, number=known.number - 1) if known.number else None

    def _created(self, post: str, draw: _Draw, *, key: str, now: datetime) -> Volume:
        document = draw(published=now)
        return Volume(
            post=post,
            object=document,
            activity=activities.create(self._who, post, document),
            made_for=key,
            published=document["published"],
        )

    def _updated(
        self, known: Volume, draw: _Draw, *, key: str, now: datetime
    ) -> Volume:
        """Without a later `updated`, Mastodon would show no change."""
        said = datetime.fromisoformat(known.object.get("updated", known.published))
        document = draw(
            published=datetime.fromisoformat(known.published),
            updated=max(now, said + timedelta(seconds=1)),
        )
        number = known.number + 1
        return Volume(
            post=known.post,
            object=document,
            activity=activities.update(self._who, known.post, document, number=number),
            made_for=key,
            number=number,
            published=known.published,
        )
