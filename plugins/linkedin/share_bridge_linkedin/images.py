"""Uploads images; a bad one is left out, and never stops the post."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from share_bridge.plugin import (
    Image,
    PublishError,
    RateLimitedError,
    TargetBlockedError,
    TransientError,
    raise_for_response,
    read_json,
    replace,
)
from share_bridge_linkedin.api import Api
from share_bridge_linkedin.progress import Progress, Upload, image_key
from share_bridge_linkedin.token import current

if TYPE_CHECKING:
    import httpx

__all__ = ["POLL", "upload_images"]

#: How often an image that is being processed is asked for, and for how long.
POLL = timedelta(seconds=3)
_PATIENCE = timedelta(minutes=5)
#: Times that an upload may fail before the post goes without it.
_TRIES = 3
#: Which part of the time of an attempt one upload gets.
_SHARE = 0.8

#: https://learn.microsoft.com/linkedin/marketing/community-management/shares/
#: images-api (2026-11-22).
_IMAGES = "/rest/images"
_AVAILABLE, _FAILED = "AVAILABLE", "PROCESSING_FAILED"


async def upload_images(
    api: Api, images: Iterable[Image], progress: Progress, *, owner: str, most: int
) -> dict[str, str] | None:
    """URNs of images that a post may name, by `image_key`; None: not yet.

    Args:
        api: Where they go.
        images: In order; one without bytes could not be read.
        progress: What earlier attempts came to.
        owner: URN of who posts.
        most: No more than so many.

    Raises:
        TransientError: An upload failed that is worth another try.
        TargetBlockedError: The token is not good for uploads.

    """
    ready: dict[str, str] = {}
    waiting = False
    for image in images:
        if len(ready) == most:
            break
        key = image_key(image)
        upload = progress.uploads.get(key, Upload())
        if not image.data or key in ready or upload.left_out:
            continue
        if not upload.id:
            upload = progress.note(key, await _upload(api, image, upload, owner))
        if upload.id and not upload.ready:
            upload = progress.note(key, await _poll(api, key, upload))
        if upload.ready:
            ready[key] = upload.id
        waiting = waiting or not (upload.ready or upload.left_out)
    return None if waiting else ready


async def _upload(api: Api, image: Image, known: Upload, owner: str) -> Upload:
    """Register the image and send its bytes; what it came to."""
    import httpx  # noqa: PLC0415 - loaded with the first request anyway

    key = image_key(image)
    try:
        urn, address = await _initialize(api, owner)
        await _send(api, address, image)
    except (RateLimitedError, TargetBlockedError):
        raise
    except (TransientError, httpx.HTTPError) as error:
        return _failed(api, key, known, error)
    except PublishError as error:
        return _left_out(api, key, known, str(error))
    return replace(known, id=urn, at=api.context.now().isoformat())


async def _initialize(api: Api, owner: str) -> tuple[str, str]:
    """The URN of the image to be, and where its bytes go."""
    response = await api.ask(
        "POST",
        f"{_IMAGES}?action=initializeUpload",
        json={"initializeUploadRequest": {"owner": owner}},
    )
    api.judge.access(response, harmless=True)
    answer = read_json(response, harmless=True)
    value = answer.get("value") if isinstance(answer, dict) else None
    if not isinstance(value, dict):
        raise TransientError("LinkedIn answered with JSON that is no upload")
    urn, address = str(value.get("image")), str(value.get("uploadUrl"))
    if not urn.startswith("urn:li:image:") or not _is_web(address):
        raise TransientError("LinkedIn gave no address for the upload")
    return urn, address


async def _send(api: Api, address: str, image: Image) -> None:
    context = api.context
    headers = {"Content-Type": image.media_type}
    if _is_linkedin(context.settings, address):
        headers["Authorization"] = f"Bearer {current(context)}"
    # So that it is known here, and not to the core alone, that an upload was slow.
    response: httpx.Response = await context.http.put(
        address,
        content=image.data,
        headers=headers,
        extensions={"deadline": context.timeout * _SHARE},
    )
    try:
        raise_for_response(response, now=context.now(), harmless=True)
    except (RateLimitedError, TargetBlockedError) as error:
        # It is the address that ended: what the token may do was said before.
        raise TransientError(str(error)) from error


async def _poll(api: Api, key: str, known: Upload) -> Upload:
    """Ask whether the image is ready; where that may not be asked, it is taken so."""
    import httpx  # noqa: PLC0415 - see `_upload`

    answer: Any = None
    try:
        response = await api.ask("GET", f"{_IMAGES}/{quote(known.id, safe='')}")
        if response.status_code == HTTPStatus.FORBIDDEN:
            return replace(known, ready=True)
        api.judge.access(response)
        answer = read_json(response)
    except (RateLimitedError, TargetBlockedError):
        raise
    except (TransientError, httpx.HTTPError) as error:
        api.context.log.debug("an image could not be asked for: %s", error)
    except PublishError as error:
        return _left_out(api, key, known, str(error))
    status = answer.get("status") if isinstance(answer, dict) else None
    if status == _AVAILABLE:
        return replace(known, ready=True)
    if status == _FAILED:
        return _left_out(api, key, known, "LinkedIn could not process it")
    if known.age(api.context.now()) < _PATIENCE:
        return known
    return _left_out(api, key, known, "it is still being processed")


def _failed(api: Api, key: str, known: Upload, error: Exception) -> Upload:
    """Another try, unless it had enough of them."""
    upload = replace(known, failures=known.failures + 1)
    reason = " ".join(str(error).split()) or type(error).__name__
    if upload.failures >= _TRIES:
        return _left_out(api, key, upload, reason)
    Progress.of(api.context).note(key, upload)
    raise TransientError(f"an image could not be uploaded: {reason}") from error


def _left_out(api: Api, key: str, known: Upload, reason: str) -> Upload:
    api.context.log.warning("the image %s is left out: %s", key, reason)
    return replace(known, id="", left_out=True)


def _is_web(address: str) -> bool:
    import httpx  # noqa: PLC0415 - see `_upload`

    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        return False
    return url.scheme in {"http", "https"} and bool(url.host)


def _is_linkedin(settings: Any, address: str) -> bool:
    """Whether the token may be shown to whom the bytes go."""
    import httpx  # noqa: PLC0415 - see `_upload`

    url = httpx.URL(address)  # as the client will read it
    own = [httpx.URL(it) for it in (settings.server, settings.website)]
    if (url.scheme, url.netloc) in [(it.scheme, it.netloc) for it in own]:
        return True
    return url.scheme == "https" and url.host.endswith(".linkedin.com")
