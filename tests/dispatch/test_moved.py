"""An old link that leads to the new one names the same post."""

from __future__ import annotations

import httpx
import pytest
from msgspec.structs import replace

from dispatch_support import Site, World, make_post


def moved(status: int) -> Site:
    to = {"Location": "https://example.org/new/1/"}
    return Site(
        {
            "https://example.org/1": httpx.Response(status, headers=to),
            "https://example.org/new/1/": httpx.Response(200, content=b"<html>"),
        }
    )


def new_names(world: World) -> None:
    world.posts = [
        replace(
            make_post(1, body="Even its words were changed."),
            identity="guid:blog:new-1",
            aliases=("link:example.org/new/1",),
            url="https://example.org/new/1/",
        )
    ]


@pytest.mark.parametrize("status", [301, 302, 308])
def test_a_redirected_link_posts_nothing_again(world: World, status: int) -> None:
    """New guid, new link, new words: the old link leads to it."""
    world.run()
    new_names(world)

    report = world.run(transport=moved(status))

    assert world.service.titles() == ["Post 1"]
    assert report.questions == ()


def test_an_old_link_that_is_gone_says_nothing(world: World) -> None:
    """Then it is a new post."""
    world.run()
    new_names(world)

    world.run(transport=Site({}))

    assert len(world.service.standing) == 2


def test_nothing_is_asked_without_need(world: World) -> None:
    """Known posts and new titles cost no request."""
    world.run()
    world.posts.append(make_post(2))
    site = moved(301)

    world.run(transport=site)

    assert site.asked == []
