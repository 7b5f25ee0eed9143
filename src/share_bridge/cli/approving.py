"""Puts what waits for approval before its owner, and writes down what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.cli.named import find_post
from share_bridge.cli.runtime import make_runtime, open_ledger
from share_bridge.config.select import select_targets
from share_bridge.dispatch.report.reporting import compose_as_known
from share_bridge.ledger.approvals import Approval
from share_bridge.model.delivery import State
from share_bridge.model.message import Action, Message
from share_bridge.model.post import Post

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace
    from share_bridge.config.model import TargetConfig
    from share_bridge.dispatch.runtime import Runtime
    from share_bridge.ledger.records import DeliveryRecord

__all__ = ["Desk", "Draft", "open_desk"]


class Draft(Struct, frozen=True, kw_only=True):
    """One message as it would be sent.

    Attributes:
        post: Short id.
        target: Name of the target.
        action: New, or a change of what stands.
        message: None where it cannot be composed.
        revision: Of the post that it was composed from.
        deliveries: Those that it holds, one for each recipient.
        problem: Why there is no message, or empty.

    """

    post: str
    title: str
    url: str
    target: str
    action: Action
    message: Message | None
    revision: int
    deliveries: tuple[DeliveryRecord, ...]
    problem: str = ""

    @property
    def text(self) -> str:
        """What readers will see."""
        return "" if self.message is None else self.message.text

    @property
    def around(self) -> tuple[str, ...]:
        """What goes with the text: a title of its own, a warning, pictures."""
        message = self.message
        if message is None:
            return ()
        titled = message.title and not message.text.startswith(message.title)
        return (
            *([f"Title: {message.title}"] if titled else ()),
            *([f"Warning: {message.content_warning}"] * bool(message.content_warning)),
            *(
                f"Picture: {image.alt or image.url or image.path}"
                for image in message.images
            ),
        )

    @property
    def name(self) -> str:
        """What people call it."""
        what = "new" if self.action is Action.CREATE else "an edit"
        return f"{self.target} · {what} · {self.title or self.url or self.post}"

    @property
    def mark(self) -> str:
        """Tells this text from any other: what a program has seen."""
        return blake2b(self.text.encode(), digest_size=8).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {
            "post": {"id": self.post, "url": self.url, "title": self.title},
            "target": self.target,
            "action": self.action.value,
            "text": self.text,
            "seen": self.mark,
            "problem": self.problem or None,
        }


class Desk:
    """What waits, in one ledger."""

    def __init__(
        self, runtime: Runtime, targets: Sequence[TargetConfig], post: str
    ) -> None:
        self._runtime = runtime
        self._ledger = runtime.ledger
        self._targets = {target.name: target for target in targets}
        self._post = post

    def drafts(self) -> list[Draft]:
        """Every message that waits, oldest post first, target by target."""
        return [
            self._draft(target, deliveries)
            for target in self._targets.values()
            for deliveries in self._waiting(target)
        ]

    def edited(self, draft: Draft, text: str) -> Draft:
        """The same message with its owner's words.

        Raises:
            DoesNotFitError: They are longer than the target takes.

        """
        post = self._ledger.posts.get(draft.post).post
        own = replace(post.override, texts=((draft.target, text),))
        made = self._compose(draft, replace(post, override=own))
        words = made.words if draft.message is None else draft.message.words
        return replace(draft, message=replace(made, post=post, words=words))

    def approve(self, draft: Draft) -> bool:
        """Send exactly this; False: it is not what waits any more."""
        if draft.message is None:
            return False
        with self._ledger.transaction():
            if not self._still_waits(draft):
                return False
            self._ledger.approvals.give(
                draft.deliveries[0].message, Approval(draft.message, draft.revision)
            )
            for delivery in draft.deliveries:
                self._ledger.holds.settle(delivery, state=State.PLANNED, reason="")
        return True

    def refuse(self, draft: Draft) -> None:
        """Never send it."""
        with self._ledger.transaction():
            if self._still_waits(draft):
                for delivery in draft.deliveries:
                    reason = "its owner did not approve it"
                    self._ledger.holds.skip(delivery, reason=reason)

    def _waiting(self, target: TargetConfig) -> list[list[DeliveryRecord]]:
        record = self._ledger.targets.known(target.name)
        if record is None:
            return []
        messages: dict[str, list[DeliveryRecord]] = {}
        for delivery in self._ledger.approvals.waiting(record.id):
            if self._post in {"", delivery.post}:
                messages.setdefault(delivery.message, []).append(delivery)
        return list(messages.values())

    def _draft(self, target: TargetConfig, deliveries: list[DeliveryRecord]) -> Draft:
        first = deliveries[0]
        record = self._ledger.posts.get(first.post)
        draft = Draft(
            post=record.id,
            title=record.post.title,
            url=record.post.url,
            target=target.name,
            action=first.action,
            message=None,
            revision=record.revision,
            deliveries=tuple(deliveries),
        )
        try:
            return replace(draft, message=self._compose(draft, record.post))
        except ValueError as error:  # the author's own words do not fit
            return replace(draft, problem=str(error))

    def _compose(self, draft: Draft, post: Post) -> Message:
        target = self._targets[draft.target]
        composed = compose_as_known(self._runtime, target, post)
        return replace(composed, action=draft.action)

    def _still_waits(self, draft: Draft) -> bool:
        deliveries = self._ledger.deliveries
        held = all(
            deliveries.get(it.id).epoch == it.epoch
            and deliveries.get(it.id).state is State.HELD
            for it in draft.deliveries
        )
        return held and self._ledger.posts.get(draft.post).revision == draft.revision


@contextmanager
def open_desk(
    workspace: Workspace, *, post: str | None, targets: Sequence[str]
) -> Iterator[Desk]:
    """What waits at these targets, of one post or of all."""
    config = workspace.config
    with open_ledger(config) as ledger:
        runtime = make_runtime(workspace, config, ledger)
        wanted = "" if post is None else find_post(ledger, post).id
        yield Desk(runtime, select_targets(config, targets), wanted)
