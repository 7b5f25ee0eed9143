"""One message, many recipients: one server's trouble is its own."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crowd_support import NEVER, Crowd, at, by_recipient
from dispatch_support import Clock, make_post
from share_bridge.bridge import publish
from share_bridge.cli import ledger as commands
from share_bridge.errors import (
    AuthExpiredError,
    OutcomeUnknownError,
    PermissionDeniedError,
    PublishError,
    RateLimitedError,
    RejectedError,
    SkippedError,
    TransientError,
)
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.receipt import Recipient

A, B, C = "a.example", "b.example", "c.example"


@pytest.fixture
def crowd(tmp_path: Path) -> Crowd:
    return Crowd(tmp_path)


def test_everybody_gets_it_once(crowd: Crowd) -> None:
    """The report has one row a message."""
    crowd.people = at(A, B, C, each=30)

    report = crowd.run()

    assert set(crowd.got.values()) == {1}
    assert len(crowd.got) == 90
    (row,) = report.deliveries
    assert (row.state, row.recipients) == ("delivered", {"delivered": 90})
    assert report.totals["delivered"] == 1
    assert crowd.run().deliveries == ()


@pytest.mark.parametrize(
    "configured, places",
    [(None, 8), (3, 3)],
    ids=["the publisher's", "the owner's"],
)
def test_many_are_under_way_at_once(
    crowd: Crowd, configured: int | None, places: int
) -> None:
    """But no more than there are places, and few at one server."""
    crowd.people = at(*(f"{n}.example" for n in range(10)), each=6)
    crowd.takes = 0.002
    crowd.configure(concurrency=configured)

    crowd.run()

    assert crowd.most.pop("") == places
    assert max(crowd.most.values()) <= 2


def test_a_server_that_wants_rest_holds_up_its_own_only(crowd: Crowd) -> None:
    """429: nothing goes there before the time that it named."""
    crowd.people = at(A, B, each=5)
    crowd.behaviour = {A: [RateLimitedError("429", retry_after=timedelta(minutes=5))]}

    report = crowd.run()

    assert crowd.names() == [f"{n}@{B}" for n in range(5)]
    assert Counter(who.partition("@")[2] for _, who in crowd.log)[A] == 1
    assert (report.exit_code, report.targets[0].state) == (4, "ok")

    crowd.clock.jump(minutes=5)
    crowd.run()

    assert set(crowd.got.values()) == {1}
    assert len(crowd.got) == 10


def test_a_server_that_only_ever_wants_rest_is_given_up(crowd: Crowd) -> None:
    """It says "now" each time, and each time it is left alone for longer."""
    crowd.people = at(A, B, each=3)
    crowd.behaviour = {A: RateLimitedError("429", retry_after=timedelta(0))}

    for _ in range(4 * 24):
        crowd.run()
        crowd.clock.jump(hours=1)

    assert crowd.counts() == {"delivered": 3, "rejected": 3}
    asked = Counter(who.partition("@")[2] for _, who in crowd.log)[A]
    assert asked < 4 * 24  # not as often as it says


def test_a_server_that_fails_may_say_for_how_long(tmp_path: Path) -> None:
    """503 with `Retry-After`: perhaps it took it, and it is not asked before."""
    crowd = Crowd(tmp_path, honours_keys=timedelta.max)
    crowd.people = at(A, B)
    pause = timedelta(minutes=30)
    crowd.behaviour = {A: [OutcomeUnknownError("503", retry_after=pause)]}

    crowd.run()
    crowd.clock.jump(minutes=29)
    crowd.run()
    assert len(crowd.log) == 2
    crowd.clock.jump(minutes=1)
    crowd.run()

    assert set(crowd.got.values()) == {1}
    assert len(crowd.got) == 2


def test_a_rest_is_kept_by_the_next_run(crowd: Crowd) -> None:
    """It is written down."""
    crowd.people = at(A, each=3)
    crowd.behaviour = {A: [RateLimitedError("429", retry_after=timedelta(minutes=5))]}
    crowd.run()

    crowd.run()

    assert len(crowd.log) == 1


def test_a_server_that_refuses_us_is_one_question(crowd: Crowd) -> None:
    """403: what goes there is held, the others get theirs; it is no failed run."""
    crowd.people = at(A, B, each=4)
    crowd.behaviour = {A: PermissionDeniedError("403 Forbidden")}

    report = crowd.run()

    assert crowd.names() == [f"{n}@{B}" for n in range(4)]
    assert crowd.counts() == {"held": 4, "delivered": 4}
    assert [question.kind for question in report.questions] == ["hosts-blocked"]
    assert A in report.questions[0].text
    assert (report.exit_code, report.targets[0].state) == (0, "ok")


def test_refusing_servers_share_one_question(crowd: Crowd) -> None:
    """However many there are."""
    hosts = [f"{n:02}.example" for n in range(20)]
    crowd.people = at(*hosts)
    crowd.behaviour = dict.fromkeys(hosts, PermissionDeniedError("403"))

    report = crowd.run()

    (question,) = report.questions
    assert "00.example" in question.text
    assert "and 15 more" in question.text
    assert report.exit_code == 1  # nobody got it


@pytest.mark.parametrize(
    "error",
    [
        AuthExpiredError("wrong password", whole_target=True),
        PermissionDeniedError("sender refused", whole_target=True),
    ],
)
def test_what_concerns_the_whole_target_blocks_it(
    crowd: Crowd, error: PublishError
) -> None:
    """The publisher says so: nothing more goes out, and nothing is lost."""
    crowd.people = at(A, B, C, each=20)
    crowd.behaviour = {A: [error]}

    report = crowd.run()

    assert len(crowd.log) <= 8
    assert (report.exit_code, report.targets[0].state) == (1, "blocked")
    with Ledger.open(crowd.ledger_path) as ledger:
        found = ledger.targets.known("home")
        assert found is not None
        ledger.targets.recheck(found.id)
    crowd.run()
    assert (len(crowd.got), set(crowd.got.values())) == (60, {1})


def test_without_a_host_an_error_is_about_the_target(crowd: Crowd) -> None:
    """All of them go through one server: its rest is everybody's."""
    crowd.people = [Recipient(f"{n}@{A}") for n in range(30)]
    crowd.behaviour = {f"0@{A}": [RateLimitedError("4.7.0 slow down")]}

    report = crowd.run()

    assert len(crowd.log) <= 16
    assert report.targets[0].state == "paused"


