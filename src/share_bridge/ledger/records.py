"""What the ledger hands out: one frozen value for each kind of row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self

from msgspec import Struct

from share_bridge.ledger.database import Row
from share_bridge.model.delivery import State
from share_bridge.model.message import Action, Message
from share_bridge.model.post import Post
from share_bridge.model.receipt import Receipt, RemotePost

__all__ = [
    "DeliveryRecord",
    "Entry",
    "PostRecord",
    "SourceRecord",
    "TargetRecord",
    "moment",
    "seconds",
]


def moment(value: float | None) -> datetime | None:
    """Seconds since 1970 as an aware time."""
    return None if value is None else datetime.fromtimestamp(value, UTC)


def seconds(value: datetime | None) -> float | None:
    """An aware time as seconds since 1970."""
    return None if value is None else value.timestamp()


class SourceRecord(Struct, frozen=True):
    """What the last reading of a source left."""

    name: str
    validators: Mapping[str, Any]
    state: str

    @classmethod
    def of(cls, row: Row) -> Self:
        """From its row."""
        return cls(row["name"], json.loads(row["validators"]), row["state"])


class PostRecord(Struct, frozen=True):
    """A post as it was last read, and how often it changed.

    Attributes:
        id: Its short id.
        source: The source that owns its words.
        fresh: The very text of its document, to tell a change by.
        revision: 1 at first, one more with every change.
        ordered_at: When it was published, seconds since 1970; 0 when undated.
        gone: Why it is not to be seen any more, or empty.

    """

    id: str
    source: str
    fresh: str
    revision: int
    ordered_at: float
    gone: str = ""

    @property
    def post(self) -> Post:
        """The post itself."""
        return Post.from_json(json.loads(self.fresh))

    @classmethod
    def of(cls, row: Row) -> Self:
        """From its row."""
        return cls(
            row["id"],
            row["source"],
            row["document"],
            row["revision"],
            row["ordered_at"],
            row["gone"],
        )


class TargetRecord(Struct, frozen=True, kw_only=True):
    """A target: the name it has now, and the account it is bound to.

    Attributes:
        id: Its key in the ledger; survives a renaming.
        server, account: None until the first check succeeded.
        application: How the service names what posts for us, or empty.
        capabilities: What `discover` said, as JSON, or None.
        paused_until: The service asked for a rest until then.
        confirmed: The owner said that another account is meant.
        stopped: The owner lets nothing go to it (`share-bridge pause`).

    """

    id: str
    name: str
    publisher: str
    server: str | None
    account: str | None
    account_name: str
    application: str
    settings_hash: str
    checked: datetime | None
    expires: datetime | None
    capabilities: Mapping[str, Any] | None
    discovered: datetime | None
    adopted: bool
    paused_until: datetime | None
    pause_reason: str
    confirmed: bool
    stopped: bool

    @property
    def identity(self) -> str:
        """What idempotency keys are made of; the same on every machine."""
        return f"{self.publisher}|{self.server}|{self.account}"

    @classmethod
    def of(cls, row: Row) -> Self:
        """From its row."""
        known = row["capabilities"]
        return cls(
            id=row["id"],
            name=row["name"],
            publisher=row["publisher"],
            server=row["server"],
            account=row["account"],
            account_name=row["account_name"],
            application=row["application"],
            settings_hash=row["settings_hash"],
            checked=moment(row["checked_at"]),
            expires=moment(row["expires_at"]),
            capabilities=None if known is None else json.loads(known),
            discovered=moment(row["discovered_at"]),
            adopted=row["adopted_at"] is not None,
            paused_until=moment(row["paused_until"]),
            pause_reason=row["pause_reason"],
            confirmed=bool(row["confirmed"]),
            stopped=bool(row["stopped"]),
        )


class DeliveryRecord(Struct, frozen=True, kw_only=True):
    """A delivery, with the message it belongs to.

    Attributes:
        unknown: The attempt that began at `started` has no known outcome.
        deadline: When that attempt was over at the latest.
        failures: In a row, typed ones and lost ones.
        failed: When the first of them was.
        generation: Tells its idempotency key from that of one like it before.
        standing: The first parts of its thread, where a run saw them; never stored.

    """

    id: str
    message: str
    target: str
    post: str
    action: Action
    number: int
    generation: int
    recipient: str
    host: str
    state: State
    epoch: int
    due: datetime | None
    attempts: int
    failures: int
    failed: datetime | None
    unknown: bool
    started: datetime | None
    deadline: datetime | None
    reason: str
    receipt: Receipt | None
    progress: Any
    question: str | None
    standing: tuple[RemotePost, ...] = ()

    @classmethod
    def of(cls, row: Row) -> Self:
        """From its row, joined with that of its message."""
        return cls(
            id=row["id"],
            message=row["message"],
            target=row["target"],
            post=row["post"],
            action=Action(row["action"]),
            number=row["number"],
            generation=row["generation"],
            recipient=row["recipient"],
            host=row["host"],
            state=State(row["state"]),
            epoch=row["epoch"],
            due=moment(row["due_at"]),
            attempts=row["attempts"],
            failures=row["failures"],
            failed=moment(row["failed_at"]),
            unknown=bool(row["unknown"]),
            started=moment(row["started_at"]),
            deadline=moment(row["deadline_at"]),
            reason=row["reason"],
            receipt=receipt_of(row),
            progress=None if row["progress"] is None else json.loads(row["progress"]),
            question=row["question"],
        )


class Entry(Struct, frozen=True, kw_only=True):
    """Deliveries of one message in one state, with the names people know.

    Attributes:
        recipients: How many they are.
        unknown: Of one of them nobody knows whether it arrived.
        due, attempts, reason, receipt: The first, the most, and one of theirs.
        touched: This run changed one of them.
        text: What was or is about to be sent, once a message was composed.
        collected: From when on it counts for a digest; None: it goes by itself.

    """

    message: str
    post: str
    url: str
    title: str
    target: str
    publisher: str
    action: Action
    state: State
    recipients: int
    unknown: bool
    due: datetime | None
    attempts: int
    reason: str
    receipt: Receipt | None
    touched: bool
    text: str | None
    collected: datetime | None = None

    @classmethod
    def of(cls, row: Row) -> Self:
        """From a row of `report` or `history`."""
        state = State(row["state"])
        return cls(
            message=row["message"],
            post=row["post"],
            url=row["url"],
            title=row["title"],
            target=row["target"],
            publisher=row["publisher"],
            action=Action(row["action"]),
            state=state,
            recipients=row["recipients"],
            unknown=bool(row["unknown"]),
            due=moment(row["due_at"]),
            attempts=row["attempts"],
            reason=row["reason"],
            receipt=receipt_of(row),
            touched=bool(row["touched"]),
            text=_text_of(row, state),
            collected=moment(row["collected_at"]),
        )


def _text_of(row: Row, state: State) -> str | None:
    """What was sent, or was approved and is about to be."""
    if row["document"] is not None:
        return message_of(row["document"]).text
    if row["approved"] is None or state is State.HELD:
        return None
    return str(json.loads(row["approved"])["message"]["text"])


def receipt_of(row: Row) -> Receipt | None:
    """The receipt of a row, if it has one."""
    text = row["receipt"]
    return None if text is None else Receipt.from_json(json.loads(text))


def message_of(document: str) -> Message:
    """The message that was frozen."""
    return Message.from_json(json.loads(document))
