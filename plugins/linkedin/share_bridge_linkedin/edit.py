"""Changes the words of a post, or takes it away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from share_bridge.plugin import (
    ConflictError,
    Message,
    Receipt,
    little_text,
    replace,
)
from share_bridge_linkedin.api import Api
from share_bridge_linkedin.send import digest

__all__ = ["edit", "remove"]

_TEMPLATE = re.compile(r"\{hashtag\|\\?([#＃])\|([^|{}]*)\}")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_URN = re.compile(r"urn:li:(?:share|ugcPost|activity):\d+")


async def edit(api: Api, receipt: Receipt, message: Message) -> Receipt:
    """Give the post the message's words; card and images stay as they are.

    Raises:
        ConflictError: Somebody changed it over there, and the token may see that.
        GoneError: It is not there any more.

    """
    urn = _urn_of(receipt)
    if api.context.settings.author.startswith("urn:li:organization:"):
        _refuse_conflict(await api.read(urn), receipt, message)
    await api.change(urn, little_text(message.text))
    said = {"said": digest(message.text)}
    return replace(receipt, remote_id=urn, extra={**receipt.extra, **said})


async def remove(api: Api, receipt: Receipt) -> None:
    """Take the post away.

    Raises:
        GoneError: It was not there any more.

    """
    await api.delete(_urn_of(receipt))


def _refuse_conflict(
    standing: Mapping[str, Any] | None, receipt: Receipt, message: Message
) -> None:
    """Let pass what nobody edited, what we left, and what it is to become."""
    if standing is None or not _is_edited(standing):
        return
    stands = digest(_plain(str(standing.get("commentary") or "")))
    if stands not in {receipt.extra.get("said"), digest(message.text)}:
        raise ConflictError(f"{receipt.url or receipt.remote_id} was edited over there")


def _is_edited(standing: Mapping[str, Any]) -> bool:
    state = standing.get("lifecycleStateInfo")
    return isinstance(state, dict) and state.get("isEditedByAuthor") is True


def _urn_of(receipt: Receipt) -> str:
    """Of a copy that its owner adopted, only the address is known."""
    found = _URN.search(receipt.remote_id) or _URN.search(receipt.url)
    return found[0] if found else receipt.remote_id


def _plain(commentary: str) -> str:
    """What readers see of a `commentary`."""
    return _ESCAPED.sub(r"\1", _TEMPLATE.sub(r"\1\2", commentary))