def test_one_recipient_that_fails_does_not_stop_those_without_a_host(
    crowd: Crowd,
) -> None:
    """A full mailbox says nothing of the others."""
    crowd.people = [Recipient(f"{n}@{A}") for n in range(30)]
    crowd.behaviour = {f"3@{A}": TransientError("452 mailbox full")}

    report = crowd.run(max_seconds=1)

    assert len(crowd.got) == 29
    assert report.deliveries[0].recipients == {"waiting": 1, "delivered": 29}


def test_failures_in_a_row_let_the_target_rest(crowd: Crowd) -> None:
    """The server that all of them go through is down: not everybody is tried."""
    crowd.people = [Recipient(f"{n}@{A}") for n in range(100)]
    crowd.behaviour = {f"{n}@{A}": TransientError("refused") for n in range(100)}

    report = crowd.run(max_seconds=1)

    assert len(crowd.log) <= 10
    assert (report.exit_code, report.targets[0].state) == (4, "paused")


@pytest.mark.parametrize("trouble", [TransientError("503"), NEVER], ids=str)
def test_a_dead_server_is_tried_with_one_and_then_left_alone(
    crowd: Crowd, trouble: Any
) -> None:
    """It takes no places from the others."""
    crowd.people = at(A, each=40) + at(B, C, each=10)
    crowd.behaviour = {A: trouble}

    crowd.run(max_seconds=1)

    assert Counter(who.partition("@")[2] for _, who in crowd.log)[A] == 1
    assert len(crowd.got) == 20
    assert crowd.most[A] == 1


def test_dead_servers_do_not_take_all_places(crowd: Crowd) -> None:
    """Those that failed before share a quarter of them."""
    dead = [f"dead{n}.example" for n in range(30)]
    crowd.people = at(*dead)
    crowd.behaviour = dict.fromkeys(dead, TransientError("refused"))
    crowd.run(max_seconds=1)
    crowd.clock.jump(minutes=5)
    crowd.behaviour = dict.fromkeys(dead, NEVER)
    crowd.most.clear()
    crowd.log.clear()
    crowd.people = at(*dead, A)
    crowd.posts.append(make_post(2))

    crowd.run(max_seconds=1)

    assert ("Post 2", f"0@{A}") in crowd.log[:4]
    assert crowd.most[""] <= 3


