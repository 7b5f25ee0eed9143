"""Which images a copy has after an edit: its own stay, new ones join, lost ones go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from share_bridge.plugin import Image, Message, Receipt, TransientError
from share_bridge_mastodon.api import Api
from share_bridge_mastodon.media import upload_all
from share_bridge_mastodon.progress import Progress, image_key

__all__ = ["Pictures", "kept", "pictures_of"]


class Pictures(Struct, frozen=True):
    """The images of a status, as an edit wants them.

    Attributes:
        ids: What it is to have, in order.
        before: What it has.
        attributes: What an edit says of those that it has: alternative text.
        media: Ids of those that came from the post, by `image_key`.

    """

    ids: tuple[str, ...]
    before: tuple[str, ...]
    attributes: tuple[dict[str, str], ...] = ()
    media: Mapping[str, str] = field(default_factory=dict)

    @property
    def matter(self) -> bool:
        """Whether an edit has to name them: what it does not name is taken off."""
        return bool(self.ids or self.before)

    @property
    def changed(self) -> bool:
        """Whether an edit is needed for their sake alone."""
        return self.ids != self.before or bool(self.attributes)


def kept(status: Mapping[str, Any]) -> Pictures:
    """They stay as they are."""
    before = tuple(_attached(status))
    return Pictures(ids=before, before=before)


async def pictures_of(
    api: Api, receipt: Receipt, message: Message, status: Mapping[str, Any]
) -> Pictures:
    """Compare what stands with what the post has now.

    Raises:
        TransientError: A new image is not ready yet.

    """
    known = receipt.extra.get("media")
    if not isinstance(known, dict):
        return kept(status)  # adopted: which image is which, nobody knows
    attached = _attached(status)
    before = tuple(attached)
    by_hand = [name for name in before if name not in known.values()]
    wanted = {image_key(image) for image in (*message.post.images, *message.images)}
    stay = {k: v for k, v in known.items() if v in attached and k in wanted}
    new = [image for image in message.images if image_key(image) not in known]
    added: dict[str, str] | None = {}
    if new and not by_hand:
        added = await upload_all(api, new, Progress.of(api.context))
    if added is None:
        raise TransientError(f"{api.host} is still processing an image")
    media = {**stay, **added}
    return Pictures(
        ids=(*media.values(), *by_hand),
        before=before,
        attributes=tuple(_described(message.images, stay, attached)),
        media=media,
    )


def _attached(status: Mapping[str, Any]) -> dict[str, str]:
    """Id to alternative text of what a status has."""
    listed = status.get("media_attachments")
    return {
        str(item["id"]): str(item.get("description") or "")
        for item in (listed if isinstance(listed, list) else ())
        if isinstance(item, dict) and "id" in item
    }


def _described(
    images: tuple[Image, ...], stay: Mapping[str, str], attached: Mapping[str, str]
) -> list[dict[str, str]]:
    """New words for the images that stay.

    https://docs.joinmastodon.org/methods/statuses/#edit (2026-11-22)
    """
    return [
        {"id": stay[key], "description": image.alt}
        for image in images
        if (key := image_key(image)) in stay
        and image.alt.split() != attached[stay[key]].split()
    ]
