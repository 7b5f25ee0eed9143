"""Each case broke the promise once: never twice, never lost, never hidden."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from dispatch_support import START, NoSettings, World, make_post
from share_bridge.cli import ledger as commands
from share_bridge.config.model import FirstRun, TargetConfig
from share_bridge.errors import (
    AuthExpiredError,
    OutcomeUnknownError,
    RateLimitedError,
    TooLongError,
    TransientError,
)
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.records import TargetRecord
from share_bridge.model.capabilities import Support
from share_bridge.model.delivery import State
from share_bridge.model.message import Message
from share_bridge.model.post import Override
from share_bridge.model.receipt import Account, Pending, Receipt, Recipient, RemotePost
from share_bridge.plugin.settings import Secret


def fan_out(folder: Path, lists: Callable[[str], list[str]]) -> World:
    """A publisher with one recipient for each address in the list of a title."""
    world = World(folder, fan_out=True, recent=Support.UNSUPPORTED)
    scripted: Any = world.publishers.classes["scripted"]

    class Listed(scripted):
        async def recipients(
            self, message: Message, context: Any
        ) -> AsyncIterator[Recipient]:
            for address in lists(message.title):
                yield Recipient(address, personal=True)

    world.publishers.classes["scripted"] = Listed
    return world


def received(world: World) -> list[tuple[str, str]]:
    """Title and recipient of all that was accepted, sorted."""
    return sorted(
        (remote.text.partition("\n")[0], remote.application)
        for remote in world.service.standing
    )


def owner(world: World, say: Callable[[Ledger], Any]) -> None:
    """A command of the owner's, in a process of its own."""
    with Ledger.open(world.ledger_path) as ledger, ledger.transaction():
        say(ledger)


def home(ledger: Ledger) -> TargetRecord:
    """The target of that name."""
    found = ledger.targets.known("home")
    assert found is not None
    return found


def retry(world: World) -> None:
    """`share-bridge ledger retry POST --target home`."""

    def say(ledger: Ledger) -> None:
        post = ledger.deliveries.of()[0].post
        commands._retry(ledger, home(ledger), ledger.posts.get(post))

    owner(world, say)


def test_a_crash_is_settled_after_the_target_was_renamed(world: World) -> None:
    """What the account was sent under its old name is recovered under the new one."""
    world.kill()
    world.clock.jump(minutes=5)
    world.target = TargetConfig(name="mastodon", publisher="scripted")

    report = world.run()

    assert report.deliveries[0].state == "delivered"
    assert world.service.titles() == ["Post 1"]


def test_a_renamed_target_waits_for_the_lock_of_its_account(world: World) -> None:
    """A run under the old name may be sending still."""
    world.run()
    world.posts.append(make_post(2))
    world.target = TargetConfig(name="mastodon", publisher="scripted")
    with (
        Ledger.open(world.ledger_path) as ledger,
        ledger.lock(home(ledger).id) as lock,
    ):
        assert lock.acquire()
        busy = world.run(max_seconds=1)

    assert busy.totals["planned"] == 1
    assert world.service.titles() == ["Post 1"]


def test_what_its_owner_settles_meanwhile_is_not_sent(world: World) -> None:
    """`ledger adopt` while a run asks the service wins."""

    def adopt(ledger: Ledger) -> None:
        ledger.holds.settle(
            ledger.deliveries.of()[0],
            state=State.DELIVERED,
            reason="its owner says so",
            receipt=Receipt("5", "https://service.example/5"),
        )

    world.service.script = [OutcomeUnknownError("no answer")]
    world.run()
    world.clock.jump(minutes=5)
    scripted: Any = world.publishers.classes["scripted"]

    class Interrupted(scripted):
        async def recent(
            self, context: Any, *, since: datetime
        ) -> AsyncIterator[RemotePost]:
            owner(world, adopt)
            for remote in world.service.standing:
                yield remote

    world.publishers.classes["scripted"] = Interrupted
    world.run()

    assert world.service.standing == []
    assert world.states() == ["delivered"]


def test_what_was_refused_can_be_tried_again(world: World) -> None:
    """`ledger retry POST` says that it is, and it is."""
    world.service.script = [TooLongError("501 characters")]
    world.run()

    retry(world)
    report = world.run()

    assert report.totals["delivered"] == 1


def test_recipients_are_asked_for_until_they_are_known(tmp_path: Path) -> None:
    """A list that could not be read is never taken for one empty recipient."""
    answers = iter([TransientError("the list is away")])

    def lists(_: str) -> list[str]:
        for error in answers:
            raise error
        return ["a@example.org", "b@example.org"]

    world = fan_out(tmp_path, lists)
    world.posts = [make_post(1)]

    world.run()

    assert [who for _, who in received(world)] == ["a@example.org", "b@example.org"]


