"""What others said of a post, as JSON and as a part of a page.

For sites that are files: what was approved is written beside the pages at every build.
The HTML is whole without a script; `conversation.js` makes more of it where it may run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from share_bridge.model.interaction import Interaction, InteractionKind, Moderation
from share_bridge.plugin.files import write_file
from share_bridge.text.escape import for_html

__all__ = ["as_html", "as_json", "export"]

_WORDS = {
    InteractionKind.LIKE: ("like", "likes"),
    InteractionKind.BOOST: ("boost", "boosts"),
    InteractionKind.QUOTE: ("quote", "quotes"),
    InteractionKind.REPLY: ("reply", "replies"),
}
#: Deeper threads go on beside each other: a phone has no room for more.
_DEEPEST = 6


def export(
    folder: Path, posts: Mapping[str, tuple[str, list[Interaction]]], *, at: str = ""
) -> int:
    """Write `POST.json` and `POST.html` for every post, their index, and the script.

    Args:
        folder: Where to.
        posts: By short id, the address of the post and what was done with it, at all
            targets.
        at: Address of the folder on the site, from which the script asks for what is
            new; empty: it asks for nothing.

    Returns:
        How many posts were talked about.

    """
    count = 0
    for post, (link, done) in posts.items():
        found = _approved(done)
        text = json.dumps(as_json(link, found), ensure_ascii=False, indent=1)
        source = f"{at.rstrip('/')}/{post}.json" if at else ""
        write_file(folder / f"{post}.json", text.encode())
        write_file(folder / f"{post}.html", as_html(found, source=source).encode())
        count += bool(found)
    index = {link: post for post, (link, _) in posts.items() if link}
    text = json.dumps(index, ensure_ascii=False, indent=1, sort_keys=True)
    write_file(folder / "index.json", text.encode())
    script = files("share_bridge.conversation").joinpath("conversation.js")
    write_file(folder / "conversation.js", script.read_bytes())
    return count


def as_json(link: str, found: Iterable[Interaction]) -> dict[str, Any]:
    """A post's conversation: counts, and replies and quotes, oldest first."""
    there = list(found)
    return {
        "version": 1,
        "url": link,
        **{many: _count(there, kind) for kind, (_, many) in _WORDS.items()},
        "replies": [
            {
                "id": it.id,
                "kind": it.kind.value,
                "url": it.url,
                "in_reply_to": it.parent or None,
                "author": {"name": it.name, "handle": it.handle, "url": it.page},
                "published": it.published or None,
                "html": it.html,
            }
            for it in _spoken(there)
        ],
    }


def as_html(found: Iterable[Interaction], *, source: str = "") -> str:
    """The same as HTML to include in a page; nothing in it is loaded from elsewhere.

    Args:
        found: What is shown.
        source: Address of the JSON, from which the script may make it current.

    """
    there = list(found)
    if not there and not source:
        return ""
    src = f' src="{for_html(source)}"' if source else ""
    counts = f'<p class="counts">{_counts(there)}</p>\n' if there else ""
    return (
        f"<share-bridge-conversation{src}>\n"
        f'<section class="conversation" aria-label="Conversation" lang="en">\n'
        f"{counts}{_threads(_spoken(there))}</section>\n"
        "</share-bridge-conversation>\n"
    )


def _threads(spoken: list[Interaction]) -> str:
    """Each reply in the list of what answers the one that it answers."""
    ids = {it.id for it in spoken}
    answers: dict[str, list[Interaction]] = {}
    for it in spoken:
        above = it.parent if it.parent in ids and it.parent != it.id else ""
        answers.setdefault(above, []).append(it)
    written: set[str] = set()

    def listed(above: str, depth: int) -> str:
        new = [it for it in answers.get(above, ()) if it.id not in written]
        written.update(it.id for it in new)
        if depth < _DEEPEST:
            items = [f"{_article(it)}{listed(it.id, depth + 1)}" for it in new]
            return _list(items)
        flat = list(new)
        for it in flat:
            more = [one for one in answers.get(it.id, ()) if one.id not in written]
            written.update(one.id for one in more)
            flat += more
        return _list([_article(it) for it in flat])

    return listed("", 1)


def _list(items: list[str]) -> str:
    if not items:
        return ""
    return f'<ol class="replies">\n{"".join(f"<li>{it}</li>" for it in items)}\n</ol>\n'


def _article(it: Interaction) -> str:
    name = for_html(it.name or it.handle or "somebody")
    who = f'<a href="{for_html(it.page)}" rel="nofollow ugc">{name}</a>'
    both = it.name and it.handle not in {"", it.name}
    handle = f" <small>{for_html(it.handle)}</small>" if both else ""
    when, day = for_html(it.published), for_html(it.published[:10])
    date = f' <time datetime="{when}">{day}</time>' if it.published else ""
    link = for_html(it.url)
    label = f'aria-label="original by {name}"'
    original = f' <a href="{link}" rel="nofollow ugc" {label}>original</a>'
    there = original if it.url else ""
    return (
        f'<article class="reply {it.kind}" id="reply-{it.short}">\n'
        f'<header><span dir="auto">{who if it.page else name}</span>'
        f"{handle}{date}{there}</header>\n"
        f'<div class="said" dir="auto" lang="und">{_nofollow(it.html)}</div>\n'
        "</article>\n"
    )


def _nofollow(html: str) -> str:
    """What strangers link to gains nothing by it."""
    return html.replace("<a href=", '<a rel="nofollow ugc" href=')


def _approved(done: Iterable[Interaction]) -> list[Interaction]:
    """What is shown; what came by two targets is shown once."""
    shown = {it.id: it for it in done if it.moderation is Moderation.APPROVED}
    return list(shown.values())


def _spoken(found: Iterable[Interaction]) -> list[Interaction]:
    return sorted(
        (it for it in found if it.kind.speaks), key=lambda it: (it.published, it.id)
    )


def _counts(found: list[Interaction]) -> str:
    numbers = [(_count(found, kind), words) for kind, words in _WORDS.items()]
    return ", ".join(
        f"{number} {one if number == 1 else many}"
        for number, (one, many) in numbers
        if number
    )


def _count(found: list[Interaction], kind: InteractionKind) -> int:
    return sum(it.kind is kind for it in found)