def test_a_server_that_comes_back_gets_everything(crowd: Crowd) -> None:
    """In order, with what came in between."""
    crowd.people = at(A, B, each=3)
    crowd.behaviour = {A: TransientError("refused")}
    crowd.run()
    crowd.posts.append(make_post(2))
    crowd.run()
    crowd.behaviour = {}

    crowd.clock.jump(hours=1)
    crowd.run()

    assert (len(crowd.got), set(crowd.got.values())) == (12, {1})
    orders = by_recipient(crowd)
    assert [what for what in orders[f"0@{A}"] if what == "Post 1"]
    assert all(order == sorted(order) for order in orders.values())


def test_a_dead_server_is_given_up_without_a_question(crowd: Crowd) -> None:
    """Nobody can mend another's server; a later post tries once, not for days."""
    crowd.people = at(A, B, each=3)
    crowd.behaviour = {A: TransientError("refused")}
    crowd.run()
    crowd.clock.jump(days=4)

    report = crowd.run()

    (row,) = report.deliveries
    assert (row.state, row.recipients) == ("rejected", {"rejected": 3, "delivered": 3})
    assert "given up after 3 days" in (row.reason or "")
    assert (report.exit_code, report.questions) == (0, ())
    crowd.log.clear()
    crowd.posts.append(make_post(2))
    crowd.clock.jump(hours=1)
    crowd.run()
    assert [who for _, who in crowd.log if A in who] == [f"0@{A}"]


def test_a_rejected_recipient_is_no_failed_run(crowd: Crowd) -> None:
    """The others have it; nobody has to act."""
    crowd.people = at(A, B, each=3)
    crowd.behaviour = {f"1@{A}": RejectedError("550 no such user")}

    report = crowd.run()

    (row,) = report.deliveries
    assert (row.state, row.shown) == ("rejected", "delivered")
    assert row.recipients == {"rejected": 1, "delivered": 5}
    assert report.exit_code == 0


def test_a_message_that_everybody_rejects_is(crowd: Crowd) -> None:
    """Nobody has it."""
    crowd.people = at(A, B)
    crowd.behaviour = dict.fromkeys((A, B), RejectedError("554 spam"))

    report = crowd.run()

    assert (report.exit_code, report.deliveries[0].shown) == (1, "rejected")


def test_lost_answers_are_one_question(crowd: Crowd) -> None:
    """Nobody can be asked, no key is kept: held, never sent twice."""
    crowd.people = at(*(f"{n}.example" for n in range(20)))
    crowd.behaviour = {
        f"{n}.example": [OutcomeUnknownError("connection reset")] for n in range(5)
    }
    crowd.run()
    crowd.clock.jump(minutes=10)

    report = crowd.run()

    assert crowd.counts() == {"held": 5, "delivered": 15}
    assert [question.kind for question in report.questions] == ["outcome-unknown"]
    assert "Did everybody get" in report.questions[0].text
    assert report.exit_code == 1
    assert len(crowd.log) == 20


def test_trying_all_again_asks_nobody_the_same_again(crowd: Crowd) -> None:
    """Whether a recipient has it is the owner's to say, with `seed` or `forget`."""
    crowd.people = at(A, B)
    crowd.behaviour = {A: [OutcomeUnknownError("connection reset")]}
    crowd.run()
    crowd.clock.jump(minutes=10)
    crowd.run()

    with crowd.open() as ledger, ledger.transaction():
        target = commands.find_target(ledger, "home")
        again = commands._retry(ledger, target, None)

    assert again == 0
    assert crowd.counts() == {"held": 1, "delivered": 1}


def test_with_a_key_that_is_kept_lost_answers_are_sent_again(tmp_path: Path) -> None:
    """Twice has the effect of once, for ever."""
    crowd = Crowd(tmp_path, honours_keys=timedelta.max)
    crowd.people = at(A, B, each=2)
    crowd.behaviour = {f"0@{A}": [OutcomeUnknownError("reset")]}
    crowd.run()
    crowd.clock.jump(minutes=10)

    report = crowd.run()

    assert report.deliveries[0].recipients == {"delivered": 4}
    assert report.exit_code == 0


@pytest.mark.parametrize("honours", [None, timedelta.max], ids=["asked", "given up"])
def test_a_server_that_never_answers_for_days(
    tmp_path: Path, honours: timedelta | None
) -> None:
    """Who may have it is the owner's question, unless sending again does no harm."""
    crowd = Crowd(tmp_path, honours_keys=honours)
    crowd.people = at(A, B)
    crowd.behaviour = {A: NEVER}
    crowd.run()
    for _ in range(5):
        crowd.clock.jump(days=1)
        crowd.run()

    assert crowd.counts() == {"rejected" if honours else "held": 1, "delivered": 1}


