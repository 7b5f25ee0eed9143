"""What is prepared ahead, and what waits until nothing stands in its way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crowd_support import Crowd, at
from dispatch_support import make_post
from share_bridge.bridge import prepare
from share_bridge.errors import TransientError
from share_bridge.model.message import Message
from share_bridge.model.remark import Grade, Remark

_MISSING = "https://here.example/1 answers 404"


class Shelf(Crowd):
    """A publisher whose messages have to be somewhere before they may go.

    Attributes:
        prepared: Titles, in the order in which they were prepared.
        missing: What stands in the way of everything.
        came: What came in, as it is told.

    """

    def __init__(self, folder: Path, **capabilities: Any) -> None:
        self.prepared: list[str] = []
        self.missing = ""
        self.came: list[Remark | Exception] = []
        super().__init__(folder, **capabilities)
        self.people = at("a.example")

    def install(self, **capabilities: Any) -> None:
        super().install(**capabilities)
        shelf = self

        class Librarian(self.publishers.classes["scripted"]):  # type: ignore[misc,name-defined]
            async def prepare(self, message: Message, context: Any) -> None:
                shelf.prepared.append(message.title)

            async def obstacle(self, message: Message, context: Any) -> str:
                return shelf.missing

            async def collect(self, context: Any) -> Sequence[Remark]:
                shelf.prepared.append("collect")
                for one in shelf.came:
                    if isinstance(one, Exception):
                        raise one
                return [one for one in shelf.came if isinstance(one, Remark)]

        self.publishers.classes["scripted"] = Librarian


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path)
    shelf.missing = _MISSING
    return shelf


def test_a_message_waits_until_nothing_stands_in_its_way(shelf: Shelf) -> None:
    (waiting,) = shelf.run(max_seconds=1).deliveries
    assert (waiting.state.value, waiting.reason) == ("waiting", _MISSING)
    assert shelf.names() == []
    shelf.missing = ""
    shelf.clock.jump(minutes=1)
    (sent,) = shelf.run().deliveries
    assert sent.state.value == "delivered"
    assert shelf.names() == ["0@a.example"]


def test_it_is_looked_at_again_within_a_run(shelf: Shelf) -> None:
    """A deploy may end while the run lasts."""
    deployed = shelf.clock.now() + timedelta(seconds=10)

    class Late(shelf.publishers.classes["scripted"]):  # type: ignore[misc,name-defined]
        async def obstacle(self, message: Message, context: Any) -> str:
            return _MISSING if context.now() < deployed else ""

    shelf.publishers.classes["scripted"] = Late
    shelf.run(max_seconds=120)
    assert shelf.names() == ["0@a.example"]


def test_many_looks_in_vain_are_no_failure_and_three_days_are(shelf: Shelf) -> None:
    for _ in range(10):
        shelf.run(max_seconds=1)
        shelf.clock.jump(hours=6)
    assert shelf.states() == ["waiting"]
    shelf.clock.jump(days=2)
    (question,) = shelf.run(max_seconds=1).questions
    assert question.kind.value == "not-live"
    assert "404" in question.text
    assert shelf.states() == ["held"]


def test_words_that_change_meanwhile_are_prepared_anew(shelf: Shelf) -> None:
    shelf.run(max_seconds=1)
    shelf.posts = [make_post(1, title="Another title")]
    shelf.clock.jump(minutes=1)
    shelf.missing = ""
    shelf.run()
    assert shelf.prepared == ["Post 1", "Another title"]
    assert list(shelf.got) == [("Another title", "0@a.example")]


def test_what_is_prepared_ahead_is_not_sent(shelf: Shelf) -> None:
    shelf.missing = ""
    report = shelf.run(do=prepare)
    assert shelf.prepared == ["Post 1"]
    assert [it.state.value for it in report.deliveries] == ["planned"]
    assert shelf.log == []
    shelf.run()
    assert shelf.names() == ["0@a.example"]


def test_what_waits_is_prepared_ahead_as_well_and_looked_at_at_once(
    shelf: Shelf,
) -> None:
    for _ in range(4):
        shelf.run(max_seconds=1)
        shelf.clock.jump(minutes=10)
    shelf.run(max_seconds=1)
    shelf.prepared.clear()
    shelf.run(do=prepare)
    assert shelf.prepared == ["Post 1"]
    shelf.missing = ""
    shelf.run(max_seconds=1)
    assert shelf.names() == ["0@a.example"]


def test_an_edit_is_not_prepared_while_the_post_is_under_way(shelf: Shelf) -> None:
    """What is prepared is what is sent: some would get the edit for the post."""
    shelf.missing = ""
    shelf.people = at("a.example", "b.example")
    shelf.behaviour = {"b.example": TransientError("503")}
    shelf.run(max_seconds=1)
    shelf.prepared.clear()
    shelf.posts = [make_post(1, title="Another title")]
    shelf.run(do=prepare)
    assert shelf.prepared == []
    shelf.behaviour = {}
    shelf.clock.jump(hours=1)
    shelf.run(max_seconds=1)
    assert shelf.prepared == ["Another title"]


def test_one_that_cannot_be_prepared_stops_no_other(shelf: Shelf) -> None:
    shelf.posts = [make_post(1), make_post(2)]

    class Clumsy(shelf.publishers.classes["scripted"]):  # type: ignore[misc,name-defined]
        async def prepare(self, message: Message, context: Any) -> None:
            if message.title == "Post 1":
                raise OSError("the disk is full")
            await super().prepare(message, context)

    shelf.publishers.classes["scripted"] = Clumsy
    report = shelf.run(do=prepare)
    assert shelf.prepared == ["Post 2"]
    assert ["disk is full" in it for it in report.warnings] == [True]


@pytest.mark.parametrize("do", [None, prepare], ids=["publish", "prepare"])
def test_what_came_in_is_collected_first_in_every_run(tmp_path: Path, do: Any) -> None:
    shelf = Shelf(tmp_path, collect=True, discover=True)

    class Asked(shelf.publishers.classes["scripted"]):  # type: ignore[misc,name-defined]
        async def discover(self, context: Any) -> Any:
            return self.capabilities

    shelf.publishers.classes["scripted"] = Asked
    shelf.run()
    assert shelf.prepared == ["collect", "Post 1"]
    shelf.run(**({} if do is None else {"do": do}))
    assert shelf.prepared == ["collect", "Post 1", "collect"]


def test_what_its_owner_should_know_of_it_is_in_the_report(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, collect=True)
    shelf.came = [
        Remark(Grade.OK, "3 came in"),
        Remark(Grade.WARNING, "one was refused", "look at it"),
    ]
    assert shelf.run().warnings == ("home: one was refused: look at it",)


def test_what_cannot_be_collected_stops_nothing(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, collect=True)
    shelf.came = [OSError("out of reach")]
    report = shelf.run()
    assert "out of reach" in report.warnings[0]
    assert shelf.names() == ["0@a.example"]
