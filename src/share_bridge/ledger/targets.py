"""Targets: who they are over there, what they can, and what plugins keep for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from share_bridge.ledger.database import Database, Row
from share_bridge.ledger.documents import TargetDocuments
from share_bridge.ledger.ids import (
    WAS,
    bound_id,
    delivery_id,
    message_id,
    provisional_id,
    retired_name,
)
from share_bridge.ledger.notices import Notices
from share_bridge.ledger.readdress import readdress, readdress_retired
from share_bridge.ledger.records import TargetRecord, moment, seconds
from share_bridge.model.capabilities import Capabilities
from share_bridge.model.message import Action
from share_bridge.model.receipt import Account

__all__ = ["TargetDocuments", "Targets"]


class Targets:
    """All targets that were ever configured."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def named(self, name: str, publisher: str) -> TargetRecord:
        """The target of that name; a provisional one when it is new.

        A name that meant another publisher before is a new target: the old one
        keeps its history under a name nobody can configure.
        """
        row = self._database.one("target_by_name", name=name)
        if row is not None and row["publisher"] != publisher:
            self.retire(TargetRecord.of(row))
            row = None
        if row is None:
            known = provisional_id(publisher, name)
            if not self._database.run("rename_target", id=known, name=name):
                self._add(known, name, publisher)
            row = self._database.one("target_by_name", name=name)
        return TargetRecord.of(row)  # type: ignore[arg-type]  # it was just added

    def known(self, name: str) -> TargetRecord | None:
        """The target of that name, or None."""
        row = self._database.one("target_by_name", name=name)
        return None if row is None else TargetRecord.of(row)

    def all(self) -> list[TargetRecord]:
        """Every target, by name."""
        return [TargetRecord.of(row) for row in self._database.all("targets")]

    def bound_to(self, publisher: str, account: Account) -> TargetRecord | None:
        """The target that is this account, or None."""
        row = self._database.one(
            "target_by_account",
            publisher=publisher,
            server=account.server,
            account=account.id,
        )
        return None if row is None else TargetRecord.of(row)

    def bind(
        self,
        target: TargetRecord,
        account: Account,
        *,
        settings_hash: str,
        now: datetime,
    ) -> None:
        """Write down that the target is this account, seen just now.

        What was planned for it goes over to the account's own id, or to the target
        that is this account already, under another name.
        """
        with self._database.transaction():
            bound = self.bound_to(target.publisher, account)
            if bound is None:
                known = bound_id(target.publisher, account.server, account.id)
                self._add(known, retired_name(target.name, known), target.publisher)
            self._database.run(
                "bind_target",
                id=known if bound is None else bound.id,
                server=account.server,
                account=account.id,
                account_name=account.name,
                application=account.application,
                settings_hash=settings_hash,
                now=now.timestamp(),
                expires_at=seconds(account.expires),
            )
            bound = self.bound_to(target.publisher, account)
            if bound is not None and bound.id != target.id:
                self._merge(target, bound, name=target.name)

    def note_check(self, target: str, *, settings_hash: str, now: datetime) -> None:
        """These settings were tried just now, and did not lead to the account."""
        self._database.run(
            "note_check", id=target, settings_hash=settings_hash, now=now.timestamp()
        )

    def retire(self, target: TargetRecord) -> None:
        """Free the name; the history stays, under a name nobody can configure."""
        name = retired_name(target.name, target.id)
        with self._database.transaction():
            self._database.run("rename_target", id=target.id, name=name)
            readdress_retired(self._database, target.id, name=name)

    def swap(self, one: TargetRecord, other: TargetRecord) -> None:
        """Each has the other one's name from now on, and is looked at anew."""
        with self._database.transaction():
            aside = retired_name(one.name, one.id)
            self._database.run("rename_target", id=one.id, name=aside)
            self._database.run("rename_target", id=other.id, name=one.name)
            self._database.run("rename_target", id=one.id, name=other.name)
            for target, name in ((one, other.name), (other, one.name)):
                readdress(self._database, target.id, name=name)
                self._database.run("mean_account", id=target.id)

    def succeed(self, retired: TargetRecord) -> TargetRecord:
        """A new target for the name; what was never tried at the old one is its own."""
        heir = self.named(retired.name, retired.publisher)
        for message in self._database.all("untried_messages", target=retired.id):
            self._move(message, to=heir.id)
        self._database.run("forget_planned", target=retired.id)
        return heir

    def unite(self) -> None:
        """Two histories became one: each target has one name, and is asked about by it.

        What one history planned under a name is the account's of the other one.
        """
        for target in self.all():
            name, was, _ = target.name.partition(WAS)
            holder = self.known(name) if was and target.account is None else None
            if (
                holder is not None
                and holder.publisher == target.publisher
                and holder.account is not None
            ):
                self._merge(target, holder, name=name)
        for target in self.all():
            if WAS in target.name:  # merging said so; from now on it is written down
                self._database.run("rename_target", id=target.id, name=target.name)
                readdress_retired(self._database, target.id, name=target.name)
            else:
                readdress(self._database, target.id, name=target.name)

    def _merge(
        self, provisional: TargetRecord, bound: TargetRecord, *, name: str
    ) -> None:
        """What was planned under a name is the account's, unless it has it already."""
        mine, its = provisional.id, bound.id
        rows = self._database.all("tried_messages", provisional=mine, bound=its)
        tried = {row["id"] for row in rows}
        there = {_about(row): row["id"] for row in self._messages(its)}
        for message in self._messages(mine):
            double = there.get(_about(message))
            if double is not None and (double in tried or message["id"] not in tried):
                self._drop(message["id"])
                continue
            if double is not None:
                self._drop(double)
            self._move(message, to=its)
        self._database.run("forget_planned", target=mine)
        for query in ("move_subscriptions", "move_documents"):
            self._database.run(query, provisional=mine, bound=its)
        for what in ("subscriptions", "documents", "hosts", "target"):
            self._database.run(f"drop_{what}", provisional=mine)
        self._database.run("rename_target", id=its, name=name)
        readdress(self._database, its, name=name)

    def _messages(self, target: str) -> list[Row]:
        return self._database.all("messages_at", target=target)

    def _drop(self, message: str) -> None:
        for query in ("drop_attempts_in", "drop_deliveries_in", "drop_message"):
            self._database.run(query, id=message)

    def _move(self, message: Row, *, to: str) -> None:
        """A message at another target has another id, and so have its deliveries."""
        old, action = message["id"], Action(message["action"])
        new = message_id(to, message["post"], action, message["number"])
        self._database.copy_row("message", old, id=new, target=to)
        for row in self._database.all("deliveries_in", message=old):
            known = delivery_id(new, row["recipient"])
            self._database.copy_row("delivery", row["id"], id=known, message=new)
            self._database.run("move_attempts", old=row["id"], new=known)
            self._database.run("drop_delivery", id=row["id"])
        self._database.run("drop_message", id=old)

    def _add(self, target: str, name: str, publisher: str) -> None:
        self._database.run("add_target", id=target, name=name, publisher=publisher)

    def save_capabilities(
        self, target: str, capabilities: Capabilities, *, now: datetime
    ) -> None:
        """Remember what the server said it can."""
        self._database.run(
            "save_capabilities",
            id=target,
            capabilities=json.dumps(capabilities.to_json()),
            now=now.timestamp(),
        )

    def mark_adopted(self, target: str, *, now: datetime) -> None:
        """What stood over there before the first create is known now."""
        self._database.run("mark_adopted", id=target, now=now.timestamp())

    def pause(self, target: str, *, until: datetime | None, reason: str = "") -> None:
        """Send nothing before `until`."""
        self._database.run(
            "pause_target", id=target, until=seconds(until), reason=reason
        )

    def stop(self, target: str, *, stopped: bool) -> None:
        """Its owner lets nothing go to it, or lets it go on."""
        self._database.run("stop_target", id=target, stopped=int(stopped))

    def last_sent(self, target: str, *, besides: str = "") -> datetime | None:
        """When a post last left for a target that has it now, or may have it.

        Args:
            target: Its id.
            besides: A message that does not count.

        """
        row = self._database.one("last_sent", target=target, besides=besides)
        return moment(None if row is None else row["started_at"])

    def recheck(self, target: str) -> None:
        """Ask who we are before the next delivery."""
        self._database.run("recheck_target", id=target)

    def confirm(self, target: str) -> None:
        """The owner means whatever account the settings lead to now."""
        self._database.run("confirm_target", id=target)

    def subscribed(self, source: str, *, target: str) -> bool:
        """Whether this source's posts were planned for the target before."""
        row = self._database.one("subscription", source=source, target=target)
        return row is not None

    def subscribe(self, source: str, *, target: str, now: datetime) -> None:
        """What comes in this source from now on is new to the target."""
        self._database.run(
            "subscribe", source=source, target=target, now=now.timestamp()
        )

    def documents(
        self, target: str, *, noticed: Callable[[], None] = lambda: None
    ) -> TargetDocuments:
        """What a plugin keeps for this target; `noticed` is told of new notices."""
        return TargetDocuments(self._database, target, noticed=noticed)

    def notices(self, target: str) -> Notices:
        """What a plugin wants to be told to others."""
        return Notices(self.documents(target))


def _about(message: Row) -> tuple[str, str, int]:
    return (message["post"], message["action"], message["number"])
