"""What may happen to a blog, one thing at a time, and what has to be true after each.

The reference is simple: who was accepted over there, what the owner said of it, and
what the ledger said before the run. A state machine and a random walk tell it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import click

from dispatch_support import (
    AfterError,
    Killed,
    Service,
    World,
    make_post,
    make_publisher,
)
from share_bridge.bridge import retract
from share_bridge.cli import ledger as answers
from share_bridge.cli import pause as pausing
from share_bridge.config.model import DeleteRule, TargetConfig
from share_bridge.dispatch.report.report import Report
from share_bridge.errors import (
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.capabilities import Support
from share_bridge.model.delivery import State
from share_bridge.model.message import Action
from share_bridge.model.post import post_id

__all__ = ["FAULTS", "KINDS", "STEPS", "Story"]

#: What a service can do about lost attempts.
KINDS: dict[str, dict[str, Any]] = {
    "lists its posts": {"recent": Support.FULL},
    "keeps our keys": {
        "recent": Support.UNSUPPORTED,
        "honours_keys": timedelta(days=30),
    },
    "does neither": {"recent": Support.UNSUPPORTED},
}
FAULTS: dict[str, Callable[[], BaseException]] = {
    "not accepted": lambda: TransientError("503, surely"),
    "rate limited": lambda: RateLimitedError("429", retry_after=timedelta(minutes=9)),
    "rate limited for a day": lambda: RateLimitedError("429", retry_after=timedelta(1)),
    "lost before": lambda: OutcomeUnknownError("timed out"),
    "lost after": lambda: AfterError(OutcomeUnknownError("timed out")),
    "rejected": lambda: RejectedError("422"),
    "forbidden": lambda: PermissionDeniedError("403"),
    "a bug before": lambda: RuntimeError("bug"),
    "a bug after": lambda: AfterError(RuntimeError("bug")),
    "killed before": Killed,
    "killed after": lambda: AfterError(Killed()),
}
_OPEN = {State.PLANNED, State.WAITING, State.PENDING, State.SENDING}
_REFUSED = {State.HELD, State.REJECTED}

_Key = tuple[str, str, Action, int]
_Seen = dict[_Key, DeliveryRecord]


class Story:
    """A blog with two accounts at services of one kind.

    Attributes:
        wanted: What the author wrote, by number: how often it was edited.
        buried: What was taken back.
        again: How often the owner said truly that a copy does not stand, by target
            and number.
        aside: What was seen to step aside at a target.

    """

    def __init__(self, folder: Path, kind: str) -> None:
        given = KINDS[kind] | {"edit": Support.FULL, "delete": Support.FULL}
        self.world = World(folder, **given)
        self.services = {"home": self.world.service}
        self.services["second"] = Service(self.world.clock, account="bob")
        for service in self.services.values():
            service.honours = "honours_keys" in given
        self.world.publishers.classes["other"] = make_publisher(
            self.services["second"], **given
        )
        self.world.configure(delete=DeleteRule.SEND)
        self.names = {"home": "home"}
        self.wanted: dict[int, int] = {}
        self.buried: set[int] = set()
        self.again: Counter[tuple[str, int]] = Counter()
        self.aside: set[tuple[str, int]] = set()
        self.told: list[str] = []

    # What may happen

    def write(self, count: int = 1) -> None:
        """So many new posts, newer than all before."""
        self.told.append(f"write {count}")
        for _ in range(count):
            number = len(self.wanted) + 1
            self.wanted[number] = 0
            self.world.posts.append(make_post(number))

    def edit(self, number: int) -> None:
        """Other words in the post."""
        self.told.append(f"edit {number}")
        self.wanted[number] += 1
        words = f"Words {self.wanted[number]} of post {number}."
        for place, post in enumerate(self.world.posts):
            if post.title == f"Post {number}":
                self.world.posts[place] = make_post(number, body=words)

    def bury(self, number: int) -> None:
        """Its source says that it is deleted."""
        self.told.append(f"bury {number}")
        self.buried.add(number)
        title = f"Post {number}"
        self.world.posts = [it for it in self.world.posts if it.title != title]
        self.world.tombstones.add(f"guid:blog:{number}")

    def take_back(self, number: int) -> None:
        """Its owner takes it back at all targets."""
        self.told.append(f"take back {number}")
        with self.world.open() as ledger, ledger.transaction():
            if ledger.posts.find((f"guid:blog:{number}",)) is None:
                return
            post = ledger.posts.get(_id(number))
            ledger.retractions.mark_gone(post.id, reason="its owner took it back")
        self.buried.add(number)
        posts = {name: [post] for name in self.names.values()}
        self.run(do=partial(retract, posts=posts))

    def run(self, **values: Any) -> None:
        """One run; what is true of every run is looked at."""
        before = self._seen()
        report = self._killable(**values)
        self._look(before, report)

    def run_with(self, *faults: str, at: str = "home") -> None:
        """A run in which the next requests of a target go wrong."""
        self.told.append(f"run with {faults} at {at}")
        self.services[at].script = [FAULTS[fault]() for fault in faults]
        self.run()
        self.services[at].script = []

    def run_down(self, at: str = "home") -> None:
        """A run in which nobody is reached, neither for words nor for lists."""
        self.told.append(f"run while {at} is down")
        service = self.services[at]
        service.check_error = service.recent_error = TransientError("down")
        service.script = [TransientError("down") for _ in range(9)]
        self.run()
        service.check_error = service.recent_error = None
        service.script = []

    def run_lagging(self, at: str = "home") -> None:
        """A run right after an accepted post that the listing does not show yet."""
        if any(it.unknown for key, it in self._seen().items() if key[0] == at):
            return  # nobody can know more of a listing that lags for longer
        self.told.append(f"run while {at} lags")
        service = self.services[at]
        service.script = [AfterError(OutcomeUnknownError("timed out"))]
        service.lag = 1
        self.run()
        service.lag, service.script = 0, []

    def crash(self, moment: int) -> None:
        """The process is gone when it looked at its watch so often."""
        self.told.append(f"crash at {moment}")
        self.world.clock.fuse = moment
        self.run()

    def jump(self, hours: float) -> None:
        """Time passes."""
        self.told.append(f"jump {hours} h")
        self.world.clock.jump(hours=hours)

    def pause(self, at: str) -> None:
        """The owner lets nothing go to a target."""
        self.told.append(f"pause {at}")
        self._answer(pausing.pause, target=self.names[at])

    def resume(self, at: str) -> None:
        """The owner lets it go on."""
        self.told.append(f"resume {at}")
        self._answer(pausing.resume, target=self.names[at])

    def retry(self, number: int | None = None) -> None:
        """The owner wants all of it tried again, or one post."""
        self.told.append(f"retry {number}")
        known = self._known()
        if number is None and known:
            self._answer(answers.retry, everything=True)
            self.aside |= known
        elif any(it == number for _, it in known):
            self._answer(answers.retry, post=_id(number or 0))
            self.aside |= {it for it in known if it[1] == number}

    def say_truly(self, at: str, number: int) -> None:
        """The owner looks over there, and adopts or forgets accordingly."""
        self.told.append(f"say truly {at} {number}")
        if (at, number) not in self._known() or at not in self.names:
            return
        copies = self._standing(at, number)
        self.aside.add((at, number))
        with self.world.open() as ledger:
            targets = sorted(ledger.targets.all(), key=lambda it: it.account or "")
            named = {_SIDES[it.publisher]: it.name for it in targets}
        given = {"post": _id(number), "target": named[at]}
        if copies:
            url = f"https://service.example/{copies[0]}"
            self._answer(answers.adopt, url=url, **given)
        else:
            self._answer(answers.forget, **given)
            self.again[at, number] += 1
            self.aside |= {(side, number) for side in self.services}

    def add_target(self) -> None:
        """A second account, which gets everything."""
        self.told.append("add a target")
        second = TargetConfig(
            name="second",
            publisher="other",
            settings={"server": "other.example"},
            delete=DeleteRule.SEND,
        )
        self.names["second"] = "second"
        self.world.targets = [self.world.target, second]

    def rename(self) -> None:
        """The first target has another name from now on; its account is known."""
        self.told.append("rename")
        with self.world.open() as ledger:
            if not any(it.account for it in ledger.targets.all()):
                return
        name = f"home{len(self.told)}"
        self.names["home"] = name
        self.world.configure(name=name)
        if self.world.targets is not None:
            self.world.targets = [self.world.target, self.world.targets[1]]

    # What has to be true

    def end(self) -> None:
        """In peace, everything comes to an end that can be told."""
        self.told.append("the end")
        quiet = 0  # what a run sends may be followed by an edit that the next plans
        for _ in range(60):
            for at in self._stopped():
                self.resume(at)
            self.run()
            quiet = 0 if any(self._goes_on(it) for it in self._seen()) else quiet + 1
            if quiet > 1:
                break
            self.world.clock.jump(hours=2)
        seen = self._seen()
        still = [(key, seen[key]) for key in seen if self._goes_on(key)]
        assert not still, f"never done: {still} {self.told}"
        for at in self.names:
            for number in self.wanted:
                self._is_told_truly(at, number, seen)

    def _goes_on(self, key: _Key) -> bool:
        """It is done by itself; what follows a create in question is not."""
        at, post, action, _ = key
        seen = self._seen()
        create = seen.get((at, post, Action.CREATE, 0))
        asked = create is not None and create.state is State.HELD
        return seen[key].state in _OPEN and not (action is not Action.CREATE and asked)

    def _is_told_truly(self, at: str, number: int, seen: _Seen) -> None:
        about = f"{at}, post {number}: {self.told}"
        create = seen.get((at, _id(number), Action.CREATE, 0))
        copies = self._standing(at, number)
        if create is None:
            assert number in self.buried, f"lost: {about}"
            return
        deletes = [it for key, it in seen.items() if key[:3] == _delete(at, number)]
        deleted = any(it.state is State.DELIVERED for it in deletes)
        doubtful = any(it.state in _REFUSED for it in deletes)
        if create.state is State.DELIVERED and not doubtful:
            assert len(copies) == (not deleted), about
        elif create.state in {State.SKIPPED, State.REJECTED}:
            assert not copies, about
        if create.state is not State.DELIVERED or deletes:
            return
        updates = [it for key, it in seen.items() if key[:3] == _update(at, number)]
        if all(it.state is State.DELIVERED for it in updates) and self.wanted[number]:
            words = f"Words {self.wanted[number]} of post {number}."
            assert words in self._words(at, copies[0]), about

    def _look(self, before: _Seen, report: Report | None) -> None:
        after = self._seen()
        for (at, post, action, _), record in after.items():
            if action is Action.CREATE and record.state in {*_REFUSED, State.SKIPPED}:
                self.aside.add((at, self._number(post)))
        self._is_once_and_in_order()
        self._is_asked(after)
        if report is not None and not self._is_renamed():
            self._agrees(report, before, after)

    def _is_once_and_in_order(self) -> None:
        for at, service in self.services.items():
            made = [self._number_of(title) for title in service.titles()]
            counts = Counter(made)
            for number, count in counts.items():
                most = 1 + self.again[at, number]
                assert count <= most, f"twice at {at}: {number}: {self.told}"
                assert len(self._standing(at, number)) <= 1, self.told
            for place, number in enumerate(made):
                late = {it for it in made[place + 1 :] if it < number}
                free = {it for it in late if (at, it) in self.aside}
                assert late == free, f"order at {at}: {made}: {self.told}"

    def _is_asked(self, after: _Seen) -> None:
        with self.world.open() as ledger:
            asked = {question.id: question for question in ledger.questions()}
        for key, record in after.items():
            if record.state is State.HELD:
                assert record.question in asked, f"unasked: {key}: {self.told}"
                assert asked[str(record.question)].answers

    def _agrees(self, report: Report, before: _Seen, after: _Seen) -> None:
        stopped = self._stopped()
        code, about = report.exit_code, f"{report.to_json()} {self.told}"
        rows = {
            (row.target, row.post, row.action): row.state for row in report.deliveries
        }
        here = {key: it for key, it in after.items() if key[0] in self.names}
        for key, record in here.items():
            changed = key not in before or before[key].state is not record.state
            shown = State.WAITING if record.state is State.SENDING else record.state
            row = (self.names[key[0]], key[1], key[2])
            if record.state in {*_OPEN, State.HELD} or (
                changed and record.state is State.DELIVERED
            ):
                assert row in rows, f"hidden: {key} {record}: {about}"
            if record.state in {*_OPEN, State.HELD}:
                assert rows[row] is shown or key[2] is Action.UPDATE, about
            if changed and record.state in _REFUSED:
                assert code == 1, f"refused, and {code}: {key}: {about}"
            if shown is State.WAITING and key[0] not in stopped:
                assert code in {1, 4}, f"waits, and {code}: {key}: {about}"
        assert report.totals == {
            state: sum(row.state == state for row in report.deliveries)
            for state in report.totals
        }
        blocked = any(target.state == "blocked" for target in report.targets)
        if code == 1 and not blocked:
            assert any(it.state in _REFUSED for it in here.values()), about
        if code == 4:
            assert any(it.state in _OPEN for it in here.values()), about

    # How it is done

    def _killable(self, **values: Any) -> Report | None:
        report = None
        with suppress(Killed):
            report = self.world.run(**values)
        self.world.clock.fuse = None
        return report

    def _answer(self, command: click.Command, **values: Any) -> None:
        context = click.Context(command, obj=SimpleNamespace(config=self.world.config))
        with context:
            context.invoke(command, **values)

    def _seen(self) -> _Seen:
        """Every delivery of the ledger; of a target with two names, by its account."""
        with self.world.open() as ledger:
            targets = sorted(ledger.targets.all(), key=lambda it: it.account or "")
            return {
                (_SIDES[target.publisher], it.post, it.action, it.number): it
                for target in targets
                for it in ledger.deliveries.of(target=target.id)
            }

    def _stopped(self) -> set[str]:
        with self.world.open() as ledger:
            return {_SIDES[it.publisher] for it in ledger.targets.all() if it.stopped}

    def _is_renamed(self) -> bool:
        """Whether nobody looked yet which account the new name has."""
        with self.world.open() as ledger:
            names = {it.name for it in ledger.targets.all() if it.account}
        return not names <= set(self.names.values())

    def _known(self) -> set[tuple[str, int]]:
        return {(at, self._number(post)) for at, post, _, _ in self._seen()}

    def _standing(self, at: str, number: int) -> list[str]:
        service = self.services[at]
        return [
            copy.id
            for copy, title in zip(service.standing, service.titles(), strict=True)
            if title == f"Post {number}" and copy.id not in service.deleted
        ]

    def _words(self, at: str, copy: str) -> str:
        service = self.services[at]
        first = next(it.text for it in service.standing if it.id == copy)
        return service.edits.get(copy, first)

    def _number(self, post: str) -> int:
        return next(number for number in self.wanted if _id(number) == post)

    @staticmethod
    def _number_of(title: str) -> int:
        return int(title.removeprefix("Post "))


_SIDES = {"scripted": "home", "other": "second"}


def _id(number: int) -> str:
    return post_id(f"guid:blog:{number}")


def _delete(at: str, number: int) -> tuple[str, str, Action]:
    return at, _id(number), Action.DELETE


def _update(at: str, number: int) -> tuple[str, str, Action]:
    return at, _id(number), Action.UPDATE


def _any(story: Story, random: Random) -> int:
    return random.choice(list(story.wanted) or [0])


def _side(story: Story, random: Random) -> str:
    return random.choice(list(story.names))


def _on_one(act: Callable[[Story, int], None]) -> Callable[[Story, Random], None]:
    def step(story: Story, random: Random) -> None:
        number = _any(story, random)
        if number and number not in story.buried:
            act(story, number)

    return step


#: What a random walk does, by name, and how often.
STEPS: dict[str, tuple[int, Callable[[Story, Random], None]]] = {
    "write": (4, lambda s, r: s.write(r.randint(1, 3))),
    "edit": (3, _on_one(Story.edit)),
    "bury": (1, _on_one(Story.bury)),
    "take back": (1, _on_one(Story.take_back)),
    "run": (3, lambda s, _: s.run_with()),
    "run with faults": (
        7,
        lambda s, r: s.run_with(
            *r.choices(list(FAULTS), k=r.randint(1, 3)), at=_side(s, r)
        ),
    ),
    "run while down": (1, lambda s, r: s.run_down(_side(s, r))),
    "run while it lags": (1, lambda s, r: s.run_lagging(_side(s, r))),
    "crash": (3, lambda s, r: s.crash(r.randint(0, 60))),
    "jump": (4, lambda s, r: s.jump(r.choice([0.01, 0.1, 1, 5, 30, 100]))),
    "pause": (1, lambda s, r: s.pause(_side(s, r))),
    "resume": (1, lambda s, r: s.resume(_side(s, r))),
    "retry": (1, lambda s, r: s.retry(r.choice([None, _any(s, r)]))),
    "say truly": (2, lambda s, r: s.say_truly(_side(s, r), _any(s, r))),
    "add a target": (1, lambda s, _: s.add_target()),
    "rename": (1, lambda s, _: s.rename()),
}
