"""What a fediverse target may say: who the blog is, and how its posts look there."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from msgspec import Meta, field

from share_bridge.plugin import Blocks, Check, Secret, Settings
from share_bridge_activitypub.actor import Profile
from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.objects import Shape

__all__ = ["FediverseSettings"]

#: What Mastodon takes in a mention, and Misskey in a name (2026-11-22).
_USER = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,28}[A-Za-z0-9_])?")
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?")


def _handle(text: str) -> str:
    user, at, domain = text.strip().removeprefix("@").rpartition("@")
    if not at or not _USER.fullmatch(user) or not _DOMAIN.fullmatch(domain.lower()):
        raise ValueError('has to be a handle such as "blog@example.org"')
    return f"{user}@{domain.lower()}"


def _base(text: str) -> str:
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise ValueError("has to be an address such as https://example.org/ap")
    return text.strip().rstrip("/")


def _page(text: str) -> str:
    if text and urlsplit(text).scheme not in {"http", "https"}:
        raise ValueError("has to be an address such as https://example.org/")
    return text


def _token(secret: Secret) -> Secret:
    text = secret.reveal().strip()
    if not re.fullmatch(r"[!-~]{16,}", text):
        raise ValueError(
            "has to be 16 characters or more, without spaces: `openssl rand -hex 32` "
            "prints one"
        )
    return Secret(text)


def _blocked(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(Blocks.name, names))


class FediverseSettings(Settings):
    """What `[targets.NAME]` of a fediverse actor may say."""

    handle: Annotated[str, Check(_handle)]
    """Who the blog is in the fediverse, such as `blog@example.org`. For ever."""

    base: Annotated[str, Check(_base)] | None = None
    """Where its documents are; `https://` and the handle's domain and `/ap`."""

    name: str = ""
    """The name that people see; the handle's first part."""

    summary: str = ""
    """A few words about the blog, as HTML."""

    page: Annotated[str, Check(_page)] = ""
    """The blog's own page; the root of the handle's domain."""

    icon: Annotated[str, Check(_page)] = ""
    """Address of a square picture."""

    image: Annotated[str, Check(_page)] = ""
    """Address of a wide picture, for the head of the profile."""

    fields: dict[str, str] = field(default_factory=dict)
    """Rows of the profile: a name, and text or an address."""

    kind: Literal["Person", "Organization", "Service", "Group"] = "Person"
    """What the actor is; `Service` is shown as a bot, `Group` works as a forum."""

    object_type: Literal["note", "article", "auto"] = "note"
    """Posts as teasers (`note`), whole (`article`), or by length (`auto`)."""

    inbox: Literal["served", "spool", "none"] = "served"
    """Who takes what others send: `share-bridge serve`, `serve --inbox-only` beside
    exported files, from which `publish` collects it, or nobody."""

    spool_token: Annotated[Secret, Check(_token)] | None = None
    """With `inbox = "spool"`: a random text that both sides know."""

    visibility: Literal["public", "unlisted", "private"] = "public"
    """Who sees the posts, unless a post says otherwise."""

    max_characters: Annotated[int, Meta(ge=100, le=5000)] = 500
    """At most so many characters in a teaser."""

    tag_page: Annotated[str, Check(_page)] = ""
    """Address of the page of a tag, with `{tag}` in it; the blog's page."""

    approve_followers: bool = False
    """Followers are let in by hand."""

    replies: Literal["approve", "show"] = "approve"
    """Whether replies wait for your word before they are exported."""

    quotes: Literal["everyone", "followers", "nobody"] = "everyone"
    """Who may quote a post without asking."""

    blocked: Annotated[tuple[str, ...], Check(_blocked)] = ()
    """Hosts, with all below them, and actors that are not heard, nor written to."""

    known_as: tuple[str, ...] = ()
    """Actors that this one was before, by their addresses."""

    discoverable: bool = True
    """May be suggested and searched."""

    @property
    def who(self) -> Identity:
        """The actor's addresses."""
        user, _, domain = self.handle.rpartition("@")
        return Identity(user, domain, self.base or f"https://{domain}/ap")

    @property
    def profile(self) -> Profile:
        """What the actor shows of itself."""
        page = self.page or self._home
        return Profile(
            kind=self.kind,
            name=self.name or self.who.user,
            summary=self.summary,
            page=page,
            icon=_picture(self.icon),
            image=_picture(self.image),
            fields={name: _shown(value) for name, value in self.fields.items()},
            domains=tuple(
                dict.fromkeys(
                    urlsplit(url).hostname or "" for url in (page, self._home)
                )
            ),
            approves=self.approve_followers,
            discoverable=self.discoverable,
            known_as=self.known_as,
        )

    @property
    def shape(self) -> Shape:
        """How posts look."""
        return Shape(
            kind=self.object_type,
            visibility=self.visibility,
            tag_page=self.tag_page,
            page=self.page or self._home,
            quotes=self.quotes,
        )

    @property
    def _home(self) -> str:
        return f"https://{self.who.domain}/"


def _picture(url: str) -> tuple[str, str] | None:
    if not url:
        return None
    ending = urlsplit(url).path.rpartition(".")[2].lower()
    types = {"jpg": "jpeg", "jpeg": "jpeg", "webp": "webp", "gif": "gif"}
    return url, f"image/{types.get(ending, 'png')}"


def _shown(value: str) -> str:
    from share_bridge.plugin import for_html  # noqa: PLC0415 - with a profile only

    text = for_html(value)
    if urlsplit(value).scheme not in {"http", "https"}:
        return text
    label = for_html(value.partition("://")[2].rstrip("/"))
    return f'<a href="{text}" rel="me nofollow noopener" target="_blank">{label}</a>'
