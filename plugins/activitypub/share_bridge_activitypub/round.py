"""One run of deliveries, with what all of them share made ready once.

Keys are parsed, what is known of hosts is read, and each message is made into bytes
the first time that it is needed. What a delivery changes is kept with that delivery.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from share_bridge.plugin import (
    Action,
    Context,
    Message,
    Receipt,
    RejectedError,
    SkippedError,
    post_id,
)
from share_bridge_activitypub.activities import as_bytes
from share_bridge_activitypub.deliver import InboxGoneError, deliver
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.objects import handles_in
from share_bridge_activitypub.shelf import Volume

__all__ = ["Round"]


class Round:
    """What one target sends in one run.

    Attributes:
        actor: Who sends.
        is_blocked: Whether an actor or inbox gets nothing, as of the run's start.

    """

    def __init__(self, context: Context) -> None:
        self.actor = Actor(context)
        self._volumes: dict[str, Volume] = {}
        self._bodies: dict[tuple[str, Action], bytes] = {}
        self.is_blocked = self.actor.blocks.as_now()

    async def prepare(
        self, message: Message, *, key: str, seconds: float
    ) -> Receipt | None:
        """Put the object on the shelf, or a tombstone; None where it never was there.

        Args:
            message: The message.
            key: Of the message: what is prepared for it again stays as it is.
            seconds: How long to look for those whom it mentions.

        """
        actor, post = self.actor, post_id(message.post.identity)
        if message.action is Action.DELETE:
            volume = actor.shelf.remove(post, key=key, now=actor.context.now())
            kept = actor.interactions
            said = [it for one in kept.of(post) for it in kept.removing(one)]
            actor.context.state.batch(said)
        elif actor.moved_to and actor.shelf.get(post) is None:
            return None
        else:
            shape = actor.settings.shape
            handles = handles_in(message, shape)
            mentions = await actor.mentions.find(handles, seconds=seconds)
            now = actor.context.now()
            volume = actor.shelf.put(
                post, message, shape=shape, key=key, now=now, mentions=mentions
            )
        if volume is None:
            return None
        self._volumes[post] = volume
        for action in Action:
            self._bodies.pop((post, action), None)
        return _receipt(volume)

    async def deliver(self, post: str, action: Action, inbox: str) -> Receipt:
        """Send what there is to say of a post to one inbox.

        Raises:
            PublishError: As the inbox answered.

        """
        self.refuse_blocked(inbox)
        actor, volume = self.actor, self._volume(post)
        body = self._body(volume, action)
        try:
            await deliver(actor.knocker, inbox, body, now=actor.context.now())
        except InboxGoneError as error:
            now = actor.context.now()
            actor.followers.strike(inbox, surely=error.surely, now=now)
            raise
        actor.followers.answered(inbox)
        return _receipt(volume)

    def refuse_blocked(self, *names: str) -> None:
        """Nothing is to be sent to whom the owner blocked.

        Raises:
            SkippedError: One of these actors or inboxes is.

        """
        for name in names:
            if self.is_blocked(name):
                raise SkippedError(f"{urlsplit(name).netloc} is blocked")

    def close(self) -> None:
        """Let go of those whose inboxes are gone."""
        self.actor.followers.sweep()

    def _volume(self, post: str) -> Volume:
        volume = self._volumes.get(post) or self.actor.shelf.get(post)
        if volume is None:
            raise RejectedError("the post is not on the shelf any more")
        self._volumes[post] = volume
        return volume

    def _body(self, volume: Volume, action: Action) -> bytes:
        """A create is told as one, however often the post was changed since."""
        body = self._bodies.get((volume.post, action))
        if body is None:
            creates = action is Action.CREATE and not volume.deleted
            said = volume.creation(self.actor.who) if creates else volume.activity
            body = self._bodies[volume.post, action] = as_bytes(said)
        return body


def _receipt(volume: Volume) -> Receipt:
    return Receipt(remote_id=volume.object["id"], url=volume.object.get("url", ""))
