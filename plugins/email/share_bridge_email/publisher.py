"""Sends teasers by e-mail: through a mail server, or as files into a folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from email.headerregistry import Address
from pathlib import Path
from typing import Any, ClassVar

from share_bridge.plugin import (
    Account,
    Capabilities,
    Context,
    MediaLimits,
    Message,
    Publisher,
    Receipt,
    Recipient,
    RejectedError,
    Remark,
    Rendering,
    Support,
    TextLimit,
    network,
    replace,
    write_file,
)
from share_bridge_email.addresses import parse
from share_bridge_email.connections import Connections
from share_bridge_email.mail import Addressed, compose, message_id
from share_bridge_email.readers import readers
from share_bridge_email.settings import EmailSettings
from share_bridge_email.smtp.session import Envelope
from share_bridge_email.submission import NobodyError, submit
from share_bridge_email.suppression import Suppression
from share_bridge_email.unsubscribe import way_out

__all__ = ["EmailPublisher"]

#: Connections that every provider lets one sender have (their documentation names 10
#: and more, 2026-11-24).
_AT_ONCE = 4
_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


def _capabilities(**further: Any) -> Capabilities:
    return replace(
        network("email").capabilities,
        digest=(TextLimit(20_000),),
        media=MediaLimits(
            max_count=1, max_bytes=5_000_000, types=_PICTURES, by_address=True
        ),
        fan_out=True,
        concurrency=_AT_ONCE,
        discover=True,
        language=Support.FULL,
        **further,
    )


#: Nothing leaves the machine, and one delivery is one file for ever.
_OF_FOLDER = _capabilities(local=True, honours_keys=timedelta.max)


class EmailPublisher(Publisher):
    """Sends one mail per reader and message; a mail cannot be edited or recalled."""

    name = "email"
    title = "E-mail"
    settings = EmailSettings
    capabilities: ClassVar = _capabilities()

    def __init__(self) -> None:
        self._connections = Connections()
        self._readers: dict[str, Address] = {}

    async def check(self, context: Context) -> Account:
        """The sender is the account; a server has to take our login."""
        sender = parse(context.settings.sender)
        if context.settings.server is not None:
            await self._connections.try_out(context)
        return Account(id=sender.addr_spec, name=sender.addr_spec)

    async def discover(self, context: Context) -> Capabilities:
        """What is true of a folder is not true of a server."""
        return self.capabilities if context.settings.server is not None else _OF_FOLDER

    async def recipients(
        self,
        message: Message,  # noqa: ARG002 - everyone gets every message
        context: Context,
    ) -> AsyncIterator[Recipient]:
        """Everyone who is listed and did not leave, once."""
        self._readers = await readers(context)
        left = Suppression(context).tokens()
        for address in self._readers:
            if context.pseudonym(address) not in left:
                yield Recipient(address=address, personal=True)

    async def publish(self, message: Message, context: Context) -> Receipt:
        """One mail to one reader.

        Whoever turns out to be nobody is never written to again.
        """
        settings: EmailSettings = context.settings
        reader = self._reader(context)
        token, key = context.pseudonym(reader.addr_spec), context.key()
        if token in Suppression(context):
            raise RejectedError("unsubscribed")
        to = Addressed(reader, way_out(settings, reader, token), key, context.now())
        mail = compose(message, settings, to)
        name = message_id(key, parse(settings.sender))
        if settings.server is None:
            return Receipt(name, await _write(mail, key, context))
        sender = parse(settings.bounces or settings.sender)
        envelope = Envelope(sender.addr_spec, reader.addr_spec)
        try:
            said = await submit(mail, envelope, self._connections, context)
        except NobodyError as error:
            Suppression(context).add([token], why=str(error))
            raise
        return Receipt(name, extra={"answer": said})

    def preview(self, message: Message, settings: EmailSettings) -> Sequence[Rendering]:
        """Both bodies of the mail."""
        from share_bridge_email.preview import (  # noqa: PLC0415 - previews only
            renderings,
        )

        return renderings(message, settings)

    async def close(self, context: Context) -> None:  # noqa: ARG002 - of the contract
        """Say goodbye to the server."""
        await self._connections.close()

    async def examine(self, context: Context) -> Sequence[Remark]:
        """What servers of readers will think of these mails."""
        from share_bridge_email.doctor.examination import (  # noqa: PLC0415 - rarely
            examine,
        )

        return await examine(context)

    def _reader(self, context: Context) -> Address:
        """The recipient, with the name that the list gives."""
        address = context.recipient.address
        return self._readers.get(address.lower()) or parse(address)


async def _write(mail: bytes, key: str, context: Context) -> str:
    """Put the mail into the folder, under a name that names nobody; its URL."""
    folder, name = context.settings.folder, f"{key}.eml"
    path: Path = (context.folder / folder / name).absolute()
    shown = str(Path(folder) / name)
    await context.run_blocking(lambda: write_file(path, mail, shown=shown))
    return path.as_uri()
