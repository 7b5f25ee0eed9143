"""When each planned message goes out at the earliest: for the report and `status`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby

from msgspec.structs import replace

from share_bridge.config.model import Config, TargetConfig
from share_bridge.dispatch.report.report import MessageReport
from share_bridge.dispatch.when.pace import Pace
from share_bridge.dispatch.when.periods import Periods
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.pages import PageRecord
from share_bridge.ledger.records import TargetRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Action

__all__ = ["scheduled"]


def scheduled(
    ledger: Ledger, config: Config, messages: Iterable[MessageReport], *, now: datetime
) -> list[MessageReport]:
    """The same, each planned one with the moment at which it goes out at the earliest.

    Args:
        ledger: What was sent last, and what the services asked for.
        config: The rules.
        messages: By target, those of each in the order in which they go out.
        now: The time.

    """
    known = {target.name: target for target in config.targets}
    pages = {page.post: page for page in ledger.pages.open() if not page.live}
    found: list[MessageReport] = []
    for name, queue in groupby(messages, key=lambda message: message.target):
        record = ledger.targets.known(name)
        if name in known and record is not None and not record.stopped:
            found += _scheduled(ledger, known[name], record, queue, pages, now=now)
        else:
            found += queue
    return found


def _scheduled(
    ledger: Ledger,
    target: TargetConfig,
    record: TargetRecord,
    queue: Iterable[MessageReport],
    pages: Mapping[str, PageRecord],
    *,
    now: datetime,
) -> Iterator[MessageReport]:
    pace, periods = Pace.of(target), Periods.of(target)
    last = ledger.targets.last_sent(record.id) if pace.interval else None
    earliest = max(now, record.paused_until or now)
    ready = 0
    for message in queue:
        if message.due is not None:  # what is behind it waits for it
            earliest = max(earliest, message.due)
        if message.state is not State.PLANNED or message.action is Action.DELETE:
            yield message
            continue
        if periods is not None and message.collected is not None:
            yield _collecting(message, periods, message.collected, now=now)
            continue
        new = message.action is Action.CREATE
        page = pages.get(message.post) if new else None
        if page is not None and page.due is not None:
            earliest = max(earliest, page.due)
        slot = pace.next(earliest, last if new else None)
        earliest = slot.at
        last = slot.at if new else last
        reason = slot.reason if page is None else f"waits for its page: {page.reason}"
        turn = 1
        if slot.at <= now:
            turn, ready = ready // target.max_per_run + 1, ready + 1
        if turn > 1:
            reason = reason or f"in {turn} runs (max_per_run)"
        yield replace(
            message,
            due=slot.at.astimezone(pace.zone) if slot.at > now else None,
            reason=message.reason or reason or None,
            turn=turn,
        )


def _collecting(
    message: MessageReport, periods: Periods, since: datetime, *, now: datetime
) -> MessageReport:
    """One that goes with a digest: when its period is over."""
    end = periods.next(since)
    return replace(
        message,
        due=end.astimezone(periods.zone) if end > now else None,
        reason=message.reason or "goes with the digest",
    )
