"""The email publisher at work: called as the core does, read as a mail program does."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from publisher_support import NOON, FakeContext, FakeDocuments, make_message
from share_bridge.plugin import Account, Message, Receipt, Recipient
from share_bridge.testing import LOOPBACK, read_settings
from share_bridge_email.addresses import parse
from share_bridge_email.mail import Addressed, compose
from share_bridge_email.publisher import EmailPublisher
from share_bridge_email.settings import EmailSettings
from share_bridge_email.unsubscribe import way_out
from smtp_support import SmtpServer

__all__ = ["SETTINGS", "Desk", "composed", "part", "read", "settings"]

#: Of a target that writes into a folder.
SETTINGS: dict[str, Any] = {
    "from": "Learning <blog@example.org>",
    "to": ["Ada <ada@example.org>", "grace@example.org"],
    "folder": "out/mail",
}


def settings(**changes: Any) -> EmailSettings:
    """Settings with these changes; None takes a key away."""
    table = {**SETTINGS, **changes}
    given = {key: value for key, value in table.items() if value is not None}
    return read_settings(EmailSettings, given)


def composed(
    message: Message,
    to: str = "Zoë <zoe@example.org>",
    *,
    date: datetime = NOON,
    **more: Any,
) -> bytes:
    """The mail for one reader, as bytes."""
    given = settings(**{"from": '"Learning, out loud" <blog@example.org>', **more})
    reader = parse(to)
    way = way_out(given, reader, f"0f0f0f0f-{'0' * 32}")
    return compose(message, given, Addressed(reader, way, "0" * 32, date))


def read(raw: bytes) -> EmailMessage:
    """The mail, decoded."""
    return email.message_from_bytes(raw, policy=email.policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    """Its `plain` or `html`."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


class Desk:
    """Calls the publisher; what it keeps goes from one call to the next.

    Args:
        root: The configuration's folder.
        smtp: The mail server; None: the folder of `SETTINGS`.
        settings: More keys of the target.

    """

    def __init__(
        self,
        root: Path,
        smtp: SmtpServer | None = None,
        /,
        *,
        ca_file: Path | None = None,
        timeout: float = 5.0,
        target: str = "letter",
        **changes: Any,
    ) -> None:
        if smtp is not None:
            reached: dict[str, Any] = {
                "folder": None,
                "server": "127.0.0.1",
                "port": smtp.port,
                "security": "none" if smtp.tls is None else "tls",
            }
            changes = reached | changes
        self.publisher = EmailPublisher()
        self.settings = settings(**changes)
        self.state = FakeDocuments()
        self._context = FakeContext(
            root,
            self.settings,
            target=target,
            reach=LOOPBACK,
            ca_file=ca_file,
            timeout=timeout,
            state=self.state,
        )

    def context(self, to: str = "ada@example.org", **changes: Any) -> FakeContext:
        """What one call is given."""
        recipient = Recipient(to, personal=True)
        return replace(self._context, **{"recipient": recipient, **changes})

    def run(self, do: Callable[[], Awaitable[Any]]) -> Any:
        """One run of the program: at its end everything is closed."""

        async def run() -> Any:
            try:
                return await do()
            finally:
                await self.publisher.close(self._context)

        return asyncio.run(run())

    def check(self) -> Account:
        """Who the target is."""
        account: Account = self.run(lambda: self.publisher.check(self.context()))
        return account

    def send(self, *to: str, message: Message | None = None) -> list[Any]:
        """One mail to each in one run: its receipt, or what was raised."""
        what = make_message(1) if message is None else message

        async def send() -> list[Any]:
            await self._list()
            return [await self._send_one(address, what) for address in to]

        found: list[Any] = self.run(send)
        return found

    def send_at_once(self, *to: str) -> list[Any]:
        """The same, all at the same time."""
        message = make_message(1)

        async def send() -> list[Any]:
            tasks = (self._send_one(address, message) for address in to)
            return await asyncio.gather(*tasks)

        found: list[Any] = self.run(send)
        return found

    def recipients(self) -> list[Recipient]:
        """Everyone whom a message is for."""

        found: list[Recipient] = self.run(self._list)
        return found

    async def _list(self) -> list[Recipient]:
        who = self.publisher.recipients(make_message(1), self.context())
        return [it async for it in who]

    async def _send_one(self, address: str, message: Message) -> Receipt | Exception:
        context = self.context(address)
        try:
            async with asyncio.timeout(context.timeout):
                return await self.publisher.publish(message, context)
        except Exception as error:  # noqa: BLE001 - what is raised is what is tested
            return error
