"""Posts a message, and after a lost answer the very same again."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from share_bridge.plugin import (
    DuplicateError,
    GoneError,
    Message,
    OutcomeUnknownError,
    Pending,
    PublishError,
    Receipt,
    RejectedError,
    TransientError,
    little_text,
)
from share_bridge_linkedin.account import author_of
from share_bridge_linkedin.api import Api
from share_bridge_linkedin.content import post_body, shows_card, visibility
from share_bridge_linkedin.images import POLL, upload_images
from share_bridge_linkedin.progress import Progress
from share_bridge_linkedin.refusal import ImagesRefusedError, page_of

__all__ = ["digest", "send"]


async def send(api: Api, message: Message) -> Receipt | Pending:
    """Post the images, then the words.

    Raises:
        DuplicateError: It stands already.
        PublishError: Of the kind that the answer means.

    """
    context, progress = api.context, Progress.of(api.context)
    attempted = progress.body if _says(progress.body, message) else None
    body = attempted or await _compose(api, message, progress)
    if body is None:
        return Pending(context.now() + POLL, "LinkedIn is still processing an image")
    if attempted is None:
        progress.keep(body)
    try:
        urn = await api.create(body)
    except DuplicateError as error:
        await _refuse_ghost(api, error)
        raise
    except ImagesRefusedError as error:
        if not progress.leave_images_out():
            raise RejectedError(str(error)) from error
        raise
    except OutcomeUnknownError:
        raise
    except PublishError:
        if attempted is None:
            progress.keep(None)  # what is mended until the next attempt is used
        raise
    return Receipt(urn, page_of(context, urn), extra={"said": digest(message.text)})


def digest(text: str) -> str:
    """Equal for equal words: white space is as LinkedIn likes it."""
    return blake2b("".join(text.split()).encode(), digest_size=12).hexdigest()


async def _compose(
    api: Api, message: Message, progress: Progress
) -> Mapping[str, Any] | None:
    """What is to be posted; None: an image is not ready yet.

    Whatever is lost here, nothing was posted.
    """
    import httpx  # noqa: PLC0415 - loaded with the first request anyway

    seen_by, card = visibility(message, api.context), shows_card(message, api.context)
    # A picture would show what the author put behind a warning.
    images = () if message.content_warning else message.images
    try:
        author = await author_of(api)
        uploaded = await upload_images(
            api, images, progress, owner=author, most=1 if card else len(images)
        )
    except httpx.HTTPError as error:
        raise TransientError(f"LinkedIn did not answer: {error}") from error
    if uploaded is None:
        return None
    return post_body(
        message, author=author, seen_by=seen_by, images=uploaded, card=card
    )


def _says(body: Mapping[str, Any] | None, message: Message) -> bool:
    """Whether an earlier attempt said these very words."""
    return body is not None and body["commentary"] == little_text(message.text)


async def _refuse_ghost(api: Api, error: DuplicateError) -> None:
    """LinkedIn may name a post that was deleted, for a day or two.

    https://github.com/ComposioHQ/composio/issues/2710 (2026-02-22). Where the token
    may not read posts, or LinkedIn does not answer, it is believed.
    """
    import httpx  # noqa: PLC0415 - see `_compose`

    try:
        await api.read(error.existing.remote_id)
    except GoneError:
        raise PublishError(
            f"LinkedIn takes it for a copy of {error.existing.remote_id}, which is "
            f"not there any more; it forgets that within two days"
        ) from error
    except (PublishError, httpx.HTTPError):
        return
