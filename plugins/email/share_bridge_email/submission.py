"""Hands one mail to the server, and knows at every moment whether it may be out."""

from __future__ import annotations

import asyncio

from share_bridge.plugin import (
    Context,
    OutcomeUnknownError,
    PublishError,
    RejectedError,
    TransientError,
)
from share_bridge_email.connections import Connections, Kept, drop, open_connection
from share_bridge_email.refusal import masked, names_nobody, of_lack, of_refusal
from share_bridge_email.smtp.reply import LostError, Reply
from share_bridge_email.smtp.session import (
    Envelope,
    LackError,
    RefusedError,
    is_closing,
)

__all__ = ["NobodyError", "submit"]

#: Of the time of one attempt, for what happens before the mail's end is sent.
_BEFORE = 0.8


class NobodyError(RejectedError):
    """There is no such reader, and there will be none."""


async def submit(
    mail: bytes, envelope: Envelope, connections: Connections, context: Context
) -> str:
    """Send one mail; what the server said when it took it.

    Up to the dot that ends a mail nothing is accepted; after it, a lost answer leaves
    the outcome unknown. A connection that was kept may have been closed meanwhile:
    then, and only before that dot, the mail goes over a new one.

    Raises:
        PublishError: It was not accepted, or nobody knows.

    """
    until = asyncio.get_running_loop().time() + context.timeout * _BEFORE
    kept = await connections.take(context, until=until)
    try:
        try:
            await _begin(kept, mail, envelope, context, until=until)
        except _StaleError:
            await drop(kept)
            kept = await open_connection(context, until=until)
            await _begin(kept, mail, envelope, context, until=until)
        reply = await _finish(kept, envelope, context)
    except _RefusedPolitely as refused:
        await _keep(kept, connections, context)
        raise refused.error from refused.__cause__
    except BaseException:  # also cancelled: half a mail is on the line
        await drop(kept)
        raise
    connections.put(kept)
    return masked(reply.text, envelope.recipient)


class _StaleError(Exception):
    """A connection that was kept is none any more."""


class _RefusedPolitely(Exception):  # noqa: N818 - no failure of the connection
    """The mail was refused, and the connection is still good."""

    def __init__(self, error: PublishError) -> None:
        super().__init__()
        self.error = error


async def _begin(
    kept: Kept, mail: bytes, envelope: Envelope, context: Context, *, until: float
) -> None:
    host = context.settings.handover.host
    try:
        async with asyncio.timeout_at(until):
            await kept.session.begin(envelope, mail)
    except RefusedError as error:
        if is_closing(error.reply) and kept.is_used:
            raise _StaleError from error
        raise _refused(error, host, envelope) from error
    except LackError as error:
        raise _RefusedPolitely(of_lack(error, host=host)) from error
    except LostError as error:
        if kept.is_used:
            raise _StaleError from error
        raise TransientError(f"{host}: {error}; the mail was not sent") from error
    except TimeoutError as error:
        text = f"{host} does not answer in time; the mail was not sent"
        raise TransientError(text) from error


async def _finish(kept: Kept, envelope: Envelope, context: Context) -> Reply:
    host = context.settings.handover.host
    try:
        return await kept.session.finish()
    except RefusedError as error:
        raise _refused(error, host, envelope) from error
    except LostError as error:
        raise OutcomeUnknownError(
            f"{host}: {error} before it said whether it took the mail"
        ) from error


def _refused(error: RefusedError, host: str, envelope: Envelope) -> Exception:
    found = of_refusal(error, host=host, recipient=envelope.recipient)
    if names_nobody(error):
        found = NobodyError(str(found))
    return found if is_closing(error.reply) else _RefusedPolitely(found)


async def _keep(kept: Kept, connections: Connections, context: Context) -> None:
    """Make the connection ready for the next mail, or give it up."""
    ready = False
    try:
        async with asyncio.timeout(context.timeout * (1 - _BEFORE) / 2):
            ready = await kept.session.reset()
    except TimeoutError:
        return
    finally:
        if ready:
            connections.put(kept)
        else:
            await drop(kept)