def test_every_message_has_recipients_of_its_own(tmp_path: Path) -> None:
    """Those of the next message do not make others leave the list."""
    everybody = ["a@example.org", "b@example.org"]
    world = fan_out(
        tmp_path, lambda title: everybody if title == "Post 1" else everybody[:1]
    )
    world.posts = [make_post(1), make_post(2)]
    world.service.script = [TransientError("503")] * 2

    world.run(max_seconds=60)

    assert [title for title, _ in received(world)] == ["Post 1", "Post 1", "Post 2"]


def test_a_recipient_without_an_address_is_nobody(tmp_path: Path) -> None:
    """And the run ends."""
    world = World(tmp_path, fan_out=True, recent=Support.UNSUPPORTED)
    world.posts = [make_post(1)]
    world.service.recipients = [Recipient()]

    report = world.run()

    assert report.deliveries[0].reason == "there are no recipients"


def lose_ledger(world: World) -> None:
    """The file is gone with what SQLite keeps beside it."""
    for end in ("", "-wal", "-shm"):
        world.ledger_path.with_name(f"ledger.db{end}").unlink(missing_ok=True)


def remote_post(*links: str, **values: Any) -> RemotePost:
    """Something that stands there from before the first run."""
    created = START - timedelta(days=20)
    return RemotePost("9", "https://service.example/9", created, links, **values)


def test_a_link_to_the_front_of_the_site_is_no_post(world: World) -> None:
    """Whoever shared the site did not share the post."""
    world.posts = [make_post(1, url="https://example.org/", aliases=())]
    world.service.standing = [remote_post("https://example.org", text="My blog")]

    world.run()

    assert world.service.titles() == ["My blog", "Post 1"]


def test_posts_that_share_a_link_are_told_by_their_words(world: World) -> None:
    """None of them is posted again when the ledger is lost."""
    page: dict[str, Any] = {"url": "https://example.org/notes", "aliases": ()}
    world.posts = [make_post(1, **page), make_post(2, **page)]
    world.run()
    lose_ledger(world)

    report = world.run()

    assert world.service.titles() == ["Post 1", "Post 2"]
    assert report.deliveries[0].url == "https://service.example/1"


def test_a_copy_that_mentions_another_post_is_never_its_copy(world: World) -> None:
    """Even where both are ours: an edit would overwrite the wrong one."""
    world.install(edit=Support.FULL)
    scripted: Any = world.publishers.classes["scripted"]

    class Marked(scripted):
        async def check(self, context: Any) -> Account:
            account: Account = await super().check(context)
            return replace(account, application="ours")

    world.publishers.classes["scripted"] = Marked
    links = ("https://example.org/1", "https://example.org/2")
    world.service.standing = [remote_post(*links, text="Post 2", application="ours")]
    world.run()
    world.posts = [make_post(1, body="Other words.")]

    world.run()

    assert world.service.edits == {}


def test_a_twin_is_asked_about_at_every_target(world: World) -> None:
    """Also at one that comes to it in a later run."""
    home = world.target
    away = TargetConfig(name="away", publisher="scripted", settings={"account": "bob"})
    world.posts = [
        make_post(1),
        replace(
            make_post(1),
            identity="guid:blog:new",
            url="https://example.org/new",
            aliases=("link:example.org/new",),
        ),
    ]
    world.targets = [home]
    world.run()
    world.targets = [home, away]

    world.run()

    assert world.states().count("held") == 2


def test_an_address_that_a_new_post_took_over_is_no_edit(world: World) -> None:
    """Both are there: the old one moved, the new one is new."""
    world.install(edit=Support.FULL)
    world.run()
    moved = {"url": "https://example.org/old", "aliases": ("link:example.org/old",)}
    taken = {"url": "https://example.org/1", "aliases": ("link:example.org/1",)}
    world.posts = [make_post(1, **moved), make_post(9, **taken)]

    world.run()
    quiet = world.run()

    assert world.service.titles() == ["Post 1", "Post 9"]
    assert world.service.edits == {}
    assert quiet.deliveries == ()


@pytest.mark.parametrize(
    "hidden",
    [{"skip_reason": "it is a draft"}, {"override": Override(skip=True)}],
    ids=["draft", "skip"],
)
def test_what_became_a_draft_again_edits_nothing(
    world: World, hidden: dict[str, Any]
) -> None:
    """Words that are not published yet leave nowhere; once they are, they do."""
    world.install(edit=Support.FULL)
    world.run()
    world.posts = [make_post(1, body="Not yet.", **hidden)]
    world.run()
    before = dict(world.service.edits)
    world.posts = [make_post(1, body="Not yet.")]

    world.run()

    assert before == {}
    assert list(world.service.edits) == ["1"]


