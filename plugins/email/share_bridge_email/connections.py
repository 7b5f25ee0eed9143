"""Keeps connections to the mail server open from one mail to the next."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

import httpx

from share_bridge.plugin import Context, PublishError, RateLimitedError
from share_bridge_email.addresses import parse
from share_bridge_email.refusal import REST, of_lack, of_refusal
from share_bridge_email.settings import EmailSettings, Server
from share_bridge_email.smtp.conversation import Conversation
from share_bridge_email.smtp.login import Login
from share_bridge_email.smtp.reply import LostError
from share_bridge_email.smtp.session import LackError, RefusedError, Session

__all__ = ["Connections", "Kept"]

#: Seconds for a goodbye.
_GOODBYE = 2.0


@dataclass(frozen=True, slots=True)
class Kept:
    """A session, and what ends its connection.

    Attributes:
        is_used: A mail went over it already: it may be gone without our knowing.

    """

    session: Session
    ends: AsyncExitStack
    is_used: bool = False


class Connections:
    """Those of one target. Each carries one mail at a time."""

    def __init__(self) -> None:
        self._idle: list[Kept] = []

    async def take(self, context: Context, *, until: float) -> Kept:
        """One that is free, else a new one.

        Args:
            context: Of the call.
            until: The last moment for a new one to be ready, by the loop's clock.

        Raises:
            PublishError: The server cannot be reached, or says no.

        """
        while self._idle:
            kept = self._idle.pop()
            if kept.session.is_usable():
                return Kept(kept.session, kept.ends, is_used=True)
            await drop(kept)
        return await open_connection(context, until=until)

    async def try_out(self, context: Context) -> None:
        """Open one, and keep it for the first mail."""
        until = asyncio.get_running_loop().time() + context.timeout * 0.8
        self.put(await open_connection(context, until=until))

    def put(self, kept: Kept) -> None:
        """Keep it for the next mail."""
        self._idle.append(kept)

    async def close(self) -> None:
        """Say goodbye on all of them."""
        while self._idle:
            kept = self._idle.pop()
            with suppress(TimeoutError):
                async with asyncio.timeout(_GOODBYE):
                    await kept.session.quit()
            await drop(kept)


async def open_connection(context: Context, *, until: float) -> Kept:
    """A new one, greeted, encrypted and logged in.

    A server that cannot be reached is left alone for a while: what is wrong with it
    is wrong for every reader.

    Raises:
        PublishError: It cannot be reached, or says no.

    """
    settings: EmailSettings = context.settings
    server = settings.handover
    ends = AsyncExitStack()
    try:
        async with asyncio.timeout_at(until):
            streams = await ends.enter_async_context(
                context.connect(server.host, server.port, tls=server.security == "tls")
            )
            session = Session(Conversation(*streams))
            await session.greet(
                parse(settings.sender).domain,
                encrypt=context.encrypt if server.security == "starttls" else None,
                login=_login(settings),
            )
    except BaseException as error:
        await ends.aclose()
        if (known := _known(error, server)) is not None:
            raise known from error
        raise
    return Kept(session, ends)


async def drop(kept: Kept) -> None:
    """End the connection without a word."""
    with suppress(OSError):
        await kept.ends.aclose()


def _known(error: BaseException, server: Server) -> PublishError | None:
    host = server.host
    if isinstance(error, RefusedError):
        return of_refusal(error, host=host)
    if isinstance(error, LackError):
        return of_lack(error, host=host)
    if isinstance(error, TimeoutError):
        hint = ', or wants security = "tls"' if server.security == "starttls" else ""
        text = f"{host} does not answer in time{hint}"
        return RateLimitedError(text, retry_after=REST)
    if isinstance(error, LostError):
        return RateLimitedError(f"{host}: {error}", retry_after=REST)
    if isinstance(error, httpx.TransportError):
        hint = ', or wants security = "starttls"' if _speaks_later(error) else ""
        return RateLimitedError(f"{error}{hint}", retry_after=REST)
    return None


def _speaks_later(error: httpx.TransportError) -> bool:
    """Whether something answers that speaks, but no TLS yet."""
    return "does not speak TLS" in str(error)


def _login(settings: EmailSettings) -> Login | None:
    user = settings.user or parse(settings.sender).addr_spec
    if settings.token is not None:
        return Login(user, token=settings.token.reveal())
    if settings.password is not None:
        return Login(user, password=settings.password.reveal())
    return None
