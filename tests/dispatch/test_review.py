"""Each case broke the promise once: never twice, never lost, never hidden."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dispatch_support import START, World, make_post
from share_bridge.cli import ledger as commands
from share_bridge.config.model import TargetConfig
from share_bridge.errors import OutcomeUnknownError, TooLongError, TransientError
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.capabilities import Support
from share_bridge.model.delivery import State
from share_bridge.model.message import Message
from share_bridge.model.post import Override
from share_bridge.model.receipt import Account, Receipt, Recipient, RemotePost


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


def retry(world: World) -> None:
    """`share-bridge ledger retry POST --target home`."""

    def say(ledger: Ledger) -> None:
        target, post = ledger.targets.known("home"), ledger.deliveries.of()[0].post
        assert target is not None
        commands._retry(ledger, target, ledger.posts.get(post))

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
    with Ledger.open(world.ledger_path) as ledger:
        bound = ledger.targets.known("home")
        assert bound is not None
        with ledger.lock(bound.id) as lock:
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
    assert "words of post 1" in world.service.edits["1"]
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
