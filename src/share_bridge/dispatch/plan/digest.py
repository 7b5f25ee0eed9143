"""Posts that go together: collected, made a digest when its time has come, told once.

What was planned for a target with a digest collects instead of being sent. When a
period is over, one digest is planned, as a post of the target's own; and until it
leaves, it is made anew of whatever is to be told by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.config.model import Site, TargetConfig
from share_bridge.dispatch.plan.plan import PlannedTarget
from share_bridge.dispatch.questions import digest_ended
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.when.periods import Periods
from share_bridge.ledger.digests import Collected
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.posts import document
from share_bridge.ledger.records import PostRecord
from share_bridge.model.delivery import State
from share_bridge.model.digest import digest_identity, digest_source
from share_bridge.model.post import Post
from share_bridge.text.pattern import pattern

__all__ = ["Desk", "let_go", "passed_end"]

_NAMES = pattern(r"\{(site|date|count)\}")


class Desk(Struct, frozen=True, kw_only=True):
    """Where the digests of one target are made.

    Attributes:
        target: Its id.
        periods: When they go out.

    """

    ledger: Ledger
    site: Site
    config: TargetConfig
    target: str
    periods: Periods
    now: datetime

    @classmethod
    def of(cls, runtime: Runtime, config: TargetConfig, target: str) -> Desk | None:
        """That of a target; None: it has no digest."""
        periods = Periods.of(config)
        if periods is None:
            return None
        return cls(
            ledger=runtime.ledger,
            site=runtime.config.site,
            config=config,
            target=target,
            periods=periods,
            now=runtime.now(),
        )

    def plan(self, *, whole: bool) -> None:
        """Collect what is new, and plan the digest that is due.

        Args:
            whole: Every source was read: what is seen later, is of a later period.

        """
        question = digest_ended(target=self.config.name, count=0).id
        self.ledger.digests.let_collect(question)  # its owner turned it on again
        self._collect()
        if whole:
            self._pass()
        waiting = None
        for unsent in self.ledger.digests.unsent(self.target):
            if unsent.open:
                waiting = unsent.record
            else:
                self._close(unsent.record)
        due = self._due()
        if due and waiting is None:
            waiting = self._begin(due)
        if waiting is not None:
            self.refreshed(waiting)

    def refreshed(self, digest: PostRecord) -> PostRecord | None:
        """The digest with what is to be told now; None: nothing is, and it is skipped.

        Args:
            digest: One that nothing was sent of, or surely nothing arrived.

        """
        due = self._due()
        if not due:
            for delivery in self.ledger.deliveries.of(
                target=self.target, post=digest.id
            ):
                reason = "nothing is left to tell"
                self.ledger.holds.skip(delivery, reason=reason)
            self._empty(digest)
            return None
        known = digest.post
        fresh = self._made(due, identity=known.identity, end=known.published)
        if document(fresh) == digest.fresh:
            return digest
        return self.ledger.posts.change(digest, fresh, likeness="")

    def upcoming(self) -> Post | None:
        """The next digest as it would be if nothing more came, or None."""
        for unsent in self.ledger.digests.unsent(self.target):
            if unsent.open:
                return unsent.record.post
        collected = self.ledger.digests.collecting(self.target)
        if not collected:
            return None
        end = self.periods.next(self.now)
        return self._made(collected, identity=self._identity(end), end=end)

    def _close(self, digest: PostRecord) -> None:
        """Its owner settled it unsent: what it would have told of goes with no other.

        Once: what they say of one of these posts afterwards counts.
        """
        self.ledger.digests.close(digest, target=self.target)
        self._empty(digest)

    def _empty(self, digest: PostRecord) -> None:
        known = digest.post
        if known.posts:
            self.ledger.posts.change(digest, replace(known, posts=()), likeness="")

    def _collect(self) -> None:
        for delivery, ordered_at in self.ledger.digests.uncollected(self.target):
            since = self._since(ordered_at)
            self.ledger.digests.collect(delivery.message, since=since)

    def _since(self, ordered_at: float) -> datetime:
        """From when on a new post counts: since it is known, or was there to be seen.

        Where no run looked between the end of a period and now, the date of the post
        tells on which side of it it is.
        """
        passed, end = passed_end(self.ledger, self.config.name), self._end()
        if passed is None or passed >= end or ordered_at >= end.timestamp():
            return self.now
        return max(passed, datetime.fromtimestamp(ordered_at, passed.tzinfo))

    def _pass(self) -> None:
        """The period that ended last is settled: remembered once a period."""
        if passed_end(self.ledger, self.config.name) != self._end():
            key, value = _key(self.config.name), self._end().isoformat()
            self.ledger.remember(key, value)

    def _end(self) -> datetime:
        return self.periods.last(self.now)

    def _due(self) -> list[Collected]:
        """What is to be told by now, oldest post first."""
        return [
            it
            for it in self.ledger.digests.collecting(self.target)
            if self.periods.next(it.since) <= self.now
        ]

    def _begin(self, due: Sequence[Collected]) -> PostRecord | None:
        """Plan the digest of the period that ended last.

        One a period: what comes after it went out goes with the next one.
        """
        identity = self._identity(self._end())
        known = self.ledger.posts.find((identity,))
        if known is not None and self.ledger.deliveries.is_known(
            target=self.target, post=known.id
        ):
            for it in due:
                self.ledger.digests.collect(it.delivery.message, since=self.now)
            return None
        if known is None:
            made = self._made(due, identity=identity, end=self._end())
            known = self.ledger.posts.add(made, likeness="", now=self.now)
        self.ledger.deliveries.plan(target=self.target, post=known)
        return known

    def _identity(self, end: datetime) -> str:
        return digest_identity(self.config.name, self.periods.day(end))

    def _made(
        self, collected: Sequence[Collected], *, identity: str, end: datetime | None
    ) -> Post:
        from share_bridge.text.digest import shorten  # noqa: PLC0415 - when it is due

        posts = tuple(
            shorten(it.post, it.identity, language=self.site.language)
            for it in reversed(collected)
        )
        spoken = {post.language for post in posts}
        made = Post(
            source=digest_source(self.config.name),
            identity=identity,
            base=self.site.url,
            published=end,
            language=spoken.pop() if len(spoken) == 1 else self.site.language,
            posts=posts,
        )
        return replace(made, title=self._title(made))

    def _title(self, digest: Post) -> str:
        from share_bridge.text.digest_words import (  # noqa: PLC0415 - when it is due
            new_posts,
        )

        site = self.site.title or urlsplit(self.site.url).hostname or ""
        wanted = None if self.config.digest is None else self.config.digest.title
        if wanted is None:
            return new_posts(digest.language, site)
        day = digest.identity.rpartition("/")[2]
        named = {"site": site, "date": day, "count": str(len(digest.posts))}
        return _NAMES.sub(lambda found: named[found[1]], wanted)


def let_go(ledger: Ledger, target: PlannedTarget, *, now: datetime) -> None:
    """What collected for a digest that is turned off: one goes, of more you are asked.

    Args:
        ledger: In a transaction of the caller's.
        target: One that has no digest.
        now: The time.

    """
    collected = ledger.digests.collecting(target.record.id)
    if not collected:
        return
    for unsent in ledger.digests.unsent(target.record.id):
        if unsent.open:
            ledger.deliveries.withdraw(target=target.record.id, post=unsent.record.id)
    for it in collected:
        ledger.digests.collect(it.delivery.message, since=None)
    if len(collected) == 1:
        return
    question = digest_ended(target=target.config.name, count=len(collected))
    held_by = ledger.ask(question, now=now)
    for it in collected:
        ledger.holds.settle(
            it.delivery,
            state=State.HELD,
            reason="it was collected for a digest that is turned off",
            question=held_by,
        )


def passed_end(ledger: Ledger, target: str) -> datetime | None:
    """The end of a period up to which everything was seen, or None.

    Args:
        ledger: What was remembered.
        target: Name of the target.

    """
    value = ledger.recall(_key(target))
    return datetime.fromisoformat(value) if value else None


def _key(target: str) -> str:
    return f"digest {target}"
