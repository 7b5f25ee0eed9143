"""Ledger and dispatch against a simple model: hypothesis looks for a lie."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from story import FAULTS, KINDS, Story

_SIDES = st.sampled_from(["home", "second"])
_FAULTS = st.lists(st.sampled_from(list(FAULTS)), min_size=1, max_size=3)


class Telling(RuleBasedStateMachine):
    """What is true after each step is looked at by the story itself."""

    @initialize(kind=st.sampled_from(list(KINDS)))
    def begin(self, kind: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.story = Story(Path(self._folder.name), kind)
        self.story.write(2)

    @rule(count=st.integers(1, 3))
    def write(self, count: int) -> None:
        self.story.write(count)

    @rule(data=st.data(), what=st.sampled_from(["edit", "bury", "take_back"]))
    def change(self, data: st.DataObject, what: str) -> None:
        left = sorted(set(self.story.wanted) - self.story.buried)
        if left:
            getattr(self.story, what)(data.draw(st.sampled_from(left)))

    @rule(faults=_FAULTS, at=_SIDES)
    def run_with(self, faults: list[str], at: str) -> None:
        self.story.run_with(*faults, at=at)

    @rule(at=_SIDES, what=st.sampled_from(["run_down", "run_lagging"]))
    def run_without_a_listing(self, at: str, what: str) -> None:
        getattr(self.story, what)(at)

    @rule()
    def run(self) -> None:
        self.story.run_with()

    @rule(moment=st.integers(0, 60))
    def crash(self, moment: int) -> None:
        self.story.crash(moment)

    @rule(hours=st.sampled_from([0.01, 0.1, 1, 5, 30, 100]))
    def jump(self, hours: float) -> None:
        self.story.jump(hours)

    @rule(at=_SIDES, what=st.sampled_from(["pause", "resume"]))
    def pause(self, at: str, what: str) -> None:
        if at in self.story.names:
            getattr(self.story, what)(at)

    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        posts = st.sampled_from(sorted(self.story.wanted))
        self.story.retry(data.draw(st.none() | posts))

    @rule(at=_SIDES, data=st.data())
    def say_truly(self, at: str, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.story.wanted)))
        self.story.say_truly(at, number)

    @rule()
    def add_target(self) -> None:
        self.story.add_target()

    @rule()
    def rename(self) -> None:
        self.story.rename()

    def teardown(self) -> None:
        if hasattr(self, "story"):
            self.story.end()
            self._folder.cleanup()


Telling.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.slow
class TestStory(Telling.TestCase):
    """Each post once, in order, told truly, whatever happens."""
