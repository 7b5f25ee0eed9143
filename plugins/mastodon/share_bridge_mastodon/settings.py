"""What a Mastodon target may say, checked before anything is sent."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from msgspec import Meta

from share_bridge.plugin import Check, Secret, Settings

__all__ = ["MastodonSettings"]

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def _address(server: str) -> str:
    """`mastodon.example` and `https://mastodon.example/` are one server."""
    text = server.strip()
    if "@" in text:
        raise ValueError("has to be the server alone, such as https://mastodon.example")
    address = text if "://" in text else f"https://{text}"
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("has to be an address such as https://mastodon.example")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("has to be the server alone, without a path")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _sendable(token: Secret) -> Secret:
    """A header can carry it; the message never shows it."""
    text = token.reveal().strip()
    if not re.fullmatch(r"[!-~]+", text):
        raise ValueError("has to be one word of ASCII characters: copy it once more")
    return Secret(text)


def _language_tag(language: str) -> str:
    if language and not _LANGUAGE.fullmatch(language):
        raise ValueError('has to be a language such as "en"')
    return language


class MastodonSettings(Settings):
    """What `[targets.NAME]` of an account on such a server may say."""

    server: Annotated[str, Check(_address)]
    """Where the account lives, such as `https://mastodon.example`."""

    token: Annotated[Secret, Check(_sendable)]
    """The access token, from Preferences → Development of that account."""

    visibility: Literal["public", "unlisted", "private", "direct"] = "public"
    """Who sees the posts, unless a post says otherwise."""

    language: Annotated[str, Check(_language_tag)] = ""
    """Of posts that do not say; empty: the site's."""

    max_characters: Annotated[int, Meta(ge=100)] | None = None
    """At most so many characters, where the server would take more."""
