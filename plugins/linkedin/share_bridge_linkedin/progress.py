"""What an attempt got done: uploads, and the very post that was attempted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, convert, field, to_builtins

from share_bridge.plugin import Context, Image, replace

__all__ = ["Progress", "Upload", "image_key"]

Body = Mapping[str, Any]


class Upload(Struct, frozen=True):
    """One image over there.

    Attributes:
        id: LinkedIn's name for it, or empty.
        at: When it was uploaded, as ISO text.
        ready: A post may name it.
        failures: Times that sending it went wrong.
        left_out: The post goes without it.

    """

    id: str = ""
    at: str = ""
    ready: bool = False
    failures: int = 0
    left_out: bool = False

    def age(self, now: datetime) -> timedelta:
        """Since it was uploaded."""
        return now - datetime.fromisoformat(self.at)


class Progress(Struct):
    """Kept in the ledger, step by step.

    Attributes:
        uploads: By `image_key`.
        body: The post as it was attempted, where it may have been accepted. It is
            sent again word for word: by that LinkedIn knows a duplicate.

    """

    context: Context
    uploads: dict[str, Upload] = field(default_factory=dict)
    body: Body | None = None

    @classmethod
    def of(cls, context: Context) -> Progress:
        """What earlier attempts left."""
        kept: Mapping[str, Any] = context.progress or {}
        uploads = convert(kept.get("uploads", {}), dict[str, Upload])
        return cls(context, uploads, kept.get("body"))

    def note(self, key: str, upload: Upload) -> Upload:
        """Remember what became of an image."""
        self.uploads[key] = upload
        self._save()
        return upload

    def keep(self, body: Body | None) -> None:
        """Remember what is about to be sent; None: it was surely not accepted."""
        self.body = body
        self._save()

    def leave_images_out(self) -> bool:
        """The post goes without any; False: it had none."""
        had = any(upload.id for upload in self.uploads.values())
        self.uploads = {
            key: replace(upload, id="", left_out=True)
            for key, upload in self.uploads.items()
        }
        self.keep(None)
        return had

    def _save(self) -> None:
        document = {"uploads": self.uploads, "body": self.body}
        self.context.checkpoint(to_builtins(document))


def image_key(image: Image) -> str:
    """What an image is known by: the same at every attempt."""
    return image.url or image.path
