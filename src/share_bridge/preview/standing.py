"""What became of each post at each target, as the ledger of this run has it."""

from __future__ import annotations

from datetime import UTC, datetime

from share_bridge.dispatch.plan.filters import is_wanted
from share_bridge.dispatch.report.report import MessageReport, messages_of
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.when.schedule import scheduled
from share_bridge.model.delivery import State
from share_bridge.model.message import Action
from share_bridge.model.post import Post
from share_bridge.preview.cards import Standing

__all__ = ["Reports", "reports", "standing"]

_ALL = 2**31 - 1
_WORDS = {
    State.PLANNED: "to be sent",
    State.SENDING: "waits",
    State.WAITING: "waits",
    State.PENDING: "accepted",
    State.HELD: "held",
    State.REJECTED: "refused",
    State.DELIVERED: "sent",
    State.SKIPPED: "not sent",
}
_AHEAD = {Action.UPDATE: "edit to be sent", Action.DELETE: "to be taken back"}
_DONE = {Action.UPDATE: "sent and edited", Action.DELETE: "taken back"}

#: By target and short id of the post: the last message there.
Reports = dict[tuple[str, str], MessageReport]


def reports(runtime: Runtime) -> Reports:
    """The last message of every post at every target; what is open wins."""
    ledger = runtime.ledger
    waiting = messages_of(ledger.deliveries.report())
    if not runtime.paused:
        waiting = scheduled(ledger, runtime.config, waiting, now=runtime.now())
    every = [
        *messages_of(ledger.filtered.skipped(_ALL)),
        *messages_of(ledger.deliveries.history(_ALL)),
        *waiting,
    ]
    return {(message.target, message.post): message for message in every}


def standing(report: MessageReport | None, post: Post, target: str) -> Standing:
    """In words, for one card."""
    if report is None:
        return Standing(word="not sent", reason=_why_not(post, target))
    state, reason = report.shown, report.reason or ""
    word = _WORDS[state]
    if state is State.PLANNED:
        word = _AHEAD.get(report.action, word)
    elif state is State.DELIVERED:
        word, reason = _DONE.get(report.action, word), ""
    if report.due is not None and state in {State.PLANNED, State.WAITING}:
        when = _when(report.due)
        reason = f"{when}: {reason}" if reason else when
    url = report.url or ""
    return Standing(word=word, state=state, reason=reason, url=url)


def _why_not(post: Post, target: str) -> str:
    if post.skip_reason:
        return post.skip_reason
    if post.override.skip:
        return "the post says so (share: skip)"
    if not is_wanted(post, target):
        return "the post names other targets (share: targets)"
    return "nothing is planned"


def _when(moment: datetime) -> str:
    if moment.tzinfo is UTC:
        moment = moment.astimezone()
    return f"not before {moment:%Y-%m-%d %H:%M}"