def rename(world: World) -> None:
    """The same account, under another name in the configuration."""
    world.target = TargetConfig(name="mastodon", publisher="scripted")


def test_a_blocked_target_is_freed_under_its_new_name(world: World) -> None:
    """What it held goes on."""
    world.service.script = [AuthExpiredError("401")]
    world.run()
    rename(world)

    report = world.run()

    assert (report.exit_code, report.totals["delivered"]) == (0, 1)


def test_questions_follow_a_renamed_target(tmp_path: Path) -> None:
    """They are shown, and their answers name what is there."""
    world = World(tmp_path, recent=Support.UNSUPPORTED)
    world.posts = [make_post(1)]
    world.service.script = [OutcomeUnknownError("no answer")]
    world.run()
    world.clock.jump(minutes=5)
    world.run()
    rename(world)
    world.posts.append(make_post(2))

    answers = world.run().questions[0].answers

    assert [answer.count("mastodon") for answer in answers] == [1, 1]


def test_what_another_account_held_goes_to_it_once_confirmed(world: World) -> None:
    """It is neither forgotten nor left out of the report."""
    world.source = replace(world.source, first_run=FirstRun.NEWEST)
    world.run()
    world.posts += [make_post(2), make_post(3)]
    world.configure(settings={"account": "mallory"})
    world.run()
    owner(world, lambda ledger: commands._free(ledger, home(ledger)))

    confirmed = world.run()
    world.run()

    assert confirmed.totals["planned"] == 2
    assert world.service.titles() == ["Post 1", "Post 2", "Post 3"]


def test_a_target_that_cannot_be_opened_stops_no_other(world: World) -> None:
    """Whatever its plugin raises."""
    scripted: Any = world.publishers.classes["scripted"]

    class Broken(scripted):
        def __init__(self) -> None:
            raise RuntimeError("out of order")

    world.publishers.classes["broken"] = Broken
    world.targets = [world.target, TargetConfig(name="bad", publisher="broken")]

    report = world.run()

    assert [target.state for target in report.targets] == ["ok", "blocked"]
    assert world.service.titles() == ["Post 1"]


@pytest.mark.parametrize(
    "now",
    [
        lambda _, context: Pending(context.now()),
        RateLimitedError("429", retry_after=timedelta(0)),
    ],
    ids=["pending", "rate limit"],
)
def test_a_service_that_says_now_is_not_asked_in_a_loop(world: World, now: Any) -> None:
    """A run of twenty seconds asks twenty times at most."""
    world.service.script = [now] * 100

    world.run(max_seconds=20)

    assert len(world.service.script) >= 79


def test_a_blocked_target_with_a_pending_post_says_so(world: World) -> None:
    """Nothing held is hidden, and nothing held has a next time."""
    world.service.script = [
        lambda _, context: Pending(context.now() + timedelta(minutes=5))
    ]
    world.run()
    world.clock.jump(days=2)
    world.service.check_error = AuthExpiredError("401")

    report = world.run()

    assert (report.exit_code, report.next_due) == (1, None)
    assert report.targets[0].state == "blocked"


def test_seed_counts_what_waits_too(world: World) -> None:
    """And answers whether this is the first run."""
    world.service.script = [TransientError("503")]
    world.run(max_seconds=1)

    world.seed()
    world.clock.jump(hours=2)
    world.run()

    assert world.service.standing == []


def test_seed_answers_the_question_of_a_first_run(tmp_path: Path) -> None:
    """It is not asked again for the next post."""
    world = World(tmp_path, recent=Support.UNSUPPORTED)
    world.ci = True
    world.posts = [make_post(1)]
    world.run()
    world.seed()
    world.posts.append(make_post(2))

    world.run()

    assert world.service.titles() == ["Post 2"]


def test_a_thread_is_looked_for_from_its_first_part_on(tmp_path: Path) -> None:
    """Parts that stand since an earlier attempt are not sent again."""
    world = World(tmp_path)
    world.posts = [make_post(1)]

    def first_part(message: Message, context: Any) -> None:
        context.checkpoint(["1"])
        world.service.accept(replace(message, text="one"), "1")
        raise TransientError("503")

    def second_part(message: Message, context: Any) -> None:
        world.service.accept(replace(message, text="two"), "2")
        world.service.standing[1] = replace(world.service.standing[1], in_reply_to="1")
        raise OutcomeUnknownError("no answer")

    def the_rest(message: Message, context: Any) -> Receipt:
        standing.extend(context.standing)
        return Receipt("1")

    standing: list[Any] = []
    world.service.script = [first_part, second_part, the_rest]
    world.run(max_seconds=1)
    split(world, ["one", "two", "three"])
    world.clock.jump(hours=1)
    world.run(max_seconds=1)
    world.clock.jump(hours=1)

    report = world.run()

    assert report.questions == ()
    assert len(standing) == 2
    assert len(world.service.standing) == 2


