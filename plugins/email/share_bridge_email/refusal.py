"""What a mail server's no means for one delivery, for the reader, for the target.

One reader's fault never stops the others, so only what surely concerns all of them
rests or blocks the target. Codes: RFC 3463 and
https://www.iana.org/assignments/smtp-enhanced-status-codes (2026-11-24).
"""

from __future__ import annotations

import re
from datetime import timedelta

from share_bridge.plugin import (
    AuthExpiredError,
    PermissionDeniedError,
    PublishError,
    RateLimitedError,
    RejectedError,
    TargetBlockedError,
    TooLongError,
    TransientError,
    for_line,
)
from share_bridge_email.smtp.reply import Reply
from share_bridge_email.smtp.session import LackError, RefusedError, Step

__all__ = ["REST", "masked", "names_nobody", "of_lack", "of_refusal"]

#: How long a server is left alone that takes no mail at the moment.
REST = timedelta(minutes=1)

#: There is no such mailbox, and there will be none: nobody is written to again.
_NOBODY = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
#: The sender is not who it says (RFC 7372), or is not accepted as one.
_SENDER = re.compile(r"5\.7\.(?:2[0-9]|9|60)|5\.1\.[78]")
_TOO_LARGE = frozenset({"5.3.4", "5.2.3"})
_WRONG_PASSWORD = 535
_NO_LOGIN = 530
_TOO_LARGE_CODE = 552
_WHOLE_CONNECTION = frozenset({Step.GREETING, Step.HELLO, Step.TLS, Step.LOGIN})
#: Servers say at RCPT what they hold against client or sender (Postfix does unless
#: `smtpd_delay_reject = no`).
_EVERYONE = re.compile(
    r"relay|sender address rejected|client host rejected|helo command rejected"
    r"|authentication required|not authenticated|must authenticate|log ?in first",
    re.IGNORECASE,
)
_AN_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"']+")
_LONGEST = 300


def of_refusal(error: RefusedError, *, host: str, recipient: str = "") -> PublishError:
    """The error that says what happens next.

    Args:
        error: What the server refused, and how.
        host: Which server.
        recipient: Whose address is masked in its words.

    """
    step, reply = error.step, error.reply
    text = f"{host} refuses {step}: {masked(reply.text, recipient)}"
    if step in _WHOLE_CONNECTION:
        return _of_connection(step, reply, text)
    if reply.is_temporary:
        if step is Step.SENDER:
            return RateLimitedError(text, retry_after=REST)
        return TransientError(text)
    if reply.code < 500:  # noqa: PLR2004 - RFC 5321 §4.2.1: no answer to this question
        return TransientError(f"{text}, which is no answer to it")
    if reply.code == _TOO_LARGE_CODE or reply.enhanced in _TOO_LARGE:
        is_full = reply.enhanced in {"5.2.2", "5.2.0"}
        return RejectedError(text) if is_full else TooLongError(text)
    if _concerns_everyone(step, reply):
        return PermissionDeniedError(text)
    return RejectedError(text)


def of_lack(error: LackError, *, host: str) -> PublishError:
    """What the server cannot do, and for whom that matters."""
    text = f"{host} {error}"
    if error.step is Step.CONTENT:
        return TooLongError(text)
    if error.step is Step.RECIPIENT:
        return RejectedError(text)
    return TargetBlockedError(text)


def names_nobody(error: RefusedError) -> bool:
    """Whether there is nobody at that address, for good."""
    at_recipient = error.step in {Step.RECIPIENT, Step.CONTENT}
    return at_recipient and error.reply.enhanced in _NOBODY


def masked(text: str, recipient: str = "") -> str:
    """A server's words on one line, without the addresses that stand in them."""
    line = _AN_ADDRESS.sub("(address)", for_line(text))
    local = recipient.rpartition("@")[0]
    if len(local) > 2:  # noqa: PLR2004 - shorter ones stand in many words
        name = rf"(?<!\w){re.escape(local)}(?!\w)"
        line = re.sub(name, "(name)", line, flags=re.IGNORECASE)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _of_connection(step: Step, reply: Reply, text: str) -> PublishError:
    if reply.is_temporary or reply.is_positive:
        return RateLimitedError(text, retry_after=REST)
    if step is Step.LOGIN and reply.code == _WRONG_PASSWORD:
        return AuthExpiredError(text)
    if step is Step.LOGIN:
        return PermissionDeniedError(text)
    return TargetBlockedError(text)


def _concerns_everyone(step: Step, reply: Reply) -> bool:
    if step is Step.SENDER or reply.code == _NO_LOGIN:
        return True
    if _SENDER.fullmatch(reply.enhanced):
        return True
    if reply.enhanced in _NOBODY:
        return False
    return step is Step.RECIPIENT and bool(_EVERYONE.search(reply.text))
