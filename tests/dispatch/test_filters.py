"""Filters keep posts from a target, say why, and never let a flood through."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dispatch_support import START, World, make_post
from share_bridge.config.filters import Filters
from share_bridge.config.model import FirstRun
from share_bridge.dispatch.plan.filters import reason_against
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.capabilities import Support

PYTHON = Filters(tags=("python",))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A target for posts about Python; an older post was sent."""
    world = World(tmp_path, edit=Support.FULL)
    world.configure(filters=PYTHON)
    world.posts = [make_post(1, tags=("Python",))]
    world.run()
    return world


@pytest.mark.parametrize(
    "filters, values, named",
    [
        ({"tags": ("python",)}, {"tags": ("#Python", "web")}, ""),
        ({"tags": ("python",)}, {"tags": ("web",)}, "filters.tags"),
        ({"tags": ("python",)}, {}, "filters.tags"),
        ({"not_tags": ("Draft",)}, {"tags": ("draft",)}, "filters.not_tags"),
        ({"not_tags": ("draft",)}, {"tags": ("drafts",)}, ""),
        ({"language": ("en",)}, {"language": "en-GB"}, ""),
        ({"language": ("en",)}, {"language": ""}, ""),
        ({"language": ("en-US",)}, {"language": "en-GB"}, "filters.language"),
        ({"language": ("e",)}, {"language": "en"}, "filters.language"),
        ({"language": ("de", "fr")}, {"language": "fr"}, ""),
        ({"source": ("blog",)}, {"source": "blog"}, ""),
        ({"source": ("blog",)}, {"source": "notes"}, "filters.source"),
        ({"source": ("event",)}, {"source": "event:v2.1"}, ""),
        ({"title": ("release *",)}, {"title": "Release 2.1"}, ""),
        ({"title": ("release",)}, {"title": "Release 2.1"}, "filters.title"),
        ({"not_title": ("*(draft)*",)}, {"title": "X (Draft)"}, "filters.not_title"),
        ({"max_age": timedelta(days=31)}, {}, ""),
        ({"max_age": timedelta(days=29)}, {}, "filters.max_age"),
        ({"max_age": timedelta(days=29)}, {"published": None}, ""),
    ],
)
def test_a_filter_names_itself(
    filters: dict[str, Any], values: dict[str, Any], named: str
) -> None:
    post = make_post(1, **values)

    reason = reason_against(Filters(**filters), post, language="en", now=START)

    assert reason.partition(":")[0] == named


def test_what_is_not_meant_is_skipped_and_says_why(world: World) -> None:
    world.posts += [make_post(2, tags=("web",)), make_post(3, tags=("python",))]

    report = world.run()

    assert world.service.titles() == ["Post 1", "Post 3"]
    assert [row.reason for row in report.deliveries if row.state == "skipped"] == [
        "filters.tags: it has none of python"
    ]
    assert report.exit_code == 0


def test_a_wider_filter_brings_no_old_posts(world: World) -> None:
    """Only what is new from then on."""
    world.posts += [make_post(number, tags=("web",)) for number in range(2, 9)]
    world.run()
    world.configure(filters=Filters())
    world.run()
    world.posts.append(make_post(9, tags=("web",)))

    world.run()

    assert world.service.titles() == ["Post 1", "Post 9"]


def test_a_narrower_filter_counts_for_what_waits(world: World) -> None:
    world.posts.append(make_post(2, tags=("python", "secret")))
    world.run(max_seconds=0)
    world.configure(filters=Filters(tags=("python",), not_tags=("secret",)))

    world.run()

    assert world.service.titles() == ["Post 1"]


def test_a_post_that_becomes_what_is_meant_is_sent(world: World) -> None:
    """Its author gave it the tag that was missing."""
    world.posts.append(make_post(2, tags=("web",)))
    world.run()
    world.posts[1] = make_post(2, tags=("web", "python"))

    world.run()

    assert world.service.titles() == ["Post 1", "Post 2"]


def test_a_post_that_stands_stays_and_is_edited(world: World) -> None:
    """A filter is about what is new; it takes nothing back."""
    world.posts = [make_post(1, body="Better words.", tags=("web",))]

    world.run()

    assert len(world.service.edits) == 1


def test_the_newest_that_is_meant_is_the_first(tmp_path: Path) -> None:
    """A first run sends one post, if there is one for the target."""
    world = World(tmp_path)
    world.configure(filters=PYTHON, first_run=FirstRun.NEWEST)
    world.posts = [
        make_post(1, tags=("python",)),
        make_post(2, tags=("python",)),
        make_post(3, tags=("web",)),
    ]

    world.run()

    assert world.service.titles() == ["Post 2"]


def test_age_counts_when_a_post_is_first_seen(tmp_path: Path) -> None:
    """What waits for its turn does not grow too old."""
    world = World(tmp_path)
    world.configure(filters=Filters(max_age=timedelta(days=31)))
    world.posts = [make_post(1)]
    world.run(max_seconds=0)
    world.clock.jump(days=5)

    world.run()

    assert world.service.titles() == ["Post 1"]


def test_its_owner_may_send_it_all_the_same(world: World) -> None:
    """`ledger forget` is the owner's word, and wins."""
    world.posts.append(make_post(2, tags=("web",)))
    world.run()
    with Ledger.open(world.ledger_path) as ledger:
        (entry,) = ledger.filtered.skipped(10)
        (delivery,) = ledger.deliveries.of(post=entry.post)
        ledger.holds.anew(delivery)

    world.run()

    assert world.service.titles() == ["Post 1", "Post 2"]


def test_status_can_list_what_was_skipped(world: World) -> None:
    world.posts.append(make_post(2, tags=("web",)))
    world.run()

    with Ledger.open(world.ledger_path) as ledger:
        (entry,) = ledger.filtered.skipped(10)

    assert (entry.title, entry.reason.partition(":")[0]) == ("Post 2", "filters.tags")
