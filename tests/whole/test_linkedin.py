"""A blog and a LinkedIn member: whatever happens, each post stands there once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from dispatch_support import make_post
from image_support import png
from linkedin_service import TOKEN, LinkedIn
from served_world import ServedWorld
from share_bridge.config.credentials import CredentialsStore
from share_bridge.config.model import FirstRun, TargetConfig
from share_bridge.dispatch.report.report import Report
from share_bridge.model.post import Image
from share_bridge.model.question import Kind
from share_bridge.testing.faults import Answer, Fault, Lost
from share_bridge_linkedin.publisher import LinkedinPublisher

POSTS = ["Post 1", "Post 2", "Post 3"]


class Blog(ServedWorld[LinkedIn]):
    """Three posts with a picture each, and a member of LinkedIn."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.publishers.classes["linkedin"] = LinkedinPublisher
        self.server = LinkedIn(clock=self.clock.now)
        self.target = TargetConfig(
            name="career",
            publisher="linkedin",
            settings={"token": TOKEN},
            timeout=timedelta(seconds=1),
        )
        self.posts = []
        for number in (1, 2, 3):
            (folder / f"{number}.png").write_bytes(png(width=number))
            picture = Image("", alt=f"Picture {number}", path=f"{number}.png")
            self.posts.append(replace(make_post(number), images=(picture,)))

    def thumbnails(self) -> int:
        contents = [post.body["content"]["article"] for post in self.server.standing]
        return sum("thumbnail" in content for content in contents)


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    return Blog(tmp_path)


def step(method: str, path: str) -> Callable[[httpx.Request], bool]:
    return lambda it: it.method == method and it.url.path.startswith(path)


STEPS = {
    "who": step("GET", "/v2/userinfo"),
    "image": step("POST", "/rest/images"),
    "bytes": step("PUT", "/dms-uploads/"),
    "ready": step("GET", "/rest/images/"),
    "post": step("POST", "/rest/posts"),
}
FAULTS = {
    "unreachable": Lost.UNREACHABLE,
    "says nothing": Lost.SILENCE,
    "resets": Lost.RESET,
    "half an answer": Lost.HALF,
    "500": Answer(500, {"status": 500, "message": "Internal Server Error"}),
    "502 in HTML": Answer(502, text="<h1>Bad gateway</h1>"),
    "504": Answer(504),
    "redirects": Answer(302, headers={"Location": "https://elsewhere.example/"}),
    "maintenance page": Answer(200, text="<h1>Back soon</h1>"),
    "empty 200": Answer(200),
}


