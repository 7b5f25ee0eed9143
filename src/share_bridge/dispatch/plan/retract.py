"""What was taken back: its copies are asked for, or their owner is asked first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from share_bridge.config.model import DeleteRule
from share_bridge.dispatch.plan.plan import PlannedTarget
from share_bridge.dispatch.questions import about_post, many_taken_back
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.records import PostRecord
from share_bridge.model.capabilities import Support
from share_bridge.model.delivery import State
from share_bridge.model.message import Action
from share_bridge.model.question import Kind

__all__ = ["MOST", "Retraction"]

#: More copies than that at one target in one run are deleted only when their owner
#: says so once more.
MOST = 3

_CANNOT = {
    Support.UNSUPPORTED: "what was sent there cannot be taken back",
    Support.NOT_IMPLEMENTED: "taking back what was sent there is not built yet",
}


class Retraction(Struct, frozen=True):
    """Takes posts back at one target, in a transaction of the caller's.

    Attributes:
        support: Says whether the target can delete; asked only where a copy stands.

    """

    ledger: Ledger
    target: PlannedTarget
    support: Callable[[], Support]
    now: datetime

    def plan_gone(self) -> None:
        """Every post that is gone from its site, by the rule of the target."""
        due = self.ledger.retractions.due(self.target.record.id)
        standing = [post for post in due if not self._withdraw(post)]
        rule = self.target.config.delete
        if standing and rule is not DeleteRule.NEVER:
            self._delete(standing, ask=rule is DeleteRule.HOLD)

    def plan(self, posts: Sequence[PostRecord], *, ask_if_many: bool = True) -> None:
        """Posts that their owner names: asked again only where they are many."""
        for post in posts:
            pair = {"target": self.target.record.id, "post": post.id}
            if not self.ledger.deliveries.is_known(**pair):
                self.ledger.deliveries.plan(
                    target=self.target.record.id,
                    post=post,
                    state=State.SKIPPED,
                    reason="taken back before it was sent",
                )
        standing = [post for post in posts if not self._withdraw(post)]
        self._delete(standing, ask=False, ask_if_many=ask_if_many)

    def _withdraw(self, post: PostRecord) -> bool:
        """Send nothing of it that surely never left; whether that was all."""
        ledger, pair = self.ledger, {"target": self.target.record.id, "post": post.id}
        for delivery in ledger.retractions.unsent(**pair):
            reason = post.gone or "taken back before it was sent"
            ledger.holds.skip(delivery, reason=reason)
        return not ledger.retractions.stands(**pair)

    def _delete(
        self, posts: Sequence[PostRecord], *, ask: bool, ask_if_many: bool = True
    ) -> None:
        if not posts:
            return
        support = self.support()
        many = ask_if_many and len(posts) > MOST
        for post in posts:
            if support is not Support.FULL:
                self._put(post, State.SKIPPED, reason=_CANNOT[support])
            elif many:
                self._hold_all(post, len(posts))
            elif ask:
                self._hold(post)
            else:
                self._put(post, State.PLANNED)

    def _hold(self, post: PostRecord) -> None:
        question = about_post(
            Kind.TAKEN_BACK,
            target=self.target.config.name,
            post=post.id,
            title=post.post.title,
            detail=post.gone,
        )
        held_by = self.ledger.ask(question, now=self.now)
        self._put(post, State.HELD, reason=post.gone, question=held_by)

    def _hold_all(self, post: PostRecord, count: int) -> None:
        question = many_taken_back(target=self.target.config.name, count=count)
        held_by = self.ledger.ask(question, now=self.now)
        reason = f"{count} posts were taken back at once"
        self._put(post, State.HELD, reason=reason, question=held_by)

    def _put(
        self,
        post: PostRecord,
        state: State,
        *,
        reason: str = "",
        question: str | None = None,
    ) -> None:
        """Ask for the deletion; one that was asked for before is asked for anew."""
        ledger, target = self.ledger, self.target.record.id
        known = ledger.retractions.deletions(target=target, post=post.id)
        for delivery in known:
            if delivery.state in {State.HELD, State.SKIPPED, State.REJECTED}:
                ledger.holds.settle(
                    delivery, state=state, reason=reason, question=question
                )
        if not known:
            ledger.deliveries.plan(
                target=target,
                post=post,
                action=Action.DELETE,
                state=state,
                reason=reason,
                question=question,
            )
