"""Asks one target who it is, what it takes and what time it is there; posts nothing."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from share_bridge.cli.explain import capability_rows
from share_bridge.cli.findings import Area, Finding, Grade
from share_bridge.config.model import TargetConfig
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.target.expiry import ending, renewal
from share_bridge.dispatch.target.identity import check
from share_bridge.dispatch.target.opened import OpenedTarget, open_target
from share_bridge.dispatch.target.wire import Trace
from share_bridge.errors import (
    ConfigurationError,
    PluginError,
    PublishError,
    TargetBlockedError,
)
from share_bridge.model.receipt import Account

if TYPE_CHECKING:
    import httpx

__all__ = ["examine_target"]

#: Signatures and waiting times go wrong with a clock that is off by more.
_OFF = timedelta(seconds=60)
#: Dead servers that are told of by name.
_NAMED = 3
_ROWS = ("length of a text", "images")


async def examine_target(runtime: Runtime, target: TargetConfig) -> list[Finding]:
    """Whether it could be sent to now, and what is worth knowing of it."""
    record = runtime.ledger.targets.named(target.name, target.publisher)
    try:
        opened = open_target(runtime, target, record)
    except ConfigurationError as error:
        return [
            Finding(Area.CONFIGURATION, "", Grade.PROBLEM, line)
            for line in str(error).splitlines()
        ]
    except (PluginError, TargetBlockedError) as error:
        return [Finding(Area.TARGET, target.name, Grade.PROBLEM, str(error))]
    try:
        return await _Examination(runtime, opened).run()
    finally:
        await opened.close()


class _Examination:
    def __init__(self, runtime: Runtime, opened: OpenedTarget) -> None:
        self._runtime = runtime
        self._opened = opened
        self._name = opened.config.name
        self._found: list[Finding] = []
        self._off: timedelta | None = None

    async def run(self) -> list[Finding]:
        """Everything, in the order in which people want to know it."""
        if not self._opened.capabilities.local:
            hooks = self._opened.wire.client.event_hooks
            hooks["response"].append(self._note_time)
        try:
            account = await check(self._opened)
        except PublishError as error:
            fix = self._renew() if isinstance(error, TargetBlockedError) else ""
            self._add(Grade.PROBLEM, str(error), fix or "try again later")
            self._tell_secrets()
        else:
            self._tell_account(account)
            self._tell_secrets()
            self._tell_end(account)
            await self._tell_limits()
        await self._tell_remarks()
        self._tell_pause()
        self._tell_hosts()
        self._tell_clock()
        return self._found

    def _add(self, grade: Grade, text: str, fix: str = "") -> None:
        self._found.append(Finding(Area.TARGET, self._name, grade, text, fix))

    def _tell_account(self, account: Account) -> None:
        record = self._opened.record
        name = account.name or account.id or "ready"
        scopes = f"; it may {' '.join(account.scopes)}" if account.scopes else ""
        if record.account is None or record.account == account.id:
            self._add(Grade.OK, f"{name}{scopes}")
            return
        self._add(
            Grade.PROBLEM,
            f"{name}, but before it was {record.account_name or record.account}",
            f"put the old settings back, give {name} a table of its own, or, if it is "
            f"meant: share-bridge ledger retry --target {self._name}",
        )

    def _tell_secrets(self) -> None:
        for key, place in self._opened.secrets.places.items():
            self._add(Grade.OK, f"{key} comes from {place}")
        for warning in self._opened.secrets.warnings:
            _, _, text = warning.partition(": ")
            what, _, fix = text.partition(": ")
            self._add(Grade.WARNING, what, fix)

    def _tell_end(self, account: Account) -> None:
        ends = self._opened.config.expires or account.expires
        if ends is None:
            return
        now = self._runtime.now()
        if text := ending(ends, now):
            grade = Grade.PROBLEM if ends <= now else Grade.WARNING
            self._add(grade, text, self._renew())
        else:
            self._add(Grade.OK, f"its token ends on {ends:%Y-%m-%d}")

    async def _tell_limits(self) -> None:
        capabilities = self._opened.capabilities
        declared = self._opened.publisher.capabilities
        said = "as documented"
        if capabilities.discover:
            trace = Trace()
            try:
                capabilities = await self._opened.call(
                    lambda: self._opened.publisher.discover(self._opened.context()),
                    trace=trace,
                )
                if trace.used or capabilities != declared:
                    said = "as the server says"
            except PublishError as error:
                self._add(
                    Grade.WARNING,
                    f"its limits could not be asked for: {error}",
                    "the limits known so far hold; try again later",
                )
        rows = dict(capability_rows(capabilities))
        words = "; ".join(f"{row}: {rows[row]}" for row in _ROWS)
        self._add(Grade.OK, f"{words} ({said})")

    async def _tell_remarks(self) -> None:
        """What the publisher itself knows to be odd."""

        async def tell() -> None:
            for remark in await self._opened.publisher.examine(self._opened.context()):
                self._add(remark.grade, remark.text, remark.fix)

        try:
            await self._opened.call(tell)
        except PublishError as error:
            self._add(Grade.WARNING, f"it could not be examined further: {error}")

    def _tell_pause(self) -> None:
        record = self._opened.record
        if record.paused_until and record.paused_until > self._runtime.now():
            until = f"{record.paused_until.astimezone():%Y-%m-%d %H:%M}"
            self._add(Grade.WARNING, f"paused until {until}: {record.pause_reason}")

    def _tell_hosts(self) -> None:
        """Servers of its recipients that nothing is sent to any more."""
        known = self._runtime.ledger.hosts.of(self._opened.record.id)
        dead = [host for host in known if host.is_dead]
        if not dead:
            return
        named = "; ".join(host.obituary for host in dead[:_NAMED])
        more = f"; and {len(dead) - _NAMED} more" if len(dead) > _NAMED else ""
        self._add(
            Grade.WARNING,
            f"no post goes to servers that are dead: {named}{more}",
            "nothing to do: each is tried once a week, and gets posts again once it "
            "takes one, or something comes from it; to try them with the next post: "
            f"share-bridge ledger retry --target {self._name}",
        )

    def _tell_clock(self) -> None:
        if self._off is None:
            return
        seconds = round(abs(self._off).total_seconds())
        if abs(self._off) <= _OFF:
            self._add(Grade.OK, "its clock and ours agree")
            return
        word = "behind" if self._off > timedelta(0) else "ahead of"
        self._add(
            Grade.WARNING,
            f"the clock of this machine is {seconds} seconds {word} the server's",
            "set the clock of this machine, by NTP",
        )

    async def _note_time(self, response: httpx.Response) -> None:
        """How far the server's clock is ahead; an answer from a cache is old."""
        if "age" in response.headers:
            return
        with suppress(ValueError, TypeError):
            date = parsedate_to_datetime(response.headers.get("date", ""))
            off = date.astimezone(UTC) - datetime.now(UTC)
            if self._off is None or abs(off) < abs(self._off):
                self._off = off

    def _renew(self) -> str:
        """How one comes to new credentials."""
        return renewal(self._opened.config, type(self._opened.publisher))
