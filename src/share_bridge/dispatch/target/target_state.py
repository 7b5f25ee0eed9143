"""How a target is: in order, paused, blocked, or with a token that ends soon."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from share_bridge.config.model import TargetConfig
from share_bridge.dispatch.questions import BLOCKING, about_target
from share_bridge.dispatch.report.report import TargetReport
from share_bridge.dispatch.runtime import Publishers
from share_bridge.dispatch.when.timetable import stopped_by
from share_bridge.errors import PluginError
from share_bridge.ledger.ledger import Ledger

__all__ = ["target_report"]


def target_report(
    ledger: Ledger,
    publishers: Publishers,
    target: TargetConfig,
    *,
    now: datetime,
    paused: bool = False,
) -> TargetReport:
    """As the ledger knows it, and the owner who may know when its token ends.

    Args:
        ledger: What is known of it.
        publishers: Asked for its publisher only where its token ends soon.
        target: Which one.
        now: The time.
        paused: The owner lets nothing be sent.

    """
    record = ledger.targets.known(target.name)
    expires = target.expires or (None if record is None else record.expires)
    report = TargetReport(
        target=target.name, publisher=target.publisher, expires=expires
    )
    if record is not None:
        failing, dead = ledger.hosts.in_trouble(record.id)
        report = replace(report, failing=failing, dead=dead)
    if stopped := stopped_by(record, paused=paused):
        return replace(report, state="paused", reason=stopped, stopped=True)
    for kind in BLOCKING:
        question = about_target(kind, target=target.name).id
        if ledger.is_asked(question):
            return replace(report, state="blocked", reason=ledger.reason(question))
    if record is not None and record.paused_until and record.paused_until > now:
        return replace(report, state="paused", reason=record.pause_reason)
    if reason := _ending(publishers, target, expires, now):
        return replace(report, state="expiring", reason=reason)
    return report


def _ending(
    publishers: Publishers,
    target: TargetConfig,
    expires: datetime | None,
    now: datetime,
) -> str:
    if expires is None:
        return ""
    from share_bridge.dispatch.target.expiry import (  # noqa: PLC0415 - few are known to end
        ending,
        renewal,
    )

    text = ending(expires, now)
    if not text:
        return ""
    try:
        advice = renewal(target, publishers.publisher(target.publisher))
    except PluginError:
        return text
    return f"{text}: {advice}" if advice else text