def split(world: World, parts: list[str]) -> None:
    """As a target with threads would have composed it."""
    with sqlite3.connect(world.ledger_path) as database:
        database.execute(
            "UPDATE message SET document = json_set(document, '$.parts', json(?))",
            (json.dumps(parts),),
        )
    database.close()


def test_one_recipient_copy_proves_nothing_for_another(tmp_path: Path) -> None:
    """A listing does not say who received it."""
    world = World(tmp_path, fan_out=True)
    world.posts = [make_post(1)]
    world.service.recipients = [Recipient("a"), Recipient("b")]
    world.service.script = [None, OutcomeUnknownError("no answer")]
    world.run()
    world.clock.jump(minutes=5)

    report = world.run()

    assert report.deliveries[0].recipients == {"held": 1, "delivered": 1}


def test_an_edit_goes_to_those_who_have_the_post(tmp_path: Path) -> None:
    """Not to those who came later."""
    world = World(tmp_path, fan_out=True, recent=Support.UNSUPPORTED, edit=Support.FULL)
    world.posts = [make_post(1)]
    world.service.recipients = [Recipient("a"), Recipient("b")]
    world.run()
    world.service.recipients = [Recipient("c")]
    world.posts = [make_post(1, body="Other words.")]

    report = world.run()

    assert report.deliveries[0].recipients == {"delivered": 2}
    assert list(world.service.edits) == ["1", "2"]


@pytest.mark.parametrize("fails", ["publish", "check"])
def test_an_error_never_tells_a_secret(world: World, fails: str) -> None:
    """Neither in the report nor in the ledger."""
    secret = "a-token-that-is-secret"
    scripted: Any = world.publishers.classes["scripted"]

    class WithToken(NoSettings):
        token: Secret

    class Telling(scripted):
        settings = WithToken

    world.publishers.classes["scripted"] = Telling
    world.configure(settings={"token": secret})
    if fails == "publish":
        world.service.script = [ValueError(f"{secret} is wrong")]
    else:
        world.service.check_error = AuthExpiredError(f"401 for {secret}")

    report = world.run(max_seconds=1)

    assert "***" in (report.deliveries[0].reason or "")
    assert secret.encode() not in b"".join(
        file.read_bytes() for file in world.folder.glob("ledger.db*") if file.is_file()
    )


@pytest.mark.parametrize(
    "result",
    [Receipt("1", extra={"x": object()}), Pending(START.replace(tzinfo=None)), None],
    ids=["no JSON", "no time zone", "nothing"],
)
def test_an_answer_that_cannot_be_kept_is_an_unknown_outcome(
    world: World, result: Any
) -> None:
    """And the run goes on."""
    world.service.script = [lambda *_: result]

    report = world.run(max_seconds=1)

    assert (report.exit_code, world.states()) == (4, ["waiting"])


@pytest.mark.parametrize("method", ["recent", "recipients"])
def test_a_list_that_never_ends_ends_in_time(tmp_path: Path, method: str) -> None:
    """One target's trouble never holds a run for ever."""
    world = World(tmp_path, fan_out=method == "recipients")
    world.posts = [make_post(1)]
    world.configure(timeout=timedelta(milliseconds=10))

    async def endless(*_: Any, **__: Any) -> AsyncIterator[Any]:
        await asyncio.sleep(3600)
        yield None

    scripted: Any = world.publishers.classes["scripted"]
    world.publishers.classes["scripted"] = type("Slow", (scripted,), {method: endless})

    report = world.run(max_seconds=1)

    assert (report.exit_code, report.deliveries[0].state) == (4, "waiting")


@pytest.mark.parametrize("tried", [False, True], ids=["planned", "waiting"])
@pytest.mark.parametrize(
    "unwanted",
    [
        {"skip_reason": "it is a draft"},
        {"override": Override(skip=True)},
        {"override": Override(targets=("away",))},
    ],
    ids=["draft", "skip", "another target"],
)
def test_what_its_author_takes_back_in_time_is_not_sent(
    world: World, unwanted: dict[str, Any], *, tried: bool
) -> None:
    """It was planned, and never left; given back, it is sent once."""
    world.service.script = [TransientError("503")] if tried else []
    world.run(max_seconds=1 if tried else 0)
    world.posts = [make_post(1, **unwanted)]
    world.clock.jump(hours=2)
    quiet = world.run()
    before = world.service.titles()
    world.posts = [make_post(1)]

    world.run()

    assert (quiet.exit_code, before) == (0, [])
    assert world.service.titles() == ["Post 1"]