def test_order_is_kept_for_each_recipient(crowd: Crowd) -> None:
    """Who is slow waits for their own; edits come after."""
    crowd.people = at(A, B, C, each=4)
    crowd.posts = [make_post(n) for n in (1, 2, 3)]
    crowd.behaviour = {f"0@{A}": [TransientError("451")]}

    crowd.run(max_seconds=60)

    orders = by_recipient(crowd)
    assert orders[f"0@{A}"] == ["Post 1", "Post 1", "Post 2", "Post 3"]
    assert orders[f"0@{B}"] == ["Post 1", "Post 2", "Post 3"]


def test_an_edit_goes_to_those_who_have_it(crowd: Crowd) -> None:
    """With the receipt of each, and not to those who came later."""
    crowd.people = at(A, B, each=3)
    crowd.run()
    crowd.people = at(A, B, C, each=3)
    crowd.posts = [make_post(1, body="Other words.")]

    report = crowd.run()

    assert report.deliveries[0].recipients == {"delivered": 6}
    assert sorted(crowd.changed) == [
        (f"Post 1/{n}@{host}", "Other words.") for n, host in _pairs(3, A, B)
    ]


def test_one_recipient_may_be_left_out(crowd: Crowd) -> None:
    """Of a post and of an edit; the others have both, and the next edit, too."""
    crowd.people = at(A, B)
    crowd.behaviour = {A: SkippedError("a.example is blocked")}

    report = crowd.run()
    assert report.deliveries[0].recipients == {"delivered": 1, "skipped": 1}
    assert report.exit_code == 0

    crowd.behaviour = {B: [None, SkippedError("b.example is blocked"), None]}
    crowd.people = at(B, C)
    crowd.posts = [make_post(1), make_post(2)]
    crowd.run()
    for body in ("Other words.", "Better words."):
        crowd.posts = [make_post(1, body=body), make_post(2)]
        crowd.run()
    assert crowd.changed == [("Post 1/0@b.example", "Better words.")]


@pytest.mark.parametrize("personal", [False, True], ids=["inbox", "person"])
def test_an_edit_reaches_whom_it_names_first(crowd: Crowd, *, personal: bool) -> None:
    """They get the post, and from then on they are like the others."""
    crowd.people = at(A)
    crowd.run()
    crowd.people = at(A, B)
    crowd.named = [Recipient("0@c.example", host=C, personal=personal)]
    crowd.posts = [make_post(1, body="Other words.")]

    report = crowd.run()

    assert report.deliveries[0].recipients == {"delivered": 2}
    assert crowd.got["Post 1", "0@c.example"] == 1
    assert [it for it, _ in crowd.changed] == ["Post 1/0@a.example"]

    crowd.changed.clear()
    crowd.posts = [make_post(1, body="Better words.")]
    crowd.run()
    assert sorted(crowd.changed) == [
        ("Post 1/0@a.example", "Better words."),
        ("Post 1/0@c.example", "Better words."),
    ]
    assert crowd.names() == sorted(["0@a.example"] * 3 + ["0@c.example"] * 2)


def test_who_may_have_the_post_is_not_given_it_by_an_edit(crowd: Crowd) -> None:
    """Nobody knows whether it arrived: it would be there twice."""
    crowd.people = at(A, B)
    crowd.behaviour = {A: OutcomeUnknownError("no answer")}
    crowd.run()
    crowd.clock.jump(days=4)
    crowd.run()
    crowd.behaviour, crowd.named = {}, at(A)
    crowd.posts = [make_post(1, body="Other words.")]

    crowd.run()

    assert crowd.names() == ["0@b.example"] * 2
    assert [it for it, _ in crowd.changed] == ["Post 1/0@b.example"]


def _pairs(each: int, *hosts: str) -> list[tuple[int, str]]:
    return [(n, host) for n in range(each) for host in hosts]


def test_max_per_run_counts_messages(crowd: Crowd) -> None:
    """Not recipients."""
    crowd.people = at(A, B, each=10)
    crowd.posts = [make_post(n) for n in (1, 2, 3)]
    crowd.configure(max_per_run=2)

    report = crowd.run()

    assert {title for title, _ in crowd.got} == {"Post 1", "Post 2"}
    assert report.exit_code == 0
    assert report.totals["planned"] == 1


