"""Posts a message: its images, then its parts one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from share_bridge.plugin import Message, Pending, Receipt
from share_bridge_mastodon.api import STATUSES, Api
from share_bridge_mastodon.form import (
    HIDDEN,
    digest,
    form,
    shown_digest,
    visibility,
)
from share_bridge_mastodon.hidden import forget_hidden, note_hidden
from share_bridge_mastodon.media import POLL, upload_all
from share_bridge_mastodon.progress import Part, Progress
from share_bridge_mastodon.refusal import MediaLostError

__all__ = ["part_of", "receipt_of", "send"]


async def send(api: Api, message: Message) -> Receipt | Pending:
    """Post what earlier attempts have not posted yet.

    Raises:
        PublishError: Of the kind that the answer means.

    """
    seen_by = visibility(message, api.context)
    progress = Progress.of(api.context)
    # Their answers were lost, and the server was asked: these stand.
    progress.parts += [
        Part(found.id, found.url, digest(found.text, message.content_warning))
        for found in api.context.standing[len(progress.parts) :]
    ]
    media: dict[str, str] = {}
    if not progress.parts:
        uploaded = await upload_all(api, message.images, progress)
        if uploaded is None:
            at = api.context.now() + POLL
            return Pending(at, f"{api.host} is still processing an image")
        media = uploaded
    parts = message.parts or (message.text,)
    for number in range(len(progress.parts), len(parts)):
        body = form(
            message,
            parts[number],
            context=api.context,
            media=() if number else tuple(media.values()),
        )
        body["visibility"] = seen_by
        if number:
            body["in_reply_to_id"] = progress.parts[-1].id
        status = await _post(api, body, number=number, progress=progress)
        progress.parts.append(part_of(status))
        if len(parts) > 1:
            progress.save()
    return receipt_of(progress.parts, message, media=media or _media(progress))


async def _post(
    api: Api, body: dict[str, Any], *, number: int, progress: Progress
) -> dict[str, Any]:
    key = api.context.key(str(number) if number else "")
    hidden = body["visibility"] in HIDDEN
    if hidden:
        note_hidden(api.context, key)
    try:
        status = await api.write("POST", STATUSES, body, key=key)
    except MediaLostError:
        progress.uploads.clear()
        progress.save()
        raise
    if hidden:
        forget_hidden(api.context, key)
    return status


def receipt_of(
    parts: list[Part], message: Message, *, media: Mapping[str, str]
) -> Receipt:
    """What update and delete want to know again."""
    texts = message.parts or (message.text,)
    return Receipt(
        remote_id=parts[0].id,
        url=parts[0].url,
        parts=tuple(part.id for part in parts) if len(parts) > 1 else (),
        extra={
            "media": dict(media),
            "sent": [digest(text, message.content_warning) for text in texts],
            "shown": [part.shown for part in parts],
        },
    )


def part_of(status: Mapping[str, Any]) -> Part:
    """What is remembered of a status that was accepted."""
    url = str(status.get("url") or status.get("uri") or "")
    return Part(status["id"], url, shown_digest(status))


def _media(progress: Progress) -> dict[str, str]:
    return {key: up.id for key, up in progress.uploads.items() if up.ready}
