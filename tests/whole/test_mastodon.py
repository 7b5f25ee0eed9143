"""A blog and a Mastodon account: whatever happens, each post stands there once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from dispatch_support import make_post
from fediverse_profiles import PROFILES
from fediverse_support import TOKEN, Fediverse
from served_world import ServedWorld
from share_bridge.config.model import FirstRun, TargetConfig
from share_bridge.model.question import Kind
from share_bridge.testing.faults import Answer, Fault, Lost
from share_bridge_mastodon.publisher import MastodonPublisher

SERVER = {"server": "https://server.example", "token": TOKEN}
POSTS = ["Post 1", "Post 2", "Post 3"]


class Blog(ServedWorld[Fediverse]):
    """Three posts, and an account on a server of some kind."""

    def __init__(self, folder: Path, profile: str = "mastodon") -> None:
        super().__init__(folder)
        self.publishers.classes["mastodon"] = MastodonPublisher
        self.server = Fediverse(PROFILES[profile], clock=self.clock.now)
        self.target = TargetConfig(
            name="home",
            publisher="mastodon",
            settings=SERVER,
            timeout=timedelta(seconds=0.2),
        )
        self.posts = [make_post(number) for number in (1, 2, 3)]


@pytest.fixture(params=["mastodon", "gotosocial"], ids=["keys kept", "keys ignored"])
def blog(request: pytest.FixtureRequest, tmp_path: Path) -> Blog:
    """On a server that honours idempotency keys, and on one that does not."""
    return Blog(tmp_path, request.param)


MAINTENANCE = Answer(200, text="<html><h1>Back soon</h1></html>")
HALF_JSON = Answer(200, text='{"id": "1', headers={"Content-Type": "application/json"})
FAULTS = {
    "unreachable": Lost.UNREACHABLE,
    "times out": Lost.TIMEOUT,
    "says nothing": Lost.SILENCE,
    "resets": Lost.RESET,
    "half an answer": Lost.HALF,
    "500": Answer(500, {"error": "sorry"}),
    "502 in HTML": Answer(502, text="<h1>Bad gateway</h1>"),
    "503": Answer(503),
    "504": Answer(504),
    "redirects": Answer(302, headers={"Location": "https://elsewhere.example/"}),
    "maintenance page": MAINTENANCE,
    "half JSON": HALF_JSON,
    "empty 200": Answer(200),
}
BEFORE_ONLY = {
    "429": Answer(429, {"error": "slow"}, headers={"Retry-After": "60"}),
    "429 for ten years": Answer(429, headers={"Retry-After": "315360000"}),
    "429 by date": Answer(429, headers={"X-RateLimit-Reset": "2026-11-22T13:00:00Z"}),
}


def is_create(request: Any) -> bool:
    return bool(request.method == "POST" and request.url.path == "/api/v1/statuses")


def given(table: dict[str, Any]) -> Callable[[Any], Any]:
    return pytest.mark.parametrize("what", table.values(), ids=table)


@given(FAULTS | BEFORE_ONLY)
def test_a_fault_before_acceptance_loses_and_doubles_nothing(
    blog: Blog, what: Answer | Lost
) -> None:
    """And the order is kept."""
    blog.server.fail(Fault(what=what, when=is_create, skip=1))

    reports = blog.until_done()

    assert blog.titles() == POSTS
    assert reports[-1].exit_code == 0


@given({name: what for name, what in FAULTS.items() if name != "unreachable"})
def test_a_fault_after_acceptance_doubles_nothing(
    blog: Blog, what: Answer | Lost
) -> None:
    """What the server has is found, and the run said that it did not know."""
    blog.server.fail(Fault(what=what, when=is_create, skip=1, accepted=True))

    reports = blog.until_done()

    assert blog.titles() == POSTS
    assert reports[0].exit_code == 4
    assert reports[-1].exit_code == 0


def test_a_listing_that_lags_doubles_nothing_within_its_wait(blog: Blog) -> None:
    """It is asked only when `settle_after` has passed."""
    blog.server.fail(Fault(what=Lost.RESET, when=is_create, accepted=True))
    blog.server.hidden = 1
    blog.publish()
    blog.clock.jump(seconds=30)
    blog.publish()
    blog.server.hidden = 0

    blog.until_done()

    assert blog.titles() == POSTS


@given(
    {
        "refused": Answer(403, {"error": "outside the authorized scopes"}),
        "down": Answer(503),
        "garbage": MAINTENANCE,
    }
)
def test_a_listing_that_cannot_be_read_proves_nothing(
    tmp_path: Path, what: Answer
) -> None:
    """Where keys do not help either, it waits or is held: never sent again."""
    blog = Blog(tmp_path, "gotosocial")
    blog.publish(max_seconds=0)
    blog.posts = blog.posts[:1]
    blog.server.fail(Fault(what=Lost.RESET, when=is_create, accepted=True))
    blog.publish()
    blog.server.fail(
        Fault(what=what, when=lambda r: r.url.path.endswith("/statuses"), times=None)
    )

    blog.until_done()

    assert blog.titles()[:1] == ["Post 1"]
    assert blog.titles().count("Post 1") == 1


def test_accepted_late_after_the_client_has_gone_stands_once(blog: Blog) -> None:
    """The wait before looking is for this."""
    blog.server.fail(Fault(what=Lost.TIMEOUT, when=is_create, accepted=True, delay=0.3))

    blog.until_done()

    assert blog.titles().count("Post 1") == 1


def test_a_lost_ledger_posts_nothing_again(blog: Blog) -> None:
    """What stands there is adopted, and edits go on."""
    blog.until_done()
    blog.lose_the_ledger()

    blog.until_done()
    blog.posts[2] = make_post(3, body="Better words.")
    blog.until_done()

    assert blog.titles() == POSTS
    assert len(blog.server.edits) == 1
    assert "Better words." in blog.server.texts()[2]


def test_a_post_shared_by_hand_is_respected(blog: Blog) -> None:
    """It counts as sent, and nobody's words are changed."""
    blog.server.add("Look, I wrote something: https://example.org/2")
    blog.posts[1] = make_post(2)

    blog.until_done()
    blog.posts[1] = make_post(2, body="Better words.")
    blog.until_done()

    assert sorted(blog.titles()[1:]) == ["Post 1", "Post 3"]
    assert blog.server.edits == []


