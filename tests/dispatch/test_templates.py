"""A target's own template, from the settings to what is sent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from dispatch_support import Publishers, World, make_post
from share_bridge.config.check import check_settings
from share_bridge.config.model import Config
from share_bridge.errors import ConfigurationError
from share_bridge.model.capabilities import Support
from share_bridge.model.question import Kind


class Registry(Publishers):
    """As the settings are checked with: nothing failed to load."""

    failures: Sequence[object] = ()

    def publishers(self) -> Sequence[object]:
        return ()


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One post, and a service that can edit."""
    world = World(tmp_path, edit=Support.FULL)
    world.posts = [make_post(1, body="First words.")]
    return world


def check(world: World) -> None:
    config: Config = world.config
    check_settings(config, Registry(world.publishers.classes))  # type: ignore[arg-type]


def test_what_is_sent_is_as_the_template_says(world: World) -> None:
    world.configure(template="» {{ teaser }} « {{ link }}")

    world.run()

    assert world.service.standing[0].text == "» First words. « https://example.org/1"


def test_a_new_template_edits_nothing(world: World) -> None:
    """Not even when the feed was written anew; a change of words does."""
    world.run()
    world.configure(template="» {{ teaser }} « {{ link }}")
    world.posts = [make_post(1, body="First words.", authors=("Ann",))]
    world.run()
    untouched = dict(world.service.edits)
    world.posts = [make_post(1, body="Second words.")]
    world.run()

    assert untouched == {}
    assert list(world.service.edits.values()) == [
        "» Second words. « https://example.org/1"
    ]


@pytest.mark.parametrize(
    "source, problem",
    [
        ("{{ titel }}", "unknown name titel; did you mean title?"),
        ("{{ title }}" + "x" * 501, "with no teaser at all it is 1 over the limit"),
        ("{{ authors | upper }}", "descriptor 'upper'"),
    ],
)
def test_a_template_that_fails_is_told_with_the_settings(
    world: World, source: str, problem: str
) -> None:
    """Before anything is read or sent."""
    world.configure(template=source)

    with pytest.raises(ConfigurationError) as caught:
        check(world)

    assert str(caught.value).startswith("targets.home.template: ")
    assert problem in str(caught.value)


def test_a_template_that_is_right_passes(world: World) -> None:
    world.configure(template="{{ title }} {{ author }} {{ link_line }}")

    check(world)


def test_a_post_that_a_template_fails_on_is_held(world: World) -> None:
    """It is not sent broken, the others go, and a better template is tried."""
    world.configure(template="{{ author }}")
    world.posts.append(make_post(2, authors=("Ann",)))

    report = world.run()
    world.configure(template="{{ author or title }}")
    question = report.questions[0]

    assert question.kind is Kind.KEEPS_FAILING
    assert "its template fails: it makes nothing of this post" in str(
        [delivery.reason for delivery in report.deliveries]
    )
    assert [remote.text for remote in world.service.standing] == ["Ann"]


def test_a_dry_run_shows_it(world: World) -> None:
    world.configure(template="» {{ teaser }} « {{ link }}")

    report = world.run(dry=True)

    assert report.deliveries[0].text == "» First words. « https://example.org/1"


def test_a_dry_run_says_what_would_be_held(world: World) -> None:
    world.target = replace(world.target, template="{{ author }}")

    report = world.run(dry=True)

    assert report.deliveries[0].state == "held"
