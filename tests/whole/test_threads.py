"""A blog, and a Mastodon account that gets whole posts: each part stands once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from dispatch_support import make_post
from fediverse_profiles import PROFILES
from fediverse_support import TOKEN, Fediverse
from served_world import ServedWorld
from share_bridge.config.check import check_settings
from share_bridge.config.model import TargetConfig
from share_bridge.errors import ConfigurationError
from share_bridge.model.question import Kind
from share_bridge.model.thread import Thread
from share_bridge.testing.faults import Answer, Fault, Lost
from share_bridge_mastodon.publisher import MastodonPublisher

WORDS = "".join(
    f"<p>Paragraph {n}: {'Every sentence counts. ' * 15}</p>" for n in "123"
)
BETTER = WORDS.replace("Paragraph 2", "Section 2")


class Blog(ServedWorld[Fediverse]):
    """One long post, and an account that gets it as a thread."""

    def __init__(self, folder: Path, profile: str = "mastodon") -> None:
        super().__init__(folder)
        self.publishers.classes["mastodon"] = MastodonPublisher
        self.server = Fediverse(PROFILES[profile], clock=self.clock.now)
        self.target = TargetConfig(
            name="home",
            publisher="mastodon",
            settings={
                "server": "https://server.example",
                "token": TOKEN,
                "max_characters": 500,
            },
            thread=Thread(numbered=True),
        )
        self.posts = [make_post(1, content=WORDS)]

    def parts(self) -> list[str]:
        return [text.partition(":")[0] for text in self.server.texts()]


THREAD = ["Post 1\n\nParagraph 1", "Paragraph 2", "Paragraph 3"]


@pytest.fixture(params=["mastodon", "gotosocial"], ids=["keys kept", "keys ignored"])
def blog(request: pytest.FixtureRequest, tmp_path: Path) -> Blog:
    """On a server that honours idempotency keys, and on one that does not."""
    return Blog(tmp_path, request.param)


def test_the_whole_post_stands_in_parts_that_answer_each_other(blog: Blog) -> None:
    blog.until_done()
    standing = blog.server.standing

    assert blog.parts() == THREAD
    assert [status.in_reply_to for status in standing] == [
        None,
        *(status.id for status in standing[:-1]),
    ]
    assert standing[-1].text.endswith("https://example.org/1\n\n3/3")


def test_a_second_run_sends_nothing(blog: Blog) -> None:
    blog.until_done()
    blog.until_done()

    assert blog.parts() == THREAD


FAULTS = {
    "times out": Lost.TIMEOUT,
    "resets": Lost.RESET,
    "half an answer": Lost.HALF,
    "503": Answer(503),
    "504": Answer(504),
}


def is_create(request: Any) -> bool:
    return bool(request.method == "POST" and request.url.path == "/api/v1/statuses")


@pytest.mark.parametrize("accepted", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("skip", [0, 1, 2])
@pytest.mark.parametrize("what", FAULTS.values(), ids=FAULTS)
def test_a_fault_at_any_part_loses_and_doubles_none(
    blog: Blog, what: Any, skip: int, accepted: bool
) -> None:
    blog.server.fail(Fault(what=what, when=is_create, skip=skip, accepted=accepted))

    report = blog.until_done()[-1]

    assert blog.parts() == THREAD
    assert report.exit_code == 0


def test_an_edit_changes_its_parts_in_place(blog: Blog) -> None:
    blog.until_done()
    blog.posts = [make_post(1, content=BETTER)]

    blog.until_done()

    assert blog.parts() == [THREAD[0], "Section 2", THREAD[2]]
    assert len(blog.server.edits) == 1


@pytest.mark.parametrize("content", [WORDS + WORDS, "<p>Short.</p>"])
def test_an_edit_of_another_length_is_held(blog: Blog, content: str) -> None:
    """What stands is left as it is, until its owner says so."""
    blog.until_done()
    blog.posts = [make_post(1, content=content)]

    report = blog.until_done()[-1]

    assert [question.kind for question in report.questions] == [Kind.OTHER_LENGTH]
    assert blog.parts() == THREAD


def test_a_publisher_without_threads_refuses_the_setting(blog: Blog) -> None:
    class Registry:
        failures: tuple[object, ...] = ()

        def publishers(self) -> tuple[Any, ...]:
            return ()

        def publisher(self, name: str) -> Any:
            return blog.publishers.publisher(name)

    blog.target = replace(blog.target, publisher="scripted", settings={})

    with pytest.raises(ConfigurationError) as caught:
        check_settings(blog.config, Registry())

    assert str(caught.value) == (
        "targets.home.thread: scripted sends no threads: take it out"
    )
