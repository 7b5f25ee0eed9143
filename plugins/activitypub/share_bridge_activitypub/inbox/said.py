"""What somebody said, as far as it is theirs to say, made safe to show."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from share_bridge.plugin import (
    Interaction,
    InteractionKind,
    Moderation,
    clean,
    for_html,
)
from share_bridge_activitypub.inbox.activity import Activity, origin_of
from share_bridge_activitypub.remote import Remote, RemoteError
from share_bridge_activitypub.vocabulary import PUBLIC, many, one_id

__all__ = ["authentic", "interaction", "is_by", "is_public"]

_LONGEST_NAME, _LONGEST_HTML = 200, 20_000
_PICTURE = re.compile(r"<img\b[^>]*>")
_PUBLIC = frozenset({PUBLIC, "as:Public", "Public"})


async def authentic(activity: Activity, remote: Remote) -> dict[str, Any]:
    """The object of an activity, from its author's own server.

    One that stands in the activity is taken as it is only where it is on the actor's
    server and the actor's own (FEP-fe34).

    Raises:
        RemoteError: It is not there, or another's.

    """
    document: Any = activity.object
    if (
        not isinstance(document, dict)
        or origin_of(one_id(document)) != origin_of(activity.actor)
        or not is_by(document, activity.actor)
    ):
        document = await remote.fetch(activity.object_id)
    if not isinstance(document, dict) or not is_by(document, activity.actor):
        raise RemoteError("what it is about is by another actor")
    return document


def interaction(
    document: dict[str, Any],
    *,
    kind: InteractionKind,
    post: str,
    actor: dict[str, Any],
    shows: Moderation,
    parent: str = "",
) -> Interaction:
    """What is kept of a reply, a like or a boost, and shown when it is approved."""
    html = (
        document.get("content")
        if kind in {InteractionKind.REPLY, InteractionKind.QUOTE}
        else ""
    )
    base = one_id(document)
    icon = next((it for it in many(actor.get("icon")) if isinstance(it, dict)), {})
    return Interaction(
        id=base,
        post=post,
        kind=kind,
        actor=one_id(actor),
        name=_line(actor.get("name")) or _line(actor.get("preferredUsername")),
        handle=_handle(actor),
        page=_address(actor.get("url")) or one_id(actor),
        icon=_address(icon.get("url")),
        url=_address(document.get("url")) or base,
        html=_shown(_folded(document, html), base) if isinstance(html, str) else "",
        published=_date(document.get("published")),
        parent=parent,
        moderation=shows if not html or is_public(document) else Moderation.HIDDEN,
    )


def _shown(html: str, base: str) -> str:
    """Sanitized, and without pictures: a page would load them from a stranger."""
    return _PICTURE.sub("", clean(html[:_LONGEST_HTML], base=base))


def _folded(document: dict[str, Any], html: str) -> str:
    """What was said, behind its warning where it has one."""
    warning = document.get("summary")
    if not html or not isinstance(warning, str) or not warning.strip():
        return html
    words = for_html(_line(warning))
    return f"<details><summary>{words}</summary>{html}</details>"


def is_public(document: dict[str, Any]) -> bool:
    """Whether its author wants everybody to see it."""
    named = many(document.get("to")) + many(document.get("cc"))
    return any(one_id(name) in _PUBLIC for name in named)


def is_by(document: dict[str, Any], actor: str) -> bool:
    """Whether a document says that this actor alone is its author."""
    authors = [one_id(author) for author in many(document.get("attributedTo"))]
    return authors == [actor]


def _handle(actor: dict[str, Any]) -> str:
    host = urlsplit(one_id(actor)).netloc
    return f"@{_line(actor.get('preferredUsername'))}@{host}"


def _line(value: Any) -> str:
    """Plain text in one line; it is escaped where it is shown."""
    return " ".join(value.split())[:_LONGEST_NAME] if isinstance(value, str) else ""


def _address(value: Any) -> str:
    for item in many(value):
        text = item.get("href") if isinstance(item, dict) else item
        if isinstance(text, str) and origin_of(text):
            return text
    return ""


def _date(value: Any) -> str:
    try:
        return datetime.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        return ""
