"""A preview in lines for a terminal: the texts, and what there is to know of each."""

from __future__ import annotations

from collections.abc import Iterator

from share_bridge.cli.terminal import wrapped
from share_bridge.preview.cards import PostPreview, Preview, TargetCard
from share_bridge.text.escape import for_line, for_terminal

__all__ = ["lines"]

_INDENT = "  "
_MARGIN = "  │ "


def lines(preview: Preview, *, width: int) -> Iterator[str]:
    """Post by post, newest first, and under each the text of every target.

    Args:
        preview: What to tell.
        width: Columns; an address may take more.

    """
    for item in preview.posts:
        yield from _post(item, width)
    ahead = sum(card.standing.is_ahead for it in preview.posts for card in it.cards)
    count = len(preview.posts)
    posts = "1 post" if count == 1 else f"{count} posts"
    yield f"{posts}; {ahead} to be sent or held. Preview: nothing was sent."


def _post(item: PostPreview, width: int) -> Iterator[str]:
    post = item.post
    title = for_line(post.title) or for_line(post.url) or "(no title)"
    yield from wrapped(title, width)
    date = "" if post.published is None else f"{post.published:%Y-%m-%d}"
    yield " · ".join(filter(None, (date, for_line(post.source), for_line(post.url))))
    for card in item.cards:
        yield ""
        yield from _card(card, width)
    yield ""
    yield "─" * min(width, 40)
    yield ""


def _card(card: TargetCard, width: int) -> Iterator[str]:
    counts = (count.words for count in card.counts)
    head = " · ".join((card.name, card.standing.word, *counts))
    yield from _hung("▸ ", head, width)
    reason = card.standing.reason or card.standing.url
    yield from _hung(_INDENT, reason, width)
    yield from _hung(_INDENT, card.problem, width)
    if card.message is not None:
        yield from _said(card, width)
        yield from _about(card, width)


def _said(card: TargetCard, width: int) -> Iterator[str]:
    """The exact text, behind a line that shows where it begins and ends."""
    message = card.message
    if message is not None and message.content_warning:
        yield from _hung(_INDENT, f"Content warning: {message.content_warning}", width)
    if card.subject:
        yield from _hung(_INDENT, f"Title: {card.subject}", width)
    for number, text in enumerate(card.texts):
        if number:
            yield f"{_INDENT}├─"
        for line in wrapped(for_terminal(text), width - len(_MARGIN)):
            yield f"{_MARGIN}{line}".rstrip()


def _about(card: TargetCard, width: int) -> Iterator[str]:
    for warning in card.warnings:
        yield from _hung("  ! ", warning, width)
    for line in card.left_out:
        yield from _hung("  - left out: ", line, width)
    images = () if card.message is None else card.message.images
    for image in images:
        shown = image.alt or image.url or image.path
        yield from _hung("  + picture: ", shown, width)
    if card.link is not None:
        yield from _hung("  + link card: ", card.link.title or card.link.host, width)
    yield from _hung(_INDENT, f"({card.limits})" if card.limits else "", width)


def _hung(start: str, text: str, width: int) -> Iterator[str]:
    """The text behind `start`, its later lines below its first; nothing of none."""
    if not text:
        return
    first, *others = wrapped(for_line(text), width - len(start))
    yield start + first
    yield from (" " * len(start) + line for line in others)