def test_a_change_is_one_edit(blog: Blog) -> None:
    """There and back again is two."""
    blog.until_done()
    for body in ("Second words.", "The words of post 3."):
        blog.posts[2] = make_post(3, body=body)
        blog.until_done()
        blog.until_done()

    assert len(blog.server.edits) == 2
    assert "The words of post 3." in blog.server.texts()[2]


def test_a_copy_edited_over_there_is_held(blog: Blog) -> None:
    """The author's hand over there wins until its owner decides."""
    blog.until_done()
    blog.clock.jump(minutes=1)
    blog.server.standing[2].text += "\n\nPS: thank you all!"
    blog.server.standing[2].edited = blog.clock.now()
    blog.posts[2] = make_post(3, body="Better words.")

    report = blog.publish()

    assert report.questions[0].kind is Kind.EDITED_THERE
    assert report.exit_code == 1
    assert "thank you all" in blog.server.texts()[2]


def test_a_wrong_token_blocks_and_a_right_one_frees(blog: Blog) -> None:
    """Nothing is lost meanwhile, and the token is in no line."""
    blog.configure(settings=SERVER | {"token": "a-token-that-was-revoked"})

    blocked = blog.publish()
    blog.configure(settings=SERVER)
    blog.until_done()

    assert blocked.exit_code == 1
    assert blocked.targets[0].state == "blocked"
    assert "a-token-that-was-revoked" not in str(blocked.to_json())
    assert blog.titles() == POSTS


def test_another_account_is_refused(blog: Blog) -> None:
    """The same name, somebody else's token."""
    blog.posts = blog.posts[:2]
    blog.until_done()
    blog.posts.append(make_post(3))
    blog.server.account = "2"
    blog.configure(settings=SERVER | {"visibility": "unlisted"})

    report = blog.publish()

    assert report.questions[0].kind is Kind.OTHER_ACCOUNT
    assert blog.titles() == POSTS[:2]


def test_a_renamed_target_posts_nothing_again(blog: Blog) -> None:
    """The account is what counts."""
    blog.until_done()
    blog.target = replace(blog.target, name="mastodon")

    blog.until_done()

    assert blog.titles() == POSTS


def test_a_target_added_later_gets_the_newest_only(blog: Blog) -> None:
    """Not the archive."""
    blog.configure(first_run=FirstRun.NEWEST)

    blog.until_done()

    assert blog.titles() == ["Post 3"]


def test_an_item_over_the_limit_is_cut_and_keeps_its_link(blog: Blog) -> None:
    """The server says how much it takes."""
    words = "Every sentence counts when you learn in the open. " * 200
    blog.posts = [make_post(1, body=words)]

    reports = blog.until_done()

    assert [report.exit_code for report in reports] == [0]
    assert "https://example.org/1" in blog.server.texts()[0]
