"""The message of a digest, as its target or the target's own template lays it out."""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from urllib.parse import urlsplit

from msgspec.structs import replace

from share_bridge.model.capabilities import Capabilities, Format
from share_bridge.model.message import Facet, Message
from share_bridge.model.post import Post
from share_bridge.text.blocks import plain_blocks
from share_bridge.text.digest import Telling, Told, fit, site_of
from share_bridge.text.digest_formats import telling_as_html, telling_as_markdown
from share_bridge.text.draft import Draft, Room
from share_bridge.text.facets import facets
from share_bridge.text.formats import to_html, to_markdown
from share_bridge.text.layout import Layout, link_line
from share_bridge.text.plain import collapse
from share_bridge.text.template import BadTemplateError, Template, template

__all__ = ["digested"]


def digested(
    message: Message,
    capabilities: Capabilities,
    *,
    words: str | None,
    template: str | None,
    site: str,
) -> Message:
    """All of a message that tells of several posts.

    It has no link of its own: every post has one, in the text.

    Args:
        message: With the digest, its title and its language.
        capabilities: Of the target.
        words: Of the links; None: in the language of each post.
        template: The target's own, or None.
        site: What the site is called, for a template.

    Raises:
        DoesNotFitError: Not even one link fits.
        BadTemplateError: The template fails on this digest.

    """
    if template is not None:
        return _templated(message, capabilities, words, template, site)
    telling = fit(message, capabilities, words=words, shown=attrgetter("text"))
    home, formats = site_of(message.post), capabilities.formats
    return replace(
        message,
        text=telling.text,
        teaser=telling.body,
        html=telling_as_html(telling, site=home) if Format.HTML in formats else "",
        markdown=(
            telling_as_markdown(telling, site=home)
            if Format.MARKDOWN in formats
            else ""
        ),
        facets=_facets(telling.text, capabilities),
    )


def _templated(
    message: Message,
    capabilities: Capabilities,
    words: str | None,
    source: str,
    site: str,
) -> Message:
    shown = partial(_fill, template(source), message, site=site)
    room = Room(capabilities, message.content_warning)
    if excess := room.excess(shown(Telling(message.title, ()))):
        raise BadTemplateError(f"with no post at all it is {excess}")
    telling = fit(message, capabilities, words=words, shown=shown)
    text = shown(telling)
    if not text:
        raise BadTemplateError("it makes nothing of this digest")
    made = Draft(Layout(teaser=text), plain_blocks(text), more=False)
    formats = capabilities.formats
    return replace(
        message,
        text=text,
        teaser=telling.body,
        html=to_html(message, made) if Format.HTML in formats else "",
        markdown=to_markdown(message, made) if Format.MARKDOWN in formats else "",
        facets=_facets(text, capabilities),
    )


def _fill(template: Template, message: Message, telling: Telling, *, site: str) -> str:
    digest, home = message.post, site_of(message.post)
    authors = dict.fromkeys(
        name for post in digest.posts for name in map(collapse, post.authors) if name
    )
    return template.render(
        {
            "title": message.title,
            "teaser": "\n\n".join(told.text for told in telling.told),
            "link": home,
            "read_more": "",
            "link_line": telling.rest,
            "hashtags": "",
            "tags": (),
            "author": ", ".join(authors),
            "authors": tuple(authors),
            "site": collapse(site) or (urlsplit(home).hostname or ""),
            "date": digest.published.date().isoformat() if digest.published else "",
            "language": message.language,
            "posts": tuple(
                _names(told, post)
                for told, post in zip(telling.told, digest.posts, strict=False)
            ),
        }
    )


def _names(told: Told, post: Post) -> dict[str, str]:
    """What a template is told of one post."""
    return {
        "title": told.title,
        "teaser": told.teaser,
        "link": told.link,
        "read_more": told.words,
        "link_line": link_line(told.words, told.link, told.language),
        "author": ", ".join(filter(None, map(collapse, post.authors))),
        "date": post.published.date().isoformat() if post.published else "",
    }


def _facets(text: str, capabilities: Capabilities) -> tuple[Facet, ...]:
    unit = capabilities.facets
    return () if unit is None else facets(text, unit=unit)
