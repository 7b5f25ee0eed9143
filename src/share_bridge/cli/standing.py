"""How everything stands, from ledger and configuration alone; and that in lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from textwrap import wrap
from typing import Any

from msgspec import Struct

from share_bridge.cli.results import (
    message_word,
    place,
    question_lines,
    recipients_told,
)
from share_bridge.config.model import Config, TargetConfig
from share_bridge.dispatch.report.report import (
    MessageReport,
    Report,
    TargetReport,
    messages_of,
)
from share_bridge.dispatch.runtime import Publishers
from share_bridge.dispatch.target.target_state import target_report
from share_bridge.dispatch.when.pace import zone_of
from share_bridge.dispatch.when.schedule import scheduled
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.delivery import State
from share_bridge.model.question import Question
from share_bridge.text.escape import for_line

__all__ = ["Standing", "document", "lines", "standing"]

_WAITING = (State.SENDING, State.WAITING, State.PENDING, State.PLANNED)
_NEXT_RUN = "next run"
_LATER = "later"


class Standing(Struct, frozen=True, kw_only=True):
    """What the ledger says of posts, targets and questions.

    Attributes:
        published: What came to an end over there, newest post first.
        skipped: What is not sent, and why; None: nobody wants to know.
        open: What waits or is held, by target, in the order in which it goes out.
        targets: Those that are configured.
        accounts: Publisher and account of every target that there ever was, by name.

    """

    config: Config
    run: str
    published: Sequence[MessageReport]
    skipped: Sequence[MessageReport] | None
    open: Sequence[MessageReport]
    targets: Sequence[TargetReport]
    accounts: dict[str, str]
    questions: Sequence[Question]


def standing(
    ledger: Ledger,
    config: Config,
    publishers: Publishers,
    *,
    count: int,
    now: datetime,
    paused: bool,
    skipped: bool = False,
) -> Standing:
    """How everything stands now.

    Args:
        ledger: Read only.
        config: The rules of time, and the targets.
        publishers: Asked how a token that ends soon is renewed.
        count: How many of the newest deliveries to tell.
        now: The time.
        paused: `SHARE_BRIDGE_PAUSE` is set.
        skipped: Tell also what is not sent.

    """
    waiting = messages_of(ledger.deliveries.report())
    if not paused:
        waiting = scheduled(ledger, config, waiting, now=now)
    return Standing(
        config=config,
        run=ledger.run,
        published=messages_of(ledger.deliveries.history(count)),
        skipped=messages_of(ledger.filtered.skipped(count)) if skipped else None,
        open=waiting,
        targets=[
            target_report(ledger, publishers, target, now=now, paused=paused)
            for target in config.targets
        ],
        accounts={
            record.name: f"{record.publisher} {record.account_name}".strip()
            for record in ledger.targets.all()
        },
        questions=ledger.questions(),
    )


def document(found: Standing) -> dict[str, Any]:
    """As `status --json` has it."""
    report = Report(
        run=found.run,
        targets=tuple(found.targets),
        deliveries=tuple(found.open),
        questions=tuple(found.questions),
    ).to_json()
    left = found.skipped
    return {
        "version": report["version"],
        "next_due": report["next_due"],
        "targets": report["targets"],
        "published": [message.to_json() for message in found.published],
        "open": report["deliveries"],
        "questions": report["questions"],
    } | ({} if left is None else {"skipped": [it.to_json() for it in left]})


def lines(found: Standing, *, width: int) -> Iterator[str]:
    """For people: what went where, what waits until when, and, last, what is asked.

    Args:
        found: How everything stands.
        width: Columns of the terminal; links and commands are never broken.

    """
    if not found.accounts:
        yield "Nothing was published yet."
        return
    yield from _published(found, width)
    yield from _waiting(found, width)
    yield from _held(found, width)
    yield from _skipped(found, width)
    yield from _targets(found, width)
    for question in found.questions:
        yield from question_lines(question, width)


def _published(found: Standing, width: int) -> Iterator[str]:
    if not found.published:
        yield "Nothing was published yet."
        return
    yield "Published"
    names = max(len(message.target) for message in found.published)
    for _, group in groupby(found.published, key=lambda message: message.post):
        messages = list(group)
        yield from _hanging(f"  {messages[0].post}  ", _title(messages[0]), width)
        for message in messages:
            start = f"    {message.target:{names}}  "
            yield from _hanging(start, _outcome(message), width)


def _outcome(message: MessageReport) -> str:
    word = message_word(message) + recipients_told(message.recipients)
    if message.shown is not State.DELIVERED and message.reason:
        return f"{word}: {message.reason}"
    if message.url:
        where = place(message.url)
        return where if word == "sent" else f"{word}: {where}"
    return word


def _waiting(found: Standing, width: int) -> Iterator[str]:
    queue = [message for message in found.open if message.state in _WAITING]
    if not queue:
        return
    yield ""
    yield "Waiting"
    known = {target.name: target for target in found.config.targets}
    states = {target.target: target for target in found.targets}
    for name, messages in groupby(queue, key=lambda message: message.target):
        yield f"  {for_line(_heading(name, known.get(name), states.get(name)))}"
        for message in messages:
            at = _at(message, known.get(name), states.get(name))
            yield from _hanging(f"    {at:16}  ", _title(message), width)
            if reason := _reason(message):
                yield from _hanging(f"    {'':16}  ", reason, width)


def _heading(name: str, config: TargetConfig | None, state: TargetReport | None) -> str:
    if config is None or state is None:
        return f"{name}, which is not configured any more"
    if state.stopped:
        return f"{name}, paused"
    return f"{name} ({config.zone})" if config.zone else name


def _at(
    message: MessageReport, config: TargetConfig | None, state: TargetReport | None
) -> str:
    """When it goes out, by the clock of its target, else of this machine."""
    if config is None or (state is not None and state.stopped):
        return ""
    if message.due is None:
        return _NEXT_RUN if message.turn == 1 else _LATER
    zone = zone_of(config) if config.zone else None
    return f"{message.due.astimezone(zone):%a %d %b %H:%M}"


def _reason(message: MessageReport) -> str:
    if message.state is State.PLANNED:
        return message.reason or ""
    said = f": {message.reason}" if message.reason else ""
    if message.state is State.PENDING:
        return f"accepted, asked again{said}"
    tries = f"tried {message.attempts} times" if message.attempts > 1 else "tried once"
    return f"{tries}{said}"


def _held(found: Standing, width: int) -> Iterator[str]:
    held = [message for message in found.open if message.state is State.HELD]
    if not held:
        return
    yield ""
    yield "Held, until you answer a question below"
    names = max(len(message.target) for message in held)
    for message in held:
        start = f"  {message.post}  {message.target:{names}}  "
        yield from _hanging(start, _title(message), width)


def _skipped(found: Standing, width: int) -> Iterator[str]:
    if not found.skipped:
        return
    yield ""
    yield "Not sent"
    names = max(len(message.target) for message in found.skipped)
    for message in found.skipped:
        start = f"  {message.post}  {message.target:{names}}  "
        yield from _hanging(start, _title(message), width)
        yield from _hanging(" " * len(start), message.reason or "", width)


def _targets(found: Standing, width: int) -> Iterator[str]:
    yield ""
    yield "Targets"
    rules = {target.name: _rules(target) for target in found.config.targets}
    states = {target.target: target for target in found.targets}
    every = [*states, *(name for name in found.accounts if name not in states)]
    for name in every:
        state = states.get(name)
        words = [*rules.get(name, ()), *_state(state), *_hosts(state)]
        who = found.accounts.get(name) or states[name].publisher
        yield from _hanging("  ", f"{name}: {', '.join([who, *words])}", width)


def _state(target: TargetReport | None) -> Iterator[str]:
    """How a target is; what blocks it is asked below."""
    if target is None:
        yield "not in the configuration"
    elif target.state == "blocked":
        yield "blocked"
    elif target.reason:
        yield target.reason
    elif target.expires is not None:
        yield f"token until {target.expires:%Y-%m-%d}"


def _hosts(target: TargetReport | None) -> Iterator[str]:
    """Servers of its recipients that take nothing."""
    if target is None:
        return
    for word, count in (("failing", target.failing), ("dead", target.dead)):
        if count:
            yield f"{count} {'server is' if count == 1 else 'servers are'} {word}"


def _rules(target: TargetConfig) -> Iterator[str]:
    if target.digest is not None:
        yield f"digest {target.digest}"
    if target.windows:
        yield f"open {' and '.join(map(str, target.windows))}"
    if target.quiet_hours:
        yield f"quiet {' and '.join(map(str, target.quiet_hours))}"


def _title(message: MessageReport) -> str:
    return f"“{message.title or message.post_url or 'no title'}”"


def _hanging(start: str, text: str, width: int) -> Iterable[str]:
    """The text behind `start`, its later lines below its first."""
    return wrap(
        for_line(text),
        max(width, len(start) + 24),
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
