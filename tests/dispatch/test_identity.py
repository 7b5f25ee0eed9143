"""A post and a target are what they were, under whatever name they come."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from dispatch_support import AfterError, World, make_post
from share_bridge.cli import ledger as commands
from share_bridge.config.model import SourceConfig, TargetConfig
from share_bridge.errors import OutcomeUnknownError
from share_bridge.model.capabilities import Support
from share_bridge.model.question import Kind


@pytest.mark.parametrize(
    "change",
    [
        {"identity": "guid:blog:other"},
        {"aliases": (), "url": "https://example.org/elsewhere"},
        {"identity": "link:example.org/1", "aliases": ("link:example.org/1",)},
    ],
    ids=["another guid", "another link", "no guid any more"],
)
def test_one_known_name_is_enough(world: World, change: dict[str, object]) -> None:
    """Guid or link: either names the post that was sent."""
    world.run()
    world.posts = [replace(world.posts[0], **change)]

    world.run()

    assert world.service.titles() == ["Post 1"]


def test_same_words_under_new_names_are_held(world: World) -> None:
    """Equal title, day and content: a question, not a second post."""
    world.run()
    world.posts = [
        replace(
            world.posts[0],
            identity="guid:blog:new",
            aliases=("link:example.org/new",),
            url="https://example.org/new",
        )
    ]

    report = world.run()

    assert report.questions[0].kind is Kind.SAME_POST
    assert world.service.titles() == ["Post 1"]


def test_a_renamed_target_posts_nothing_again(world: World) -> None:
    """The account is what counts, not its name in the configuration."""
    world.run()
    world.target = TargetConfig(name="mastodon", publisher="scripted")
    world.posts.append(make_post(2))

    world.run()

    assert world.service.titles() == ["Post 1", "Post 2"]


def test_another_account_behind_a_name_is_refused(world: World) -> None:
    """Until the owner says that it is meant."""
    world.run()
    world.posts.append(make_post(2))
    world.configure(settings={"account": "mallory"})

    report = world.run()

    assert report.questions[0].kind is Kind.OTHER_ACCOUNT
    assert report.targets[0].state == "blocked"
    assert world.service.titles() == ["Post 1"]


def test_the_old_account_back_goes_on(world: World) -> None:
    """Nothing that was held is lost."""
    world.run()
    world.posts.append(make_post(2))
    world.configure(settings={"account": "mallory"})
    world.run()
    world.configure(settings={})

    report = world.run()

    assert report.exit_code == 0
    assert world.service.titles() == ["Post 1", "Post 2"]


def test_two_names_for_one_account_are_refused(world: World) -> None:
    """Or every post would stand there twice."""
    world.targets = [world.target, TargetConfig(name="twice", publisher="scripted")]

    report = world.run()

    assert world.service.titles() == ["Post 1"]
    assert [target.state for target in report.targets].count("blocked") == 1


def test_a_renamed_source_posts_nothing_again(world: World) -> None:
    """Links are known whatever the source is called."""
    world.run()
    world.source = SourceConfig(name="blog", kind="list")
    world.posts = [replace(world.posts[0], source="blog", identity="guid:journal:1")]

    world.run()

    assert world.service.titles() == ["Post 1"]


def _free(world: World, name: str) -> None:
    """`share-bridge ledger retry --target NAME`."""
    with world.open() as ledger, ledger.transaction():
        commands._free(ledger, commands.find_target(ledger, name))


def test_what_is_asked_of_a_retired_target_is_answered_there(world: World) -> None:
    """Never at the account that has its name now: adopt and seed, ready to paste."""
    world.install(recent=Support.UNSUPPORTED)
    world.service.script = [AfterError(OutcomeUnknownError("no answer"))]
    world.run()
    world.clock.jump(hours=1)
    world.run()
    world.posts.append(make_post(2))
    world.configure(settings={"account": "mallory"})
    world.run()
    _free(world, "home")

    world.run()

    with world.open() as ledger:
        questions = [it for it in ledger.questions() if it.target != "home"]
        names = {it.name for it in ledger.targets.all()}
    assert len(questions) == 1
    retired = questions[0].target
    assert retired in names
    assert re.fullmatch(r"home\.was\.[0-9a-f]{16}", retired)
    assert f"stand at {retired}?" in questions[0].text
    post = questions[0].post
    assert questions[0].answers == (
        f"share-bridge ledger adopt {post} {retired} URL",
        f"share-bridge ledger seed {post} --target {retired}",
    )


def test_two_targets_may_swap_their_accounts(world: World) -> None:
    """Once their owner says that it is meant, each post goes where it belongs."""
    world.install(recent=Support.UNSUPPORTED)
    home = replace(world.target, settings={"account": "alice"})
    work = TargetConfig(name="work", publisher="scripted", settings={"account": "bob"})
    world.targets = [home, work]
    world.run()
    with world.open() as ledger:
        before = {it.account: it.id for it in ledger.targets.all()}
    world.posts.append(make_post(2))
    world.targets = [
        replace(home, settings={"account": "bob"}),
        replace(work, settings={"account": "alice"}),
    ]
    refused = world.run()
    assert [target.state for target in refused.targets] == ["blocked", "blocked"]

    _free(world, "home")
    world.run()
    report = world.run()

    assert [target.state for target in report.targets] == ["ok", "ok"]
    assert world.states() == ["delivered"] * 4
    assert world.service.titles().count("Post 2") == 2
    with world.open() as ledger:
        assert {it.account: it.id for it in ledger.targets.all()} == before
        assert {it.account: it.name for it in ledger.targets.all()} == {
            "alice": "work",
            "bob": "home",
        }
        assert ledger.questions() == []
