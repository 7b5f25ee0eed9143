"""A message that a target's own template lays out: the teaser gets what is left."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

from msgspec.structs import replace

from share_bridge.model.capabilities import Capabilities
from share_bridge.model.message import Message
from share_bridge.text.blocks import plain_blocks
from share_bridge.text.draft import Draft, Room, draft
from share_bridge.text.layout import Layout
from share_bridge.text.plain import collapse
from share_bridge.text.template import BadTemplateError, Template, template

__all__ = ["lay_out"]


def lay_out(
    message: Message,
    capabilities: Capabilities,
    *,
    source: str,
    most_tags: int | None,
    site: str,
) -> tuple[Layout, Draft]:
    """The layout that was counted as the template shows it, and what it shows.

    Every length of the teaser is tried in the template itself: what is counted is what
    is sent.

    Args:
        message: As for `draft`.
        capabilities: Of the target.
        source: The template.
        most_tags: Hashtags at most; None: as many as fit.
        site: What the site is called; empty: by its host.

    Raises:
        BadTemplateError: It fails, or is over a limit before the teaser is in it.

    """
    room, made_of = Room(capabilities, message.content_warning), template(source)
    if "teaser" not in made_of.names:  # then the title is all there is
        message = replace(message, post=replace(message.post, summary="", content=""))
    shown = partial(
        _fill,
        made_of,
        message,
        title=message.title if capabilities.has_title else "",
        site=site,
    )
    if excess := room.excess(shown(Layout(link=message.link))):
        raise BadTemplateError(f"with no teaser at all it is {excess}")
    made = draft(message, capabilities, most_tags=most_tags, shown=shown)
    text = shown(made.layout)
    if not text:
        raise BadTemplateError("it makes nothing of this post")
    if excess := room.excess(text):
        raise BadTemplateError(f"it is {excess}")
    return made.layout, Draft(Layout(teaser=text), plain_blocks(text), more=False)


def _fill(
    template: Template, message: Message, layout: Layout, *, title: str, site: str
) -> str:
    post = message.post
    authors = tuple(filter(None, map(collapse, post.authors)))
    worded = layout.link not in {"", message.link}
    return template.render(
        {
            "title": layout.title or title,
            "teaser": "\n\n".join(filter(None, (layout.warning, layout.teaser))),
            "link": message.link,
            "read_more": message.read_more if worded else "",
            "link_line": layout.link,
            "hashtags": " ".join(f"#{tag}" for tag in layout.tags),
            "tags": layout.tags,
            "author": ", ".join(authors),
            "authors": authors,
            "site": collapse(site) or (urlsplit(message.link).hostname or ""),
            "date": post.published.date().isoformat() if post.published else "",
            "language": message.language,
            "posts": (),
        }
    )
