"""What an attempt got done: uploads and parts that the next one need not repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from share_bridge.plugin import Context, Image

__all__ = ["Part", "Progress", "Upload", "image_key"]

#: Uploads that no post names are thrown away after a day or so.
_FRESH = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Upload:
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


@dataclass(frozen=True, slots=True)
class Part:
    """One status of a thread, as it was accepted.

    Attributes:
        id, url: Of the status.
        shown: Digest of how the server shows it.

    """

    id: str
    url: str
    shown: str


@dataclass(slots=True)
class Progress:
    """Kept in the ledger, step by step."""

    context: Context
    uploads: dict[str, Upload] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)

    @classmethod
    def of(cls, context: Context) -> Progress:
        """What earlier attempts left."""
        kept: Mapping[str, object] = context.progress or {}
        return cls(
            context,
            {key: Upload(**upload) for key, upload in kept.get("uploads", {}).items()},  # type: ignore[attr-defined]  # JSON of our own
            [Part(**part) for part in kept.get("parts", ())],  # type: ignore[attr-defined]  # the same
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
        self.context.checkpoint(
            {
                "uploads": {
                    key: asdict(upload) for key, upload in self.uploads.items()
                },
                "parts": [asdict(part) for part in self.parts],
            }
        )


def image_key(image: Image) -> str:
    """What an image is known by: the same from one edit to the next."""
    return image.url or image.path