def test_a_list_that_came_too_late_ends_the_run(crowd: Crowd) -> None:
    """Who is on it is served by the next one."""
    crowd.people = at(A)

    class Slow(crowd.publishers.classes["scripted"]):  # type: ignore[misc,name-defined]
        async def recipients(self, message: Any, context: Any) -> Any:
            async for one in super().recipients(message, context):
                crowd.clock.jump(seconds=30)
                yield one

    prompt = crowd.publishers.classes["scripted"]
    crowd.publishers.classes["scripted"] = Slow

    report = crowd.run(max_seconds=20)

    assert crowd.log == []
    assert report.exit_code == 0
    crowd.publishers.classes["scripted"] = prompt
    crowd.run()
    assert crowd.names() == ["0@a.example"]


def test_what_is_left_at_the_deadline_stays_planned(crowd: Crowd) -> None:
    """It is not a failure; the next run goes on with it."""
    crowd.people = at(*(f"{n}.example" for n in range(40)))
    crowd.clock = _Late(crowd)

    report = crowd.run()

    (row,) = report.deliveries
    assert row.state == "planned"
    assert row.recipients == {"planned": 24, "delivered": 16}
    assert report.exit_code == 0
    crowd.clock = Clock()
    crowd.run()
    assert (len(crowd.got), set(crowd.got.values())) == (40, {1})


class _Late(Clock):
    """It is late as soon as sixteen attempts were made."""

    def __init__(self, crowd: Crowd) -> None:
        super().__init__()
        self._crowd = crowd

    def now(self) -> datetime:
        late = len(self._crowd.log) >= 16
        return self.time + timedelta(seconds=20 * late)


def test_a_list_that_cannot_be_read_holds_nobody_up_for_ever(crowd: Crowd) -> None:
    """It is read again later; nobody is taken for gone."""
    crowd.people = [Recipient(f"{n}@{A}", personal=True) for n in range(20)]
    crowd.behaviour = {A: None, f"3@{A}": [TransientError("452")]}
    crowd.run(max_seconds=1)
    crowd.behaviour = {"recipients": [TransientError("the list is away")] * 2}
    crowd.clock.jump(minutes=1)

    report = crowd.run(max_seconds=1)
    assert report.exit_code == 4
    crowd.clock.jump(minutes=10)
    crowd.behaviour = {}
    crowd.run()

    assert (len(crowd.got), set(crowd.got.values())) == (20, {1})


def test_who_left_the_list_gets_nothing_more(crowd: Crowd) -> None:
    """Between the first try and the next."""
    crowd.people = [Recipient(f"{n}@{A}", personal=True) for n in range(4)]
    crowd.behaviour = {f"3@{A}": [TransientError("452")]}
    crowd.run(max_seconds=1)
    crowd.people = crowd.people[:3]
    crowd.clock.jump(minutes=1)

    report = crowd.run()

    assert crowd.counts() == {"delivered": 3, "skipped": 1}
    assert report.exit_code == 0


def test_a_killed_run_leaves_in_doubt_what_was_under_way(crowd: Crowd) -> None:
    """And nothing else: the rest is sent, what arrived is not sent again."""
    crowd.people = at(*(f"{n:02}.example" for n in range(40)))
    crowd.behaviour = {"20.example": [_Killed()]}
    with pytest.raises(_Killed):
        crowd.run()
    crowd.clock.jump(minutes=10)

    crowd.run()

    counts = crowd.counts()
    assert set(counts) == {"held", "delivered"}
    assert counts["held"] <= 8
    assert set(crowd.got.values()) == {1}


def test_a_run_that_is_stopped_writes_down_what_it_knows(crowd: Crowd) -> None:
    """Ctrl-C: what had ended is delivered, what was under way is unknown."""
    crowd.people = at(*(f"{n:02}.example" for n in range(12)))
    crowd.configure(timeout=timedelta(seconds=30))
    crowd.behaviour = {f"{n:02}.example": NEVER for n in range(4, 12)}

    async def stopped(*given: Any) -> None:
        task = asyncio.create_task(publish(*given))
        while len(crowd.log) < 12:  # noqa: ASYNC110 - a list tells nobody
            await asyncio.sleep(0.01)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        crowd.run(do=stopped)

    assert crowd.counts() == {"delivered": 4, "waiting": 8}


class _Killed(BaseException):
    """Nothing in the program catches it: the process is gone."""
