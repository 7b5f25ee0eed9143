"""What a status is asked to be: the JSON that is sent, and a digest of what stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from share_bridge.plugin import Context, Message, UnsupportedError
from share_bridge_mastodon.shown import shown

__all__ = ["HIDDEN", "VISIBILITIES", "digest", "form", "shown_digest", "visibility"]

VISIBILITIES = frozenset({"public", "unlisted", "private", "direct"})
#: What some servers list to nobody, not even to their author.
HIDDEN = frozenset({"private", "direct"})


def form(
    message: Message, text: str, *, context: Context, media: Sequence[str] = ()
) -> dict[str, Any]:
    """What a new status and an edit share.

    JSON has true booleans; Hollo refuses the `true` of a form (2026-11-22).
    """
    warning = message.content_warning
    language = _language(message, context)
    return {
        "status": text,
        "sensitive": bool(warning),
        "spoiler_text": warning,
        **({"language": language} if language else {}),
        **({"media_ids": list(media)} if media else {}),
    }


def visibility(message: Message, context: Context) -> str:
    """Who is to see it.

    Raises:
        UnsupportedError: The author asks for one that does not exist: nothing is
            shown to everyone by mistake.

    """
    wanted: str = message.visibility or context.settings.visibility
    if wanted not in VISIBILITIES:
        raise UnsupportedError(
            f'there is no visibility "{wanted}"; '
            f"use one of {', '.join(sorted(VISIBILITIES))}"
        )
    return wanted


def digest(text: str, warning: str) -> str:
    """Equal for equal words: white space is as a server likes it."""
    words = "\0".join("".join(part.split()) for part in (text, warning))
    return blake2b(words.encode(), digest_size=12).hexdigest()


def shown_digest(status: Mapping[str, Any]) -> str:
    """The digest of how a server shows a status."""
    return digest(shown(status).text, str(status.get("spoiler_text") or ""))


def _language(message: Message, context: Context) -> str:
    """ISO 639: the first part of a tag."""
    tag: str = message.post.language or context.settings.language or message.language
    return tag.partition("-")[0].lower()
