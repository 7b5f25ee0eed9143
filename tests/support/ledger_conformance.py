"""What every kind of ledger promises, as tests to inherit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ledger_acts import ACTS, NOW, Act, acts, create, dump, play
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.delivery import State
from share_bridge.model.message import Message

__all__ = ["LedgerConformance"]

_STORY = [Act(name) for name in ("read", "plan", "bind", "claim", "record")]
#: A shared ledger gives an attempt longer, since clocks differ.
_ITS_OWN = ("run", "deadline_at")
_FIXTURES = settings(
    max_examples=12,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,  # each example takes a fresh place
        HealthCheck.differing_executors,  # each kind of ledger is another
    ],
)


class LedgerConformance:
    """Inherit it, and say with the fixture `opener` how a ledger is opened.

    Each call gives another ledger on the same place; `fresh` gives an opener of a
    place of its own.
    """

    @pytest.fixture
    def fresh(self, tmp_path: Path) -> Callable[[], Callable[..., Ledger]]:
        raise NotImplementedError

    @pytest.fixture
    def opener(
        self, fresh: Callable[[], Callable[..., Ledger]]
    ) -> Callable[..., Ledger]:
        return fresh()

    @pytest.fixture
    def ledger(self, opener: Callable[..., Ledger]) -> Iterator[Ledger]:
        with opener() as ledger:
            yield ledger

    @_FIXTURES
    @given(first=acts(), then=acts())
    @example(first=_STORY[:4], then=_STORY[4:])
    def test_it_is_what_a_database_in_memory_is(
        self,
        fresh: Callable[[], Callable[..., Ledger]],
        first: list[Act],
        then: list[Act],
    ) -> None:
        """Whatever runs and owners do, also in two runs, and read in a third."""
        opener = fresh()
        with Ledger.in_memory() as reference:
            play(reference, [*first, *then])
            expected = dump(reference, without=_ITS_OWN)

        with opener() as ledger:
            play(ledger, first)
        with opener() as ledger:
            play(ledger, then, start=len(first))
            seen = dump(ledger, without=_ITS_OWN)
        with opener() as ledger:
            again = dump(ledger, without=_ITS_OWN)

        assert seen == expected
        assert again == expected

    def test_what_is_rolled_back_never_was(
        self, ledger: Ledger, opener: Callable[..., Ledger]
    ) -> None:
        play(ledger, _STORY)
        before = dump(ledger)

        with pytest.raises(RuntimeError):
            _fail_after(ledger, [Act("plan", 2), Act("claim", 2), Act("remember")])

        assert dump(ledger) == before
        ledger.close()
        with opener() as again:
            assert dump(again) == before

    def test_two_that_are_open_see_each_other_s_commits(
        self, ledger: Ledger, opener: Callable[..., Ledger]
    ) -> None:
        """An owner answers a question while a run goes on."""
        play(ledger, _STORY[:3])
        with opener() as other:
            play(other, [Act("skip")])

        with ledger.transaction():
            found = create(ledger, Act("plan"))

        assert found is not None
        assert found.state is State.SKIPPED

    def test_a_delivery_is_claimed_once(
        self, ledger: Ledger, opener: Callable[..., Ledger]
    ) -> None:
        """Also where another one looked at it before it was claimed."""
        play(ledger, _STORY[:3])
        with opener() as other:
            stale = create(other, Act("plan"))
            play(ledger, [Act("claim")])
            assert stale is not None
            message = Message(post=other.posts.get(stale.post).post)

            claimed = other.claims.claim(
                [stale], message, revision=1, now=NOW, deadline=NOW
            )

        assert not claimed

    def test_one_run_a_target(
        self, ledger: Ledger, opener: Callable[..., Ledger]
    ) -> None:
        """The lock of a target keeps others out until it is let go."""
        with opener() as other:
            mine, its = ledger.lock("home"), other.lock("home")

            assert mine.acquire()
            assert not its.acquire()
            mine.release()
            assert its.acquire()
            its.release()

    def test_a_dry_run_sees_everything_and_leaves_no_trace(
        self, ledger: Ledger, opener: Callable[..., Ledger]
    ) -> None:
        play(ledger, _STORY)
        expected = dump(ledger)
        ledger.close()

        with opener(dry=True) as copy:
            assert dump(copy) == expected
            play(copy, [Act(name, 2) for name in sorted(ACTS)])

        with opener() as again:
            assert dump(again) == expected

    @pytest.mark.parametrize("text", ["", 'é 🎈 \x00\n\u2028\\"', "x" * 100_000])
    def test_any_text_comes_back(
        self, ledger: Ledger, opener: Callable[..., Ledger], text: str
    ) -> None:
        ledger.remember("text", text)
        ledger.close()

        with opener() as again:
            assert again.recall("text") == text

    @given(value=st.floats(allow_nan=False, allow_infinity=False, min_value=0))
    @_FIXTURES
    def test_times_come_back_exactly(
        self, fresh: Callable[[], Callable[..., Ledger]], value: float
    ) -> None:
        """Orders and deadlines hang on them."""
        opener = fresh()
        with opener() as ledger:
            play(ledger, _STORY[:1])
            ledger._database._statement(
                "UPDATE post SET ordered_at = :value", {"value": value}
            )
            ledger.remember("a", "b")
        with opener() as again:
            found = again.posts.find(["guid:blog:1"])

        assert found is not None
        assert found.ordered_at == value


def _fail_after(ledger: Ledger, sequence: list[Act]) -> None:
    with ledger.transaction():
        play(ledger, sequence)
        raise RuntimeError