@pytest.mark.parametrize("accepted", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("what", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("when", STEPS.values(), ids=STEPS)
def test_a_fault_at_any_step_loses_and_doubles_nothing(
    blog: Blog,
    when: Callable[[httpx.Request], bool],
    what: Answer | Lost,
    *,
    accepted: bool,
) -> None:
    """Before or after LinkedIn did what it was asked; and the order is kept."""
    if what is Lost.UNREACHABLE and accepted:
        return
    blog.server.fail(Fault(what=what, when=when, accepted=accepted))

    reports = blog.until_done()

    assert blog.titles() == POSTS
    assert len(blog.server.posts) == 3
    assert reports[-1].exit_code == 0
    assert blog.server.problems == []


def test_a_quota_that_is_used_up_waits_for_the_next_day(blog: Blog) -> None:
    blog.server.daily = 2
    report = blog.publish()
    (waiting,) = [it for it in report.deliveries if it.state.value == "waiting"]

    assert waiting.due is not None
    assert f"{waiting.due:%H:%M}" == "00:00"
    assert "daily quota" in (waiting.reason or "")
    blog.until_done()
    assert blog.titles() == POSTS


def test_a_version_that_ended_blocks_and_goes_on_when_mended(blog: Blog) -> None:
    blog.server.versions = {"202711"}
    report = blog.publish()
    blog.configure(settings={"token": TOKEN, "version": "202711"})
    blog.until_done()

    assert report.exit_code == 1
    assert [it.kind for it in report.questions] == [Kind.TARGET_BLOCKED]
    assert "set a newer version in [targets.career]" in report.questions[0].text
    assert blog.titles() == POSTS


def test_a_token_that_ended_blocks_until_a_new_one_is_set(blog: Blog) -> None:
    blog.server.tokens[TOKEN].active = False
    report = blog.publish()
    blog.server.tokens["AQX-new"] = type(blog.server.tokens[TOKEN])()
    blog.configure(settings={"token": "AQX-new"})
    blog.until_done()

    assert report.exit_code == 1
    assert "share-bridge login career" in report.questions[0].text
    assert blog.titles() == POSTS


def test_a_lost_ledger_doubles_nothing(blog: Blog) -> None:
    """LinkedIn names what stands, and that is what is remembered then.

    With pictures it may not know them again: they are uploaded anew.
    """
    blog.posts = [replace(post, images=()) for post in blog.posts]
    blog.until_done()
    blog.lose_the_ledger()
    blog.until_done()

    assert len(blog.server.posts) == 3
    assert blog.states() == ["delivered"] * 3


def test_in_ci_an_empty_ledger_is_asked_about(blog: Blog) -> None:
    """Nobody can list what stands there."""
    blog.ci = True
    report = blog.publish()

    assert blog.server.posts == []
    assert [it.kind for it in report.questions] == [Kind.FIRST_RUN]


def test_an_edit_follows_and_makes_no_copy(blog: Blog) -> None:
    blog.until_done()
    blog.posts[1] = replace(blog.posts[1], content="<p>Better (much) words.</p>")
    blog.clock.jump(hours=1)
    blog.until_done()

    assert "Better (much) words." in blog.server.texts()[1]
    assert len(blog.server.posts) == 3


@pytest.mark.parametrize("what", [None, Lost.RESET, Answer(503)])
def test_a_post_that_its_author_took_back_is_taken_back_there(
    blog: Blog, what: Answer | Lost | None
) -> None:
    """And stays away, also where the answer to that is lost."""
    blog.until_done()
    blog.configure(delete="send")
    blog.tombstones = {blog.posts[1].identity}
    blog.posts.pop(1)
    if what is not None:
        is_delete = step("DELETE", "/rest/posts/")
        blog.server.fail(Fault(what=what, when=is_delete, accepted=True))
    reports = blog.until_done()

    assert blog.titles() == ["Post 1", "Post 3"]
    assert reports[-1].exit_code == 0
    assert len(blog.server.posts) == 3


def test_pictures_go_along(blog: Blog) -> None:
    blog.until_done()

    assert blog.thumbnails() == 3
    sent = [it.data for it in blog.server.pictures.values()]
    assert sent == [png(width=number) for number in (1, 2, 3)]


# The end of a token


def _warnings(report: Report) -> str:
    return "\n".join(report.warnings)


@pytest.mark.parametrize("days, warned", [(13, True), (15, False)])
def test_every_run_warns_of_an_end_that_the_owner_set(
    blog: Blog, days: int, *, warned: bool
) -> None:
    """Also one that has nothing to send."""
    blog.configure(expires=blog.clock.now() + timedelta(days=days))
    first, second = blog.publish(), blog.publish()

    assert ("career: its token ends on" in _warnings(first)) is warned
    assert ("career: its token ends on" in _warnings(second)) is warned
    assert (second.targets[0].state == "expiring") is warned


def test_every_run_warns_of_an_end_that_login_noted(blog: Blog) -> None:
    """In the last 14 days, day after day, and never before."""
    end = blog.clock.now() + timedelta(days=60)
    _save(blog, {"token": TOKEN, "expires": end.isoformat()})
    blog.configure(settings={})
    told: list[datetime] = []
    for _ in range(60):
        if blog.publish().targets[0].state == "expiring":
            told.append(blog.clock.now())
        blog.clock.jump(days=1)

    assert told[0] - end > timedelta(days=-15)
    assert len(told) == 13


def test_a_token_that_renews_itself_is_never_warned_about(blog: Blog) -> None:
    app = blog.server.apps["app-1"]
    app.refreshes = True
    blog.configure(
        settings={
            "token": TOKEN,
            "client_id": "app-1",
            "client_secret": app.secret,
            "refresh_token": "the-refresh-token",
        }
    )
    for _ in range(40):
        report = blog.publish()
        blog.clock.jump(days=5)

        assert (report.targets[0].state, report.exit_code) == ("ok", 0)


def test_a_token_that_renews_itself_is_renewed_when_it_is_needed(blog: Blog) -> None:
    """However long nothing was sent."""
    app = blog.server.apps["app-1"]
    app.refreshes = True
    secrets = {"client_secret": app.secret, "refresh_token": "the-refresh-token"}
    blog.configure(settings={"token": TOKEN, "client_id": "app-1", **secrets})
    late = blog.posts.pop()
    blog.until_done()
    blog.clock.jump(days=300)
    blog.posts.append(replace(late, published=blog.clock.now()))
    blog.until_done()

    assert blog.titles() == POSTS


def _save(blog: Blog, values: dict[str, str]) -> None:
    store = CredentialsStore(blog.folder / "credentials")
    store.replace("career", lambda _: values)


def test_first_run_newest_sends_one(blog: Blog) -> None:
    blog.source = replace(blog.source, first_run=FirstRun.NEWEST)
    blog.until_done()

    assert blog.titles() == ["Post 3"]
