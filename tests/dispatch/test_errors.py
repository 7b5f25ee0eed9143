"""Every error says what happens next, and it does."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch_support import Clock, ListSource, World, make_post
from share_bridge.config.model import Config, SourceConfig
from share_bridge.dispatch.read.reading import read_all
from share_bridge.dispatch.send.outcome import typed
from share_bridge.errors import (
    AuthExpiredError,
    DuplicateError,
    RateLimitedError,
    TooLongError,
    TransientError,
)
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.question import Kind
from share_bridge.model.receipt import Pending, Receipt
from share_bridge.plugin.source import Previous, Reading, Source


def test_transient_is_tried_again_by_itself(world: World) -> None:
    """Within the run, if the wait fits into it."""
    world.service.script = [TransientError("503")]

    report = world.run()

    assert report.exit_code == 0
    assert world.service.titles() == ["Post 1"]


@pytest.mark.parametrize("login", [True, False])
def test_a_blocked_target_names_the_login_that_may_mend_it(
    world: World, login: bool
) -> None:
    world.install(login=login)
    world.service.check_error = AuthExpiredError("401")

    (question,) = world.run().questions

    assert ("share-bridge login home" in question.answers) is login
    assert "share-bridge ledger retry --target home" in question.answers


def test_rate_limit_pauses_the_target(world: World) -> None:
    """Nothing goes there before the service said so, and order is kept."""
    world.posts = [make_post(1), make_post(2)]
    world.service.script = [RateLimitedError("429", retry_after=timedelta(minutes=9))]

    first = world.run()
    world.clock.jump(minutes=10)
    second = world.run()

    assert (first.exit_code, second.exit_code) == (4, 0)
    assert first.targets[0].state == "paused"
    assert world.service.titles() == ["Post 1", "Post 2"]


def test_rejected_steps_aside(world: World) -> None:
    """One post that is refused never stops the next, and is said once."""
    world.posts = [make_post(1), make_post(2)]
    world.service.script = [TooLongError("501 characters")]

    first, second = world.run(), world.run()

    assert [message.state.value for message in first.deliveries] == [
        "rejected",
        "delivered",
    ]
    assert (first.exit_code, second.exit_code) == (1, 0)


def test_duplicate_is_delivered(world: World) -> None:
    """A service that names the copy that stands is believed."""
    existing = Receipt("7", "https://service.example/7")
    world.service.script = [DuplicateError("422", existing=existing)]

    report = world.run()

    assert report.deliveries[0].url == "https://service.example/7"
    assert report.exit_code == 0


def test_blocked_holds_all_and_says_how_to_free_it(world: World) -> None:
    """One question for the target, and nothing is lost."""
    world.posts = [make_post(1), make_post(2)]
    world.service.script = [AuthExpiredError("401: the token is not valid")]

    report = world.run()

    assert report.totals["held"] == 2
    assert report.targets[0].state == "blocked"
    assert report.questions[0].kind is Kind.TARGET_BLOCKED
    assert report.exit_code == 1


def test_what_blocks_is_told_as_it_is_now(world: World) -> None:
    """Another trouble than before: the question and all it holds say the new one."""
    world.posts = [make_post(1), make_post(2)]
    world.service.check_error = AuthExpiredError("no token")
    world.run()
    world.service.check_error = AuthExpiredError("401: another token is wrong")
    world.configure(settings={"server": "service.example"})

    report = world.run()

    reasons = {message.reason for message in report.deliveries}
    assert reasons == {"401: another token is wrong"} == {report.targets[0].reason}
    assert "401: another token is wrong" in report.questions[0].text
    assert report.warnings == ()


def test_blocked_stays_blocked_and_keeps_new_posts(world: World) -> None:
    """The service is not asked again and again with what it refused."""
    world.service.script = [AuthExpiredError("401")]
    world.run()
    world.service.calls.clear()
    world.posts.append(make_post(2))

    report = world.run()

    assert world.service.calls == []
    assert report.totals["held"] == 2


def test_mended_settings_free_the_target(world: World) -> None:
    """A new setting or secret is tried by itself."""
    world.service.script = [AuthExpiredError("401")]
    world.run()
    world.configure(settings={"server": "service.example", "account": "alice"})

    report = world.run()

    assert report.exit_code == 0
    assert world.service.titles() == ["Post 1"]


def test_a_mended_target_that_is_down_waits_and_says_so(world: World) -> None:
    """The old reason is not true any more; the post goes when somebody answers."""
    world.service.script = [AuthExpiredError("401")]
    world.run()
    world.configure(settings={"server": "service.example", "account": "alice"})
    world.service.check_error = TransientError("connection refused")

    down = world.run()
    world.service.check_error = None
    world.clock.jump(hours=2)
    world.run()

    assert down.exit_code == 4
    assert down.targets[0].state == "ok"
    assert down.deliveries[0].reason == "connection refused"
    assert world.service.titles() == ["Post 1"]


def test_three_failures_while_the_target_works_are_held(world: World) -> None:
    """The next post goes."""
    world.posts = [make_post(1), make_post(2)]
    world.service.script = [TransientError("503")] * 3

    for _ in range(3):
        report = world.run()
        world.clock.jump(hours=2)

    assert world.service.titles() == ["Post 2"]
    assert report.questions[0].kind is Kind.KEEPS_FAILING


def test_a_target_that_is_down_keeps_everything(world: World) -> None:
    """As long as nobody answers, nothing is held, and all is sent in order later."""
    world.posts = [make_post(1), make_post(2)]
    world.service.check_error = TransientError("connection refused")
    for _ in range(5):
        report = world.run()
        world.clock.jump(hours=2)
    assert report.exit_code == 4

    world.service.check_error = None
    world.run()

    assert world.service.titles() == ["Post 1", "Post 2"]


def test_after_three_days_the_owner_is_asked(world: World) -> None:
    """`give_up_after` turns waiting into held."""
    world.service.check_error = TransientError("connection refused")
    world.run()
    world.clock.jump(days=4)

    report = world.run()

    assert report.questions[0].kind is Kind.KEEPS_FAILING
    assert report.exit_code == 1


def test_untyped_exception_counts_as_unknown(world: World) -> None:
    """A late post is a nuisance, a double post is public."""
    world.service.script = [KeyError("id")]

    report = world.run()

    assert report.deliveries[0].state == "waiting"
    assert report.next_due is not None


def test_accepted_and_never_seen_is_a_question(world: World) -> None:
    """After `give_up_after` it is held, and no longer blocks what comes after."""
    world.posts = [make_post(1), make_post(2)]

    def later(*_: object) -> Pending:
        return Pending(world.clock.now() + timedelta(hours=6))

    world.service.script = [later] * 20
    for _ in range(16):
        report = world.run()
        world.clock.jump(hours=7)
        if report.questions:
            break
    world.service.script.clear()
    world.run()

    assert report.questions[0].kind is Kind.OUTCOME_UNKNOWN
    assert report.exit_code == 1
    assert world.service.titles() == ["Post 2"]


def test_a_plugin_that_leaves_the_program_does_not(world: World) -> None:
    """`sys.exit(0)` is no success: the outcome is unknown."""
    world.service.script = [SystemExit(0)]

    report = world.run()

    assert report.exit_code == 4
    assert report.deliveries[0].state == "waiting"


def test_one_target_never_stops_another(tmp_path: Path) -> None:
    """The other lane goes on."""
    world = World(tmp_path)
    world.posts = [make_post(1)]
    other = world.target.__class__(
        name="away",
        publisher="scripted",
        settings={"server": "other.example", "account": "bob"},
    )
    world.targets = [world.target, other]
    world.service.script = [AuthExpiredError("401")]

    report = world.run()

    assert sorted(message.state.value for message in report.deliveries) == [
        "delivered",
        "held",
    ]


REQUEST = httpx.Request("POST", "https://service.example/statuses")
READ = httpx.Request("GET", "https://service.example/account")


def _answer(status: int, request: httpx.Request = REQUEST) -> httpx.HTTPStatusError:
    headers = {"Retry-After": "120"} if status == 429 else {}
    response = httpx.Response(status, headers=headers, request=request)
    return httpx.HTTPStatusError("no", request=request, response=response)


@pytest.mark.parametrize(
    "error, wrote, expected",
    [
        (httpx.ConnectError("refused"), True, "TransientError"),
        (httpx.PoolTimeout("busy"), True, "TransientError"),
        (httpx.ReadTimeout("slow"), True, "OutcomeUnknownError"),
        (httpx.ReadTimeout("slow"), False, "TransientError"),
        (httpx.RemoteProtocolError("reset"), True, "OutcomeUnknownError"),
        (TimeoutError(), True, "OutcomeUnknownError"),
        (ValueError("half JSON"), True, "OutcomeUnknownError"),
        (_answer(500), True, "OutcomeUnknownError"),
        (_answer(503), True, "OutcomeUnknownError"),
        (_answer(302), True, "OutcomeUnknownError"),
        (_answer(401), True, "AuthExpiredError"),
        (_answer(403), True, "PermissionDeniedError"),
        (_answer(413), True, "TooLongError"),
        (_answer(422), True, "PublishError"),
        (_answer(429), True, "RateLimitedError"),
        (_answer(503, READ), False, "TransientError"),
        (_answer(408, READ), False, "TransientError"),
        (_answer(404, READ), False, "PublishError"),
    ],
)
def test_what_an_exception_means(
    world: World, error: Exception, wrote: bool, expected: str
) -> None:
    """No write byte sent is not unknown; anything else on a write is."""
    result = typed(error, wrote=wrote, now=world.clock.now())

    assert type(result).__name__ == expected


def test_a_source_that_hangs_is_told_and_stops_no_other(tmp_path: Path) -> None:
    """It is given up in time, in one line."""

    class Hanging(ListSource):
        async def read(self, previous: Previous, context: Any) -> Reading:
            await asyncio.sleep(3600)
            raise AssertionError

    class Kinds:
        def source(self, name: str) -> type[Source]:
            return Hanging if name == "hanging" else ListSource

    ListSource.posts["blog"] = [make_post(1)]
    sources = [
        SourceConfig(name="stuck", kind="hanging", timeout=timedelta(milliseconds=5)),
        SourceConfig(name="blog", kind="list"),
    ]
    with Ledger.in_memory() as ledger:
        stuck, blog = asyncio.run(
            read_all(
                Config(folder=tmp_path, ledger=tmp_path / "ledger.db", hash="x"),
                sources,
                posts=ledger.posts,
                kinds=Kinds(),
                now=Clock().now,
            )
        )

    assert str(stuck.error) == "stuck: it gave nothing within 0.01 s"
    assert blog.reading is not None
