"""What a run came to, in lines that a tired person can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from share_bridge.model.delivery import State
from share_bridge.model.message import Action
from share_bridge.text.escape import for_line, for_terminal

if TYPE_CHECKING:
    from share_bridge.dispatch.report.report import MessageReport, Report, SourceReport
    from share_bridge.model.question import Question

__all__ = [
    "dry_lines",
    "message_line",
    "message_word",
    "place",
    "question_lines",
    "recipients_told",
    "report_lines",
    "source_problems",
    "summary",
    "when",
]

_WORDS = {
    State.SENDING: "waits",
    State.WAITING: "waits",
    State.PENDING: "accepted",
    State.HELD: "held",
    State.REJECTED: "refused",
    State.PLANNED: "planned",
    State.DELIVERED: "sent",
    State.SKIPPED: "skipped",
}
_CHANGED = {Action.UPDATE: "edited", Action.DELETE: "removed"}
#: Each word as it is put after a number, in this order.
_SUMMED = {
    "sent": "sent",
    "edited": "edited",
    "removed": "removed",
    "accepted": "accepted",
    "planned": "planned",
    "waits": "waiting",
    "held": "held",
    "refused": "refused",
    "skipped": "skipped",
}


def report_lines(report: Report) -> Iterator[str]:
    """The whole report: what went where, what waits, what is asked, what failed."""
    width = max((len(message.target) for message in report.deliveries), default=0)
    blocked = {it.target: it.reason for it in report.targets if it.state == "blocked"}
    for message in report.deliveries:
        asked_below = message.reason and message.reason == blocked.get(message.target)
        told = replace(message, reason=None) if asked_below else message
        yield message_line(told, width)
    for question in report.questions:
        yield from question_lines(question)
    yield summary(report)


def dry_lines(report: Report) -> Iterator[str]:
    """Every message as it would leave, exactly."""
    for message in report.deliveries:
        head = f"── {message.target} · {message_word(message)} · {message.title}"
        yield for_line(head)
        if message.reason:
            yield f"   ({for_line(message.reason)})"
        if message.text:
            yield for_terminal(message.text)
        yield from _pictures(message)
        yield ""
    yield summary(report)


def _pictures(message: MessageReport) -> Iterator[str]:
    """Those that would be sent along, by what they are said to show."""
    for image in message.images:
        shown = image.alt or f"{image.path or image.url}, without a description"
        yield f"   + picture: {for_line(shown)}"
    if left := message.images_left_out:
        yield f"   - left out: {left} of {left + len(message.images)} pictures"


def message_line(message: MessageReport, width: int = 0) -> str:
    """One message: state, target, title, and where it stands or why it does not."""
    line = for_line(message.title) or for_line(message.post_url) or "(no title)"
    line += recipients_told(message.recipients)
    if message.state is State.DELIVERED and message.url:
        line += f" → {for_line(place(message.url))}"
    elif message.reason and message.state is not State.DELIVERED:
        line += f" — {for_line(message.reason)}"
    if message.due is not None and message.state is State.WAITING:
        line += f"; next try {when(message.due)}"
    elif message.due is not None and message.state is State.PLANNED:
        line += f"; goes out {when(message.due)}"
    return f"{message_word(message):8} {message.target:{width}}  {line}"


def question_lines(question: Question, width: int | None = None) -> Iterator[str]:
    """The question, and the commands that answer it.

    Args:
        question: Which one.
        width: Where its text is wrapped; commands never are. None: nowhere.

    """
    yield ""
    text = for_line(question.text)
    lines = [text] if width is None else wrap(text, max(width - 3, 24))
    yield f"?  {lines[0]}"
    yield from (f"   {line}" for line in lines[1:])
    for answer in question.answers:
        yield f"     {for_line(answer)}"


def source_problems(sources: Iterable[SourceReport]) -> Iterator[str]:
    """A line for each source that could not be read."""
    for source in sources:
        if source.error:
            yield for_line(source.error)


def summary(report: Report) -> str:
    """One line: what was read and what became of it."""
    counts = Counter(message_word(message) for message in report.deliveries)
    parts = [f"{counts[it]} {word}" for it, word in _SUMMED.items() if counts[it]]
    failed = sum(source.state == "failed" for source in report.sources)
    if failed:
        total = len(report.sources)
        parts.append(f"{failed} of {total} sources could not be read")
    if parts:
        text = f"{', '.join(parts)}."
    elif report.dry_run:
        text = "Nothing would be sent: everything was sent before."
    else:
        text = "Nothing to send: everything was sent before."
    return f"{text} Dry run: nothing was sent." if report.dry_run and parts else text


def when(moment: datetime) -> str:
    """A time to the minute: in a target's own zone, else in that of this machine."""
    if moment.tzinfo is not UTC:
        return f"{moment:%Y-%m-%d %H:%M %Z}"
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def message_word(message: MessageReport) -> str:
    """What became of it, in one word."""
    if message.shown is State.DELIVERED:
        return _CHANGED.get(message.action, _WORDS[message.shown])
    return _WORDS[message.shown]


def place(url: str) -> str:
    """Where something stands: the path of a file nearby, else its URL."""
    if not url.startswith("file:"):
        return url
    path, here = Path(unquote(urlsplit(url).path)), Path.cwd()
    # relative to the root, an absolute path would look like one that it is not
    near = path.is_relative_to(here) and here != here.parent
    return str(path.relative_to(here)) if near else url


def recipients_told(counts: Mapping[str, int]) -> str:
    """How many have it: `198 of 200, 2 refused`; nothing where there is but one."""
    people = sum(counts.values()) - counts.get(State.SKIPPED.value, 0)
    if people <= 1:
        return ""
    parts = [f"{counts.get(State.DELIVERED.value, 0)} of {people}"]
    parts += [
        f"{counts[state.value]} {word}"
        for state, word in ((State.HELD, "held"), (State.REJECTED, "refused"))
        if state.value in counts
    ]
    return f"  ({', '.join(parts)})"
