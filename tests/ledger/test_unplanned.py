"""Which posts a target has no create for, after whatever happened to both."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from share_bridge.ledger.database import Database
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.message import Action
from share_bridge.model.post import Post, post_id
from share_bridge.model.receipt import Account

_NOW = datetime(2026, 11, 22, tzinfo=UTC)
_TARGETS = ("home", "list", "page")
_SOURCES = ("blog", "notes")
_FACTS = ("none", "skip", "gone", "back", "plan", "update", "withdraw", "move")


class _Model:
    """The same, as sets."""

    def __init__(self) -> None:
        self.posts: dict[int, Post] = {}
        self.gone: set[int] = set()
        self.planned: set[tuple[int, str]] = set()

    def unplanned(self, source: str, target: str) -> list[int]:
        found = [
            number
            for number, post in self.posts.items()
            if post.source == source
            and not post.skip_reason
            and number not in self.gone
            and (number, target) not in self.planned
        ]
        return sorted(found, key=lambda number: (number % 3, number))


def _post(number: int, source: str, skip_reason: str = "") -> Post:
    return Post(
        source=source,
        identity=f"guid:{number}",
        published=datetime(2026, 11, 1 + number % 3, tzinfo=UTC),
        skip_reason=skip_reason,
    )


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(_FACTS),
        st.integers(0, 7),
        st.sampled_from(_SOURCES),
        st.sampled_from(_TARGETS),
    ),
    max_size=40,
)


@given(steps=_STEPS)
def test_no_post_is_forgotten_and_none_is_planned_twice(
    steps: list[tuple[str, int, str, str]],
) -> None:
    model = _Model()
    with Ledger.in_memory() as ledger:
        ids = {name: ledger.targets.named(name, "p").id for name in _TARGETS}
        for number in range(8):
            post = _post(number, _SOURCES[number % 2])
            model.posts[number] = post
            ledger.posts.add(post, likeness="", now=_NOW)
        for step in steps:
            _do(ledger, model, ids, step)
            for source in _SOURCES:
                for name, target in ids.items():
                    found = ledger.posts.unplanned(source, target=target)
                    expected = model.unplanned(source, name)
                    assert [it.post.identity for it in found] == [
                        f"guid:{number}" for number in expected
                    ]


def _do(
    ledger: Ledger,
    model: _Model,
    ids: dict[str, str],
    step: tuple[str, int, str, str],
) -> None:
    fact, number, source, name = step
    post = model.posts[number]
    known = ledger.posts.get(post_id(post.identity))
    pair = {"target": ids[name], "post": known.id}
    changes = {
        "none": post,
        "skip": replace(post, skip_reason="a draft"),
        "back": replace(post, skip_reason=""),
        "move": replace(post, source=source),
    }
    if fact in changes:
        model.posts[number] = changes[fact]
        ledger.posts.change(known, changes[fact], likeness="")
    if fact in {"gone", "back"}:
        (model.gone.add if fact == "gone" else model.gone.discard)(number)
        reason = "410" if fact == "gone" else ""
        ledger.retractions.mark_gone(known.id, reason=reason)
    if fact == "plan" and (number, name) not in model.planned:
        model.planned.add((number, name))
        ledger.deliveries.plan(target=ids[name], post=known)
    if fact == "update":
        row = [it for it in ledger.deliveries.of(**pair) if it.action is Action.UPDATE]
        ledger.deliveries.plan(
            target=ids[name], post=known, action=Action.UPDATE, number=len(row) + 1
        )
    if fact == "withdraw":
        model.planned.discard((number, name))
        ledger.deliveries.withdraw(**pair)


def test_what_is_looked_at_no_more_is_no_fact() -> None:
    """How far a target was planned for can be told from the rest: no journal has it."""
    with Ledger.in_memory() as ledger:
        home = ledger.targets.named("home", "p").id
        ledger.deliveries.plan(
            target=home, post=ledger.posts.add(_post(1, "blog"), likeness="", now=_NOW)
        )

        assert ledger.posts.unplanned("blog", target=home) == []
    with closing(Database.in_memory()) as database:
        assert "planned" not in {table.name for table in database.tables()}


def test_a_target_that_lost_what_was_planned_for_it_is_looked_at_anew() -> None:
    """Its untried messages went to the target that has its name now."""
    with Ledger.in_memory() as ledger:
        new, account = ledger.targets.named("home", "p"), Account("ann", server="s")
        ledger.targets.bind(new, account, settings_hash="x", now=_NOW)
        home = ledger.targets.named("home", "p")
        post = ledger.posts.add(_post(1, "blog"), likeness="", now=_NOW)
        ledger.deliveries.plan(target=home.id, post=post)
        ledger.posts.unplanned("blog", target=home.id)
        ledger.targets.retire(home)
        heir = ledger.targets.succeed(home)

        assert ledger.posts.unplanned("blog", target=heir.id) == []
        assert ledger.posts.unplanned("blog", target=home.id) == [post]
