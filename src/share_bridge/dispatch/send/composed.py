"""The message of a delivery: frozen when it was tried before, else composed now."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.live import LivePages
from share_bridge.dispatch.send.record import Recorder
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.ledger.approvals import Approval
from share_bridge.ledger.records import DeliveryRecord, PostRecord
from share_bridge.model.digest import is_digest
from share_bridge.model.message import Action, Message
from share_bridge.model.post import Image, Post
from share_bridge.model.question import Kind
from share_bridge.text.escape import for_line
from share_bridge.text.template import BadTemplateError

__all__ = ["Composed", "Composer"]


class Composed(Struct, frozen=True):
    """A message, and the post that it came from.

    Attributes:
        revision: The revision of the post whose words it has.

    """

    record: PostRecord
    message: Message
    revision: int


class Composer:
    """Makes the messages of one target ready."""

    def __init__(
        self,
        runtime: Runtime,
        opened: OpenedTarget,
        recorder: Recorder,
        pages: LivePages,
    ) -> None:
        self._runtime = runtime
        self._pages = pages
        self._opened = opened
        self._recorder = recorder
        self._deliveries = runtime.ledger.deliveries
        self._pictures: tuple[str, tuple[Image, ...]] = ("", ())

    def compose(self, delivery: DeliveryRecord) -> Composed | None:
        """The message to send; None: it was held or skipped, and why is recorded."""
        if self.skips_taken_back(delivery):
            return None
        record = self._runtime.ledger.posts.get(delivery.post)
        frozen = self._deliveries.frozen(delivery.message)
        if frozen is not None:
            revision = self._deliveries.revision(delivery.message)
            return Composed(record, frozen, revision)
        if is_digest(record.source) and delivery.action is Action.CREATE:
            fresh = self._told_anew(delivery, record)
            if fresh is None:
                return None
            record = fresh
        seen = self._runtime.ledger.approvals.of(delivery.message)
        if seen is not None and self._holds_still(seen, record):
            approved = seen.message
            if record.post.posts:
                approved = replace(approved, post=record.post)
            return self._in_place(delivery, record, approved)
        if self._opened.config.approve and delivery.action is not Action.DELETE:
            self._ask_for_approval(delivery, seen)
            return None
        try:
            message = self._compose(record.post, delivery.action)
        except BadTemplateError as error:
            reason = f"its template fails: {error}"
            self._recorder.hold(delivery, record, Kind.KEEPS_FAILING, reason)
            return None
        except ValueError as error:  # the author's own words do not fit
            self._recorder.hold(delivery, record, Kind.DOES_NOT_FIT, str(error))
            return None
        except Exception as error:  # noqa: BLE001 - one post never stops the others
            reason = f"it could not be composed: {type(error).__name__}: {error}"
            self._recorder.hold(delivery, record, Kind.KEEPS_FAILING, reason)
            return None
        if delivery.action is Action.UPDATE and self._is_unchanged(
            delivery, record, message
        ):
            return None
        return self._in_place(delivery, record, message)

    def _told_anew(
        self, delivery: DeliveryRecord, record: PostRecord
    ) -> PostRecord | None:
        """A digest of what is to be told by now; None: nothing is."""
        from share_bridge.dispatch.plan.digest import (  # noqa: PLC0415 - few targets do
            Desk,
        )

        opened = self._opened
        desk = Desk.of(self._runtime, opened.config, opened.record.id)
        if desk is None:
            self._recorder.skip(delivery, "the digest is turned off")
            return None
        with self._runtime.ledger.transaction():
            return desk.refreshed(record)

    def _in_place(
        self, delivery: DeliveryRecord, record: PostRecord, message: Message
    ) -> Composed | None:
        """What may go: an edit has as many parts as stand, or its owner is asked.

        Readers may have answered a part that would go, and a new one would stand alone.
        """
        standing = self._deliveries.last_receipt(
            target=delivery.target, post=delivery.post, recipient=delivery.recipient
        )
        if delivery.action is Action.UPDATE and standing is not None:
            stand, needed = len(standing.parts) or 1, len(message.parts) or 1
            if stand != needed:
                reason = f"it would have {needed} parts, and {stand} stand"
                self._recorder.hold(delivery, record, Kind.OTHER_LENGTH, reason)
                return None
        return Composed(record, message, record.revision)

    def skips_taken_back(self, delivery: DeliveryRecord) -> bool:
        """A create that surely never left; a thread that began is finished first.

        One that may have arrived is its owner's: to send it again only to take it away
        would show it once more.
        """
        if (
            delivery.action is not Action.CREATE
            or delivery.progress is not None
            or not self._runtime.ledger.retractions.is_retracted(
                target=delivery.target, post=delivery.post
            )
        ):
            return False
        if delivery.unknown and not delivery.recipient:
            record = self._runtime.ledger.posts.get(delivery.post)
            reason = "it was taken back, and may stand there"
            self._recorder.hold(delivery, record, Kind.OUTCOME_UNKNOWN, reason)
        else:
            self._recorder.skip(delivery, "taken back before it was sent")
        return True

    async def with_page_image(self, composed: Composed) -> Composed:
        """With the picture that the post's page names, for a card that has none.

        It is no word of the author's: an edit is told without it. What its owner
        approved goes out as they saw it.
        """
        opened, message = self._opened, composed.message
        named = any(not image.found for image in message.images)
        if (
            not opened.capabilities.page_image
            or opened.config.approve
            or message.action is Action.DELETE
            or named
        ):
            return composed
        image = await self._pages.image(message.post)
        if image is None:
            return composed
        images = (image, *message.images)[: opened.capabilities.media.max_count]
        return replace(composed, message=replace(message, images=images))

    async def with_pictures(
        self, delivery: DeliveryRecord, message: Message
    ) -> Message:
        """Their bytes are read once for all recipients, and never stored."""
        if not message.images:
            return message
        from share_bridge.dispatch.send.pictures import (  # noqa: PLC0415 - where there are
            read_pictures,
        )

        name, config = delivery.message, self._runtime.config
        if self._pictures[0] != name:
            images = await read_pictures(
                message.images,
                media=self._opened.capabilities.media,
                network=config.network,
                folder=config.folder,
                seconds=self._opened.config.timeout.total_seconds(),
                tell=lambda text: self._tell(message, text),
                transport=self._runtime.transport,
            )
            self._pictures = (name, images)
        return replace(message, images=self._pictures[1])

    def _tell(self, message: Message, text: str) -> None:
        """In the report, and once: a run may try a delivery more than once."""
        title = for_line(message.post.title or message.post.url)
        remark = f"{self._opened.config.name}: “{title}”: {text}"
        if remark not in self._runtime.warnings:
            self._runtime.warnings.append(remark)

    def _holds_still(self, seen: Approval, record: PostRecord) -> bool:
        """Whether it may go as its owner saw it: same words, and they still fit."""
        from share_bridge.dispatch.plan.approval import (  # noqa: PLC0415 - where asked for
            still_stands,
        )
        from share_bridge.text.draft import Room  # noqa: PLC0415 - same

        message = seen.message
        capabilities = self._opened.capabilities.taking(record.post)
        room = Room(capabilities, message.content_warning)
        parts = message.parts or (message.text,)
        return still_stands(seen, record, self._opened.compose) and (
            not any(map(room.excess, parts))
        )

    def _ask_for_approval(
        self, delivery: DeliveryRecord, seen: Approval | None
    ) -> None:
        from share_bridge.dispatch.plan.approval import (  # noqa: PLC0415 - where asked for
            hold_for_approval,
        )

        hold_for_approval(
            self._runtime.ledger,
            self._opened.record,
            delivery,
            seen=seen,
            now=self._runtime.now(),
        )

    def _compose(self, post: Post, action: Action) -> Message:
        if action is Action.DELETE:  # it has no words that might not fit
            return Message(post=post, action=action, title=post.title, link=post.url)
        return replace(self._opened.compose(post), action=action)

    def _is_unchanged(
        self, delivery: DeliveryRecord, record: PostRecord, message: Message
    ) -> bool:
        """An edit that was taken back before it was sent is no edit."""
        words = self._deliveries.standing_words(
            target=delivery.target, post=delivery.post
        )
        if words != message.words:
            return False
        self._recorder.skip(delivery, "changed back before it was sent")
        self._deliveries.stand(
            target=delivery.target,
            post=delivery.post,
            words=words,
            revision=record.revision,
        )
        return True
