"""What runs and owners do to a ledger, as small acts that can be put in any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.records import DeliveryRecord, PostRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Action, Message
from share_bridge.model.post import Post
from share_bridge.model.question import Kind, Question
from share_bridge.model.receipt import Account, Receipt

__all__ = ["ACTS", "KEY", "NOW", "Act", "acts", "create", "dump", "play", "post"]

#: What journals are sealed under in tests.
KEY = bytes(range(32))
NOW = datetime(2026, 11, 22, tzinfo=UTC)
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"


class Act(NamedTuple):
    """One of `ACTS`, and which of a few posts, targets and states it is about."""

    name: str
    post: int = 1
    target: int = 1
    state: State = State.DELIVERED


def post(number: int, *, text: str = "") -> Post:
    return Post(
        "blog",
        f"guid:blog:{number}",
        aliases=(f"link:example.org/{number}",),
        url=f"https://example.org/{number}",
        title=f"Post {number}",
        content=text,
        published=NOW - timedelta(days=30 - number),
    )


def create(ledger: Ledger, act: Act) -> DeliveryRecord | None:
    """The first delivery of the post to the target, or None."""
    known, target = _post(ledger, act), ledger.targets.named(f"t{act.target}", "kind")
    found = [
        it
        for it in ledger.deliveries.of(target=target.id, post=known.id)
        if it.action is Action.CREATE
    ]
    return min(found, key=lambda it: it.recipient) if found else None


def dump(ledger: Ledger, *, without: Sequence[str] = ("run",)) -> dict[str, list[Any]]:
    """Every row of every table, but for what differs from run to run."""
    database = ledger._database
    tables = {}
    for (table,) in database._statement(_TABLES, {}).fetchall():
        rows = database._statement(f"SELECT * FROM {table}", {}).fetchall()
        plain = [
            tuple(it for it in dict(row).items() if it[0] not in without)
            for row in rows
        ]
        tables[table] = sorted(plain, key=repr)
    return tables


def play(ledger: Ledger, sequence: Sequence[Act], *, start: int = 0) -> None:
    """Do one act after the other, a minute each."""
    for minute, act in enumerate(sequence, start):
        ACTS[act.name](ledger, act, NOW + timedelta(minutes=minute))


def acts(names: Sequence[str] | None = None) -> st.SearchStrategy[list[Act]]:
    """Sequences of acts; those that make no sense then and there do nothing."""
    one = st.builds(
        Act,
        st.sampled_from(sorted(names or ACTS)),
        st.integers(1, 2),
        st.integers(1, 2),
        st.sampled_from(
            [
                State.DELIVERED,
                State.WAITING,
                State.PENDING,
                State.HELD,
                State.REJECTED,
                State.SKIPPED,
            ]
        ),
    )
    return st.lists(one, max_size=12)


def _post(ledger: Ledger, act: Act) -> PostRecord:
    known = ledger.posts.find([f"guid:blog:{act.post}"])
    return known or ledger.posts.add(post(act.post), likeness="", now=NOW)


def _read(ledger: Ledger, act: Act, now: datetime) -> None:
    _post(ledger, act)
    ledger.posts.save_source("blog", validators={"a": str(now)}, state="read", now=now)


def _edit(ledger: Ledger, act: Act, now: datetime) -> None:
    ledger.posts.change(_post(ledger, act), post(act.post, text=str(now)), likeness="")


def _plan(ledger: Ledger, act: Act, now: datetime) -> None:
    with ledger.transaction():
        known = _post(ledger, act)
        target = ledger.targets.named(f"t{act.target}", "kind").id
        if create(ledger, act) is None:
            ledger.deliveries.plan(target=target, post=known)
        ledger.targets.subscribe("blog", target=target, now=now)


def _bind(ledger: Ledger, act: Act, now: datetime) -> None:
    target = ledger.targets.named(f"t{act.target}", "kind")
    account = Account(server="https://s.example", id=str(act.target), name="@a")
    ledger.targets.bind(target, account, settings_hash="h", now=now)


def _claim(ledger: Ledger, act: Act, now: datetime) -> None:
    found, target = create(ledger, act), ledger.targets.named(f"t{act.target}", "kind")
    if found is not None and target.account is not None:
        message = Message(post=post(act.post), text=f"Post {act.post}", words="w")
        ledger.claims.claim(
            [found], message, revision=1, now=now, deadline=now + timedelta(seconds=30)
        )


def _record(ledger: Ledger, act: Act, now: datetime) -> None:
    found = create(ledger, act)
    if found is None or found.state is not State.SENDING:
        return
    with ledger.transaction():
        ledger.deliveries.record(
            found,
            state=act.state,
            now=now,
            outcome=act.state.value,
            unknown=act.state in {State.WAITING, State.HELD} and act.post == 1,
            failed=act.state is State.WAITING,
            receipt=Receipt("7") if act.state is State.DELIVERED else None,
            question=_ask(ledger, act, now) if act.state is State.HELD else None,
            thaw=act.state is State.WAITING and act.post == 2,
        )
        if act.state is State.DELIVERED:
            ledger.deliveries.stand(
                target=found.target, post=found.post, words="w", revision=1
            )


def _ask(ledger: Ledger, act: Act, now: datetime) -> str:
    question = Question(
        f"q{act.post}{act.target}", Kind.OUTCOME_UNKNOWN, "Does it stand?", ("look",)
    )
    return ledger.ask(question, now=now)


def _retry(ledger: Ledger, act: Act, now: datetime) -> None:
    if (found := create(ledger, act)) is not None:
        ledger.holds.due_now(found)


def _forget(ledger: Ledger, act: Act, now: datetime) -> None:
    if (found := create(ledger, act)) is not None:
        ledger.holds.anew(found)


def _adopt(ledger: Ledger, act: Act, now: datetime) -> None:
    if (found := create(ledger, act)) is not None:
        ledger.holds.settle(
            found, state=State.DELIVERED, reason="there", receipt=Receipt("8")
        )


def _skip(ledger: Ledger, act: Act, now: datetime) -> None:
    found = create(ledger, act)
    if found is not None and found.state in {State.PLANNED, State.HELD, State.WAITING}:
        ledger.holds.skip(found, reason="counted")


def _withdraw(ledger: Ledger, act: Act, now: datetime) -> None:
    if (found := create(ledger, act)) is not None:
        ledger.deliveries.withdraw(target=found.target, post=found.post)


def _expand(ledger: Ledger, act: Act, now: datetime) -> None:
    found = create(ledger, act)
    if found is not None and not found.recipient and _is_untried(found):
        people = [(f"hash:k:{n}", "mail.example") for n in (1, 2)]
        ledger.deliveries.expand(found, people)


def _is_untried(found: DeliveryRecord) -> bool:
    return found.attempts == 0 and found.epoch == 1


def _checkpoint(ledger: Ledger, act: Act, now: datetime) -> None:
    found = create(ledger, act)
    if found is not None and found.state is State.SENDING:
        ledger.deliveries.checkpoint(found.id, {"part": act.post})


def _pause(ledger: Ledger, act: Act, now: datetime) -> None:
    target = ledger.targets.named(f"t{act.target}", "kind").id
    ledger.targets.pause(target, until=now, reason="429")


def _hold(ledger: Ledger, act: Act, now: datetime) -> None:
    target = ledger.targets.named(f"t{act.target}", "kind").id
    with ledger.transaction():
        ledger.holds.hold_target(target, question=_ask(ledger, act, now), reason="why")


def _release(ledger: Ledger, act: Act, now: datetime) -> None:
    target = ledger.targets.named(f"t{act.target}", "kind").id
    ledger.holds.release(target, [Kind.OUTCOME_UNKNOWN])


def _remember(ledger: Ledger, act: Act, now: datetime) -> None:
    ledger.remember(f"key{act.post}", str(now))


def _document(ledger: Ledger, act: Act, now: datetime) -> None:
    target = ledger.targets.named(f"t{act.target}", "kind").id
    document = None if act.state is State.SKIPPED else {"at": str(now)}
    ledger.targets.documents(target).put(f"follower/{act.post}", document)


def _collect(ledger: Ledger, act: Act, now: datetime) -> None:
    if (found := create(ledger, act)) is not None:
        since = None if act.state is State.SKIPPED else now
        ledger.digests.collect(found.message, since=since)


def _tell(ledger: Ledger, act: Act, now: datetime) -> None:
    """Claim a digest of what collects at the target, or what became of it before."""
    target = ledger.targets.named(f"t{act.target}", "kind")
    collecting = ledger.digests.collecting(target.id)
    told = tuple(post(int(it.identity.rpartition(":")[2])) for it in collecting)
    identity = f"digest/t{act.target}/2026-11-2{act.post}"
    digest = Post("digest/t", identity, posts=told)
    with ledger.transaction():
        known = ledger.posts.find([identity])
        known = known or ledger.posts.add(digest, likeness="", now=now)
        if not ledger.deliveries.is_known(target=target.id, post=known.id):
            ledger.deliveries.plan(target=target.id, post=known)
    (found,) = ledger.deliveries.of(target=target.id, post=known.id)
    if found.state is State.SENDING:
        ledger.deliveries.record(
            found, state=State.WAITING, now=now, outcome="never left", thaw=True
        )
    elif told and target.account is not None:
        until = now + timedelta(seconds=30)
        ledger.claims.claim(
            [found], Message(post=digest), revision=1, now=now, deadline=until
        )


#: Each act: the ledger, the act, the time.
ACTS: dict[str, Callable[[Ledger, Act, datetime], None]] = {
    "read": _read,
    "edit": _edit,
    "plan": _plan,
    "bind": _bind,
    "claim": _claim,
    "record": _record,
    "retry": _retry,
    "forget": _forget,
    "adopt": _adopt,
    "skip": _skip,
    "withdraw": _withdraw,
    "expand": _expand,
    "checkpoint": _checkpoint,
    "pause": _pause,
    "hold": _hold,
    "release": _release,
    "remember": _remember,
    "document": _document,
    "collect": _collect,
    "tell": _tell,
}
