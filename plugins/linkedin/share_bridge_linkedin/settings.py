"""What a LinkedIn target may say, checked before anything is sent."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from share_bridge.plugin import Check, Secret, Settings
from share_bridge_linkedin.version import VERSION

__all__ = ["LinkedinSettings"]

_AUTHOR = re.compile(r"urn:li:(?:person|organization):[\w-]+")
_VERSION = re.compile(r"20\d\d(?:0[1-9]|1[0-2])")


def _address(text: str) -> str:
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("has to be an address such as https://api.linkedin.com")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("has to be the server alone, without a path")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _author(text: str) -> str:
    """A number is that of an organization: it stands in the address of its page."""
    author = text.strip()
    if author.isascii() and author.isdigit():
        return f"urn:li:organization:{author}"
    if author and not _AUTHOR.fullmatch(author):
        raise ValueError(
            "has to be the number of your organization, such as "
            '"2414183", or "urn:li:person:…"'
        )
    return author


def _month(text: str) -> str:
    if not _VERSION.fullmatch(text):
        raise ValueError(f'has to be a year and a month, such as "{VERSION}"')
    return text


def _sendable(secret: Secret) -> Secret:
    """A header can carry it; the message never shows it."""
    text = secret.reveal().strip()
    if not re.fullmatch(r"[!-~]+", text):
        raise ValueError("has to be one word of ASCII characters: copy it once more")
    return Secret(text)


class LinkedinSettings(Settings):
    """What `[targets.NAME]` of a member or an organization may say."""

    token: Annotated[Secret, Check(_sendable)]
    """The access token: `share-bridge login NAME` gets one."""

    author: Annotated[str, Check(_author)] = ""
    """Who posts: the number of your organization; empty: the member of the token."""

    visibility: Literal["public", "connections", "logged_in"] = "public"
    """Who sees the posts, unless a post says otherwise."""

    show: Literal["card", "images"] = "card"
    """Beside the text: a card of the linked post, or the post's own images."""

    version: Annotated[str, Check(_month)] = VERSION
    """Which version of LinkedIn's API is spoken; LinkedIn ends each after a year."""

    client_id: str = ""
    """Of your LinkedIn app, where tokens are renewed in CI; login saves it."""

    client_secret: Secret | None = None
    """The same: needed to renew a token, and to ask when it ends."""

    refresh_token: Annotated[Secret, Check(_sendable)] | None = None
    """With which a new token is got; LinkedIn gives it to approved apps only."""

    scopes: str = ""
    """What login asks for, where your app has more than usual."""

    server: Annotated[str, Check(_address)] = "https://api.linkedin.com"
    """Where the API is."""

    website: Annotated[str, Check(_address)] = "https://www.linkedin.com"
    """Where people log in."""
