"""Who a target is over there: asked when its settings changed, else once a day."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from share_bridge.dispatch.questions import BLOCKING, about_target
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.errors import PluginError, PublishError, TargetBlockedError
from share_bridge.ledger.records import TargetRecord
from share_bridge.model.question import Kind
from share_bridge.model.receipt import Account

__all__ = ["Identified", "block", "check", "identify", "is_healthy"]

_DAY = timedelta(days=1)


class Identified(Struct, frozen=True):
    """Whether the target may be sent to.

    Attributes:
        ready: It may.
        reason: Why not, where it is worth another try later.

    """

    ready: bool
    reason: str = ""


async def identify(runtime: Runtime, opened: OpenedTarget) -> Identified:
    """Make sure that the target is the account it was, and know its limits."""
    opened.refresh(_named(runtime, opened))
    if not _is_due(runtime, opened):
        return Identified(ready=not _stays_blocked(runtime, opened.record))
    try:
        account = await check(opened)
    except TargetBlockedError as error:
        block(runtime, opened.record, Kind.TARGET_BLOCKED, detail=str(error))
        runtime.ledger.targets.note_check(
            opened.record.id, settings_hash=opened.settings_hash, now=runtime.now()
        )
        return Identified(ready=False)
    except PublishError as error:
        bound = opened.record.account is not None
        same = opened.record.settings_hash == opened.settings_hash
        if not same:  # what blocked it was mended: now it only waits for an answer
            runtime.ledger.holds.release(opened.record.id, [Kind.TARGET_BLOCKED])
        return Identified(ready=bound and same, reason=str(error))
    if not _bind(runtime, opened, account):
        return Identified(ready=False)
    await _discover(runtime, opened)
    return Identified(ready=True)


async def is_healthy(opened: OpenedTarget) -> bool:
    """Whether the target itself works, whatever happens to one post."""
    try:
        await check(opened)
    except PublishError:
        return False
    return True


def block(runtime: Runtime, record: TargetRecord, kind: Kind, *, detail: str) -> None:
    """Hold all of a target, and ask its owner."""
    ledger = runtime.ledger
    login = kind is Kind.TARGET_BLOCKED and _has_login(runtime, record.publisher)
    question = about_target(kind, target=record.name, detail=detail, login=login)
    with ledger.transaction():
        held_by = ledger.ask(question, now=runtime.now())
        ledger.holds.hold_target(record.id, question=held_by, reason=detail)


def _has_login(runtime: Runtime, publisher: str) -> bool:
    try:
        return runtime.publishers.publisher(publisher).capabilities.login
    except PluginError:
        return False


def _stays_blocked(runtime: Runtime, record: TargetRecord) -> bool:
    """Nothing was mended since it was blocked: what came since is held as well."""
    for kind in BLOCKING:
        question = about_target(kind, target=record.name)
        if runtime.ledger.is_asked(question.id):
            reason = runtime.ledger.reason(question.id)
            runtime.ledger.holds.hold_target(
                record.id, question=question.id, reason=reason
            )
            return True
    return False


def _is_due(runtime: Runtime, opened: OpenedTarget) -> bool:
    record = opened.record
    return (
        record.account is None
        or record.checked is None
        or record.settings_hash != opened.settings_hash
        or runtime.now() - record.checked > _DAY
    )


async def check(opened: OpenedTarget) -> Account:
    """Who the target is over there, asked now.

    Raises:
        PublishError: Whatever went wrong, in its type.

    """
    return await opened.call(lambda: opened.publisher.check(opened.context()))


def _bind(runtime: Runtime, opened: OpenedTarget, account: Account) -> bool:
    """Bind the target to its account; False where that is another than before."""
    targets, record = runtime.ledger.targets, _named(runtime, opened)
    known = targets.bound_to(record.publisher, account)
    other = record.account is not None and (known is None or known.id != record.id)
    if other and not record.confirmed:
        detail = f"{record.account_name or record.account} before, now {account.name}"
        block(runtime, record, Kind.OTHER_ACCOUNT, detail=detail)
        targets.note_check(
            record.id, settings_hash=opened.settings_hash, now=runtime.now()
        )
        return False
    configured = {target.name for target in runtime.config.targets}
    if known is not None and known.id != record.id and known.name in configured:
        if other:  # the owner means it: the two have swapped their accounts
            _swap(runtime, record, known)
            opened.refresh(_named(runtime, opened))
            return False
        detail = f"it is the same account as targets.{known.name}"
        block(runtime, record, Kind.TARGET_BLOCKED, detail=detail)
        return False
    with runtime.ledger.transaction():
        if other:
            targets.retire(record)
            record = targets.succeed(record)
        targets.bind(
            record, account, settings_hash=opened.settings_hash, now=runtime.now()
        )
        opened.refresh(_named(runtime, opened))
        runtime.ledger.holds.release(opened.record.id, BLOCKING)
    return True


def _swap(runtime: Runtime, record: TargetRecord, known: TargetRecord) -> None:
    """Each takes the other one's name; both are asked who they are before they send."""
    ledger = runtime.ledger
    with ledger.transaction():
        for target in (record, known):
            ledger.holds.release(target.id, BLOCKING)
        ledger.targets.swap(record, known)


def _named(runtime: Runtime, opened: OpenedTarget) -> TargetRecord:
    """What the ledger knows under its name; another lane may have found out more."""
    config = opened.config
    return runtime.ledger.targets.named(config.name, config.publisher)


async def _discover(runtime: Runtime, opened: OpenedTarget) -> None:
    """Ask the server for its limits; without an answer the known ones hold."""
    if not opened.publisher.capabilities.discover:
        return
    context = opened.context()
    try:
        capabilities = await opened.call(lambda: opened.publisher.discover(context))
    except PublishError as error:
        context.log.warning("its limits could not be asked for: %s", error)
        return
    runtime.ledger.targets.save_capabilities(
        opened.record.id, capabilities, now=runtime.now()
    )
    opened.refresh(_named(runtime, opened))
