"""Sends teasers by e-mail; for now into a folder, one file per recipient."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from email.headerregistry import Address
from pathlib import Path
from typing import Annotated, ClassVar

from msgspec import Meta, field

from share_bridge.plugin import (
    Account,
    Capabilities,
    Check,
    Context,
    Format,
    Message,
    Publisher,
    Receipt,
    Recipient,
    Settings,
    Support,
    TextLimit,
    write_file,
)
from share_bridge_email.addresses import Mailbox, parse
from share_bridge_email.mail import compose, message_id

__all__ = ["EmailPublisher", "EmailSettings"]


def _is_built(transport: str) -> str:
    if transport == "smtp":
        raise ValueError('"smtp" is not built yet; use "folder"')
    if transport != "folder":
        raise ValueError('has to be "folder"')
    return transport


class EmailSettings(Settings):
    """What `[targets.NAME]` of an e-mail target may say."""

    sender: Mailbox = field(name="from")
    """Who writes: `Name <someone@example.org>`."""

    to: Annotated[tuple[Mailbox, ...], Meta(min_length=1)]
    """Who reads; each gets a mail of their own and sees no other."""

    folder: Annotated[str, Meta(min_length=1)]
    """Where the mails go, relative to the configuration."""

    transport: Annotated[str, Check(_is_built)] = "folder"
    """How mails leave: `folder`."""

    subject: Annotated[str, Meta(min_length=1)] = "{title}"
    """`{title}` stands for the post's title."""


class EmailPublisher(Publisher):
    """Write one mail per recipient and message; a mail cannot be edited or recalled."""

    name = "email"
    title = "E-mail"
    settings = EmailSettings
    capabilities: ClassVar = Capabilities(
        text=(TextLimit(800),),
        formats=frozenset({Format.PLAIN, Format.HTML}),
        has_title=True,
        has_tags=False,
        local=True,
        fan_out=True,
        honours_keys=timedelta.max,
        content_warning=Support.FULL,
        language=Support.FULL,
    )

    async def check(self, context: Context) -> Account:
        """The sender is the account."""
        sender = parse(context.settings.sender)
        return Account(id=sender.addr_spec, name=sender.addr_spec)

    async def recipients(
        self,
        message: Message,  # noqa: ARG002 - everyone gets every message
        context: Context,
    ) -> AsyncIterator[Recipient]:
        """Everyone in `to`, once."""
        for address in _readers(context):
            yield Recipient(address=address, personal=True)

    async def publish(self, message: Message, context: Context) -> Receipt:
        """Write the mail; one delivery is one file, whose name names nobody."""
        settings: EmailSettings = context.settings
        sender, key = parse(settings.sender), context.key()
        mail = compose(
            message,
            sender=sender,
            to=_reader(context),
            subject=settings.subject,
            key=key,
            date=context.now(),
        )
        name = f"{key}.eml"
        path = (context.folder / settings.folder / name).absolute()
        shown = str(Path(settings.folder) / name)
        await context.run_blocking(lambda: write_file(path, mail, shown=shown))
        return Receipt(remote_id=message_id(key, sender), url=path.as_uri())


def _readers(context: Context) -> dict[str, Address]:
    """By address in lower case: that is how one person is known."""
    listed = (parse(text) for text in context.settings.to)
    return {address.addr_spec.lower(): address for address in listed}


def _reader(context: Context) -> Address:
    """The recipient, with the name that the settings give."""
    address = context.recipient.address
    return _readers(context).get(address.lower()) or parse(address)
