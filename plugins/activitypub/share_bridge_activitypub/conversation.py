"""What others said of a post, as JSON and as a page part: with no script of theirs.

For sites that are files: what was approved is written beside the pages at every build.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from share_bridge.plugin import for_html, write_file
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.interactions import Interaction, Kind, Moderation

__all__ = ["as_html", "as_json", "export_conversation"]

_WORDS = {Kind.LIKE: "like", Kind.BOOST: "boost", Kind.QUOTE: "quote"}


def export_conversation(actor: Actor, folder: Path) -> int:
    """Write `POST.json` and `POST.html` for every post that was talked about.

    Returns:
        How many posts there are.

    """
    count = 0
    for volume in actor.shelf:
        found = [
            it
            for it in actor.interactions.of(volume.post)
            if it.moderation is Moderation.APPROVED
        ]
        link = volume.object.get("url", "")
        document = as_json(link, found)
        text = json.dumps(document, ensure_ascii=False, indent=1)
        write_file(folder / f"{volume.post}.json", text.encode())
        write_file(folder / f"{volume.post}.html", as_html(found).encode())
        count += bool(found)
    return count


def as_json(link: str, found: Iterable[Interaction]) -> dict[str, Any]:
    """A post's conversation: counts, and replies oldest first."""
    there = list(found)
    return {
        "version": 1,
        "url": link,
        "likes": sum(it.kind is Kind.LIKE for it in there),
        "boosts": sum(it.kind is Kind.BOOST for it in there),
        "replies": [
            {
                "id": it.id,
                "url": it.url,
                "in_reply_to": it.parent or None,
                "author": {
                    "name": it.name,
                    "handle": it.handle,
                    "url": it.page,
                },
                "published": it.published or None,
                "html": it.html,
            }
            for it in _replies(there)
        ],
    }


def as_html(found: Iterable[Interaction]) -> str:
    """The same as HTML to include in a page; nothing in it is loaded from elsewhere."""
    there = list(found)
    if not there:
        return ""
    replies = "".join(_article(it) for it in _replies(there))
    return (
        '<section class="conversation" aria-label="Conversation">\n'
        f"<p>{_counts(there)}</p>\n{replies}</section>\n"
    )


def _article(it: Interaction) -> str:
    when = f' <time datetime="{for_html(it.published)}">{for_html(it.published[:10])}'
    date = f"{when}</time>" if it.published else ""
    return (
        f'<article class="reply" id="reply-{for_html(it.key.rpartition("/")[2])}">\n'
        f'<header><a href="{for_html(it.page)}" rel="nofollow ugc">'
        f"{for_html(it.name)}</a> <small>{for_html(it.handle)}</small>{date} "
        f'<a href="{for_html(it.url)}" rel="nofollow ugc">original</a></header>\n'
        f"{_nofollow(it.html)}\n</article>\n"
    )


def _nofollow(html: str) -> str:
    """What strangers link to gains nothing by it."""
    return html.replace("<a href=", '<a rel="nofollow ugc" href=')


def _replies(found: list[Interaction]) -> list[Interaction]:
    replies = [it for it in found if it.kind in {Kind.REPLY, Kind.QUOTE}]
    return sorted(replies, key=lambda it: (it.published, it.id))


def _counts(found: list[Interaction]) -> str:
    numbers = [
        (sum(it.kind is kind for it in found), word) for kind, word in _WORDS.items()
    ]
    numbers.append((sum(it.kind is Kind.REPLY for it in found), "reply"))
    return ", ".join(
        f"{number} {_plural(word) if number != 1 else word}"
        for number, word in numbers
        if number
    )


def _plural(word: str) -> str:
    return "replies" if word == "reply" else f"{word}s"
