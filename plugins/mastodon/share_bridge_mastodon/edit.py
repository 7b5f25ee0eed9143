"""Changes a copy, unless somebody changed it over there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from share_bridge.plugin import (
    ConflictError,
    GoneError,
    Message,
    Receipt,
    UnsupportedError,
)
from share_bridge_mastodon.api import Api, status_path
from share_bridge_mastodon.form import digest, form, shown_digest
from share_bridge_mastodon.pictures import Pictures, kept, pictures_of
from share_bridge_mastodon.progress import Part
from share_bridge_mastodon.send import part_of, receipt_of

__all__ = ["edit", "remove"]


async def edit(api: Api, receipt: Receipt, message: Message) -> Receipt:
    """Bring every part to the message; what says it already is left alone.

    Raises:
        ConflictError: Somebody changed it over there.
        GoneError: It is not there any more.
        UnsupportedError: The thread would need more posts than stand.

    """
    ids = receipt.parts or (receipt.remote_id,)
    texts = message.parts or (message.text,)
    if len(texts) > len(ids):
        raise UnsupportedError(
            f"the edit needs {len(texts)} posts where {len(ids)} stand; "
            f"change it over there by hand"
        )
    standing = [await api.read_status(name) for name in ids[: len(texts)]]
    for number, (text, status) in enumerate(zip(texts, standing, strict=True)):
        wanted = digest(text, message.content_warning)
        await _refuse_conflict(api, receipt, status, number=number, wanted=wanted)
    first = await pictures_of(api, receipt, message, standing[0])
    parts = [
        await _put(
            api, message, text, status, pictures=first if not number else kept(status)
        )
        for number, (text, status) in enumerate(zip(texts, standing, strict=True))
    ]
    for name in ids[len(texts) :]:
        with suppress(GoneError):
            await api.delete(name)
    return receipt_of(parts, message, media=first.media)


async def remove(api: Api, receipt: Receipt) -> None:
    """Take every part away, the last first.

    Raises:
        GoneError: None of them was there any more.

    """
    gone: GoneError | None = None
    found = False
    for name in reversed(receipt.parts or (receipt.remote_id,)):
        try:
            await api.delete(name)
            found = True
        except GoneError as error:
            gone = error
    if gone is not None and not found:
        raise gone


async def _refuse_conflict(
    api: Api,
    receipt: Receipt,
    status: Mapping[str, Any],
    *,
    number: int,
    wanted: str,
) -> None:
    """Let pass what stands as we left it, or as it is to become."""
    left = _nth(receipt.extra.get("shown"), number)
    if shown_digest(status) == left or not (left or status.get("edited_at")):
        return
    source = await api.read_source(status["id"])
    stands = shown_digest(status) if source is None else digest(*source)
    if stands not in {wanted, _nth(receipt.extra.get("sent"), number)}:
        where = status.get("url") or status.get("uri") or status["id"]
        raise ConflictError(f"{where} was edited over there")


def _nth(digests: object, number: int) -> str:
    """Of what a receipt remembers; "" for a copy that was adopted."""
    if isinstance(digests, list) and number < len(digests):
        return str(digests[number])
    return ""


async def _put(
    api: Api,
    message: Message,
    text: str,
    status: Mapping[str, Any],
    *,
    pictures: Pictures,
) -> Part:
    """Change one status, unless it says all of that already."""
    same = shown_digest(status) == digest(text, message.content_warning)
    if not same or pictures.changed:
        body = form(message, text, context=api.context)
        body |= {"media_ids": list(pictures.ids)} if pictures.matter else {}
        if pictures.attributes:
            body["media_attributes"] = list(pictures.attributes)
        status = await api.write("PUT", status_path(status["id"]), body)
    return part_of(status)
