"""What counts as sent before: for those who come from another tool, or by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.config.model import FirstRun
from share_bridge.dispatch.plan.copies import count_as_copy, target_of
from share_bridge.dispatch.plan.plan import PlannedTarget
from share_bridge.dispatch.questions import about_target
from share_bridge.dispatch.runtime import Errand, Runtime
from share_bridge.errors import ConfigurationError
from share_bridge.ledger.records import DeliveryRecord, PostRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Action
from share_bridge.model.question import Kind
from share_bridge.text.links import canonical

__all__ = ["Seed", "Sown", "find_known", "open_to_all", "sow"]

_GIVEN = frozenset({State.PLANNED, State.HELD, State.WAITING})
_REASON = "counted as sent before"


class Seed(Struct, frozen=True):
    """What was sent before.

    Attributes:
        before: Everything that was published before then; None: everything that is
            there now, unless posts are named.
        names: Ids and links of posts.
        copies: Links of posts, each with the addresses of its copies.

    """

    before: datetime | None = None
    names: frozenset[str] = frozenset()
    copies: Mapping[str, tuple[str, ...]] = {}

    @property
    def is_named(self) -> bool:
        """Whether it names posts."""
        return bool(self.names or self.copies)


class Sown(Struct, frozen=True):
    """What came of it: posts that count as sent, and copies that were found."""

    skipped: int = 0
    copies: int = 0


def find_known(runtime: Runtime, errand: Errand, seed: Seed) -> dict[str, PostRecord]:
    """The posts that its ids and links mean.

    Raises:
        ConfigurationError: It names some, and the sources have none of them.

    """
    posts = runtime.ledger.posts
    found = {}
    for name in (*seed.names, *seed.copies):
        ids = [f"guid:{source.name}:{name}" for source in errand.sources]
        known = posts.find((f"link:{canonical(name)}", *ids))
        if known is not None:
            found[name] = known
    if seed.is_named and not found:
        raise ConfigurationError(
            f"none of the {len(seed.names) + len(seed.copies)} posts that were sent "
            "before is in your sources; nothing was changed"
        )
    return found


def open_to_all(errand: Errand) -> Errand:
    """The same, where first runs hold nothing back: the seed says what is old."""
    sources = tuple(replace(it, first_run=FirstRun.ALL) for it in errand.sources)
    targets = tuple(replace(it, first_run=None) for it in errand.targets)
    return replace(errand, sources=sources, targets=targets)


def sow(
    runtime: Runtime,
    targets: Sequence[PlannedTarget],
    seed: Seed,
    known: Mapping[str, PostRecord],
) -> Sown:
    """Count posts as sent before, in a transaction of the caller's.

    Of posts that are named, whatever is older than the newest of them counts too: a
    tool that sent that one was through with the others.
    """
    copies = _settle_copies(runtime, targets, seed, known)
    named = {record.id for record in known.values()}
    newest = max((record.ordered_at for record in known.values()), default=0.0)
    limit = newest if seed.before is None else seed.before.timestamp()
    skipped: set[str] = set()
    for target in targets:
        _believe(runtime, target)
        for delivery in _given(runtime, target):
            ordered = runtime.ledger.posts.get(delivery.post).ordered_at
            old = ordered < limit if seed.before or seed.is_named else True
            if old or delivery.post in named:
                runtime.ledger.holds.skip(delivery, reason=_REASON)
                skipped.add(delivery.post)
    return Sown(len(skipped), copies)


def _settle_copies(
    runtime: Runtime,
    targets: Sequence[PlannedTarget],
    seed: Seed,
    known: Mapping[str, PostRecord],
) -> int:
    count = 0
    for name, urls in seed.copies.items():
        for url in urls if name in known else ():
            target = target_of(url, targets)
            if target is None:
                continue
            pair = {"target": target.record.id, "post": known[name].id}
            if not runtime.ledger.deliveries.is_known(**pair):
                runtime.ledger.deliveries.plan(
                    target=target.record.id, post=known[name]
                )
            creates = [
                delivery
                for delivery in runtime.ledger.deliveries.of(**pair)
                if delivery.action is Action.CREATE
                and delivery.state is not State.DELIVERED
            ]
            count_as_copy(runtime.ledger, creates, url, reason=_REASON)
            count += len(creates)
    return count


def _given(runtime: Runtime, target: PlannedTarget) -> list[DeliveryRecord]:
    deliveries = runtime.ledger.deliveries.of(target=target.record.id)
    return [
        delivery
        for delivery in deliveries
        if delivery.state in _GIVEN and delivery.action is not Action.DELETE
    ]


def _believe(runtime: Runtime, target: PlannedTarget) -> None:
    """The owner says what stands there: it need not be asked."""
    asked = about_target(Kind.FIRST_RUN, target=target.config.name).id
    if runtime.ledger.is_asked(asked):
        runtime.ledger.targets.mark_adopted(target.record.id, now=runtime.now())
