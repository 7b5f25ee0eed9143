"""What an attempt got done: uploads and parts that the next one need not repeat."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct, convert, field, to_builtins

from share_bridge.plugin import Context, Image, replace

__all__ = ["Part", "Progress", "Upload", "image_key"]

#: Uploads that no post names are thrown away after a day or so.
_FRESH = timedelta(hours=12)


class Upload(Struct, frozen=True):
    """One image over there.

    Attributes:
        id: The server's name for it, or empty.
        at: When it was uploaded, as ISO text.
        ready: It may be put into a post.
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


class Part(Struct, frozen=True):
    """One status of a thread, as it was accepted.

    Attributes:
        id, url: Of the status.
        shown: Digest of how the server shows it.

    """

    id: str
    url: str
    shown: str


class Progress(Struct):
    """Kept in the ledger, step by step."""

    context: Context
    uploads: dict[str, Upload] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)

    @classmethod
    def of(cls, context: Context) -> Progress:
        """What earlier attempts left."""
        kept = context.progress or {}
        return cls(
            context,
            convert(kept.get("uploads", {}), dict[str, Upload]),
            convert(kept.get("parts", []), list[Part]),
        )

    def upload(self, key: str) -> Upload:
        """What is known of an image; one that is too old to be there is new."""
        known = self.uploads.get(key, Upload())
        if known.id and known.age(self.context.now()) > _FRESH:
            return replace(known, id="", ready=False)
        return known

    def note(self, key: str, upload: Upload) -> Upload:
        """Remember what became of an image."""
        self.uploads[key] = upload
        self.save()
        return upload

    def save(self) -> None:
        """Commit it."""
        document = {"uploads": self.uploads, "parts": self.parts}
        self.context.checkpoint(to_builtins(document))


def image_key(image: Image) -> str:
    """What an image is known by: the same from one edit to the next."""
    return image.url or image.path
