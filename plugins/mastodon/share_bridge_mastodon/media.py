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
from share_bridge_mastodon.api import Api
from share_bridge_mastodon.progress import Progress, Upload, image_key
from share_bridge_mastodon.refusal import of_access

if TYPE_CHECKING:
    import httpx

__all__ = ["POLL", "upload_all"]

#: How often an image that is being processed is asked for, and for how long.
POLL = timedelta(seconds=3)
_PATIENCE = timedelta(minutes=5)
#: Times that an upload may fail before the post goes without it.
_TRIES = 3
#: Seconds for an upload where the client names none, and which part of them it gets.
_LONG, _SHARE = 30.0, 0.8

# https://docs.joinmastodon.org/methods/media/ (2026-11-22); v1 for old servers.
_UPLOAD, _OLD_UPLOAD, _MEDIA = "/api/v2/media", "/api/v1/media", "/api/v1/media"


async def upload_all(
    api: Api, images: Iterable[Image], progress: Progress
) -> dict[str, str] | None:
    """Ids of the images that a post may name, by `image_key`; None: not yet.

    Raises:
        TransientError: An upload failed that is worth another try.
        TargetBlockedError: The token is not good for uploads.

    """
    ready: dict[str, str] = {}
    waiting = False
    for image in images:
        key = image_key(image)
        if not image.data or key in ready:
            continue
        upload = progress.upload(key)
        if upload.left_out:
            continue
        if not upload.id:
            upload = progress.note(key, await _upload(api, image, upload))
        elif not upload.ready:
            upload = progress.note(key, await _poll(api, key, upload))
        if upload.ready:
            ready[key] = upload.id
        waiting = waiting or not (upload.ready or upload.left_out)
    return None if waiting else ready


async def _upload(api: Api, image: Image, known: Upload) -> Upload:
    """Send the bytes; what it came to."""
    import httpx  # noqa: PLC0415 - loaded with the first request anyway

    try:
        response = await _send(api, image)
        status, answer = response.status_code, _answer(api, response)
    except (RateLimitedError, TargetBlockedError):
        raise
    except (TransientError, httpx.HTTPError) as error:
        return _failed(api, image_key(image), known, error)
    except PublishError as error:
        return _left_out(api, image_key(image), known, str(error))
    ready = status != HTTPStatus.ACCEPTED
    at = api.context.now().isoformat()
    return replace(known, id=str(answer["id"]), at=at, ready=ready)


async def _send(api: Api, image: Image) -> httpx.Response:
    name = "image." + image.media_type.rpartition("/")[2].replace("jpeg", "jpg")
    patience = api.context.http.timeout.read or _LONG
    options: dict[str, Any] = {
        # So that it is known here, and not to the core alone, that an upload was slow.
        "extensions": {"deadline": patience * _SHARE},
        "files": {"file": (name, image.data, image.media_type)},
        "data": {
            field: value
            for field, value in (("description", image.alt), ("focus", image.focus))
            if value
        },
    }
    response = await api.ask("POST", _UPLOAD, **options)
    if response.status_code == HTTPStatus.NOT_FOUND:
        response = await api.ask("POST", _OLD_UPLOAD, **options)
    return response


async def _poll(api: Api, key: str, known: Upload) -> Upload:
    """Ask whether the image is ready: 206 while it is not, 422 if it never will be."""
    response = await api.ask("GET", f"{_MEDIA}/{quote(known.id, safe='')}")
    status = response.status_code
    if status == HTTPStatus.PARTIAL_CONTENT:
        if known.age(api.context.now()) < _PATIENCE:
            return known
        return _left_out(api, key, known, "it is still being processed")
    try:
        _answer(api, response)
    except (TransientError, TargetBlockedError):
        raise
    except PublishError as error:
        return _left_out(api, key, known, str(error))
    return replace(known, ready=True)


def _answer(api: Api, response: httpx.Response) -> dict[str, Any]:
    raise_for_response(
        response, now=api.context.now(), rejected=of_access, harmless=True
    )
    answer = read_json(response, harmless=True)
    if isinstance(answer, dict) and isinstance(answer.get("id"), (str, int)):
        return answer
    raise TransientError(f"{api.host} answered with JSON that is no image")


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
