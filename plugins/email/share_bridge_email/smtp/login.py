"""Logs in at a mail server, in the way that it offers and the credentials allow."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from share_bridge_email.smtp.conversation import Conversation
from share_bridge_email.smtp.reply import Reply

__all__ = ["Login", "log_in"]

_GO_ON = 334


@dataclass(frozen=True, slots=True)
class Login:
    """Who logs in, with a password or an OAuth access token."""

    user: str
    password: str = ""
    token: str = ""


async def log_in(
    conversation: Conversation, login: Login, offered: frozenset[str]
) -> Reply | None:
    """What the server says to it; None: it offers no way that is known.

    PLAIN (RFC 4616) before LOGIN
    (https://datatracker.ietf.org/doc/html/draft-murchison-sasl-login-00), and XOAUTH2
    for tokens (https://developers.google.com/workspace/gmail/imap/xoauth2-protocol),
    2026-11-24.

    Args:
        conversation: Encrypted.
        login: Who.
        offered: Mechanisms, in upper case.

    """
    if login.token:
        return await _token(conversation, login) if "XOAUTH2" in offered else None
    if "PLAIN" in offered:
        response = f"\0{login.user}\0{login.password}"
        return await conversation.ask(f"AUTH PLAIN {_encoded(response)}")
    if "LOGIN" in offered:
        return await _one_by_one(conversation, login)
    return None


async def _token(conversation: Conversation, login: Login) -> Reply:
    response = f"user={login.user}\1auth=Bearer {login.token}\1\1"
    reply = await conversation.ask(f"AUTH XOAUTH2 {_encoded(response)}")
    # 334 holds what is wrong, as JSON; the refusal itself follows an empty line
    return await conversation.ask("") if reply.code == _GO_ON else reply


async def _one_by_one(conversation: Conversation, login: Login) -> Reply:
    reply = await conversation.ask("AUTH LOGIN")
    for answer in (login.user, login.password):
        if reply.code != _GO_ON:
            break
        reply = await conversation.ask(_encoded(answer))
    return reply


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()
