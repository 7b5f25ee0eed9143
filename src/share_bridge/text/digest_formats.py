"""A digest as HTML and as Markdown: each post under its title, which is a link."""

from __future__ import annotations

from share_bridge.text.digest import Telling, Told
from share_bridge.text.escape import for_html, for_markdown
from share_bridge.text.formats import linked
from share_bridge.text.render import as_html, as_markdown

__all__ = ["telling_as_html", "telling_as_markdown"]


def telling_as_html(telling: Telling, *, site: str) -> str:
    """Balanced HTML.

    Args:
        telling: What is shown.
        site: Where the line of the rest leads, or empty.

    """
    title, rest = telling.title, telling.rest
    parts = [f"<p><strong>{for_html(title)}</strong></p>"] if title else []
    parts += [_html(told) for told in telling.told]
    if rest:
        words = for_html(_words_of(rest, site))
        parts.append(f"<p>{_anchor(site, words) if site else words}</p>")
    return "\n".join(parts)


def telling_as_markdown(telling: Telling, *, site: str) -> str:
    """CommonMark; `site` as for HTML."""
    title, rest = telling.title, telling.rest
    parts = [f"**{for_markdown(title)}**"] if title else []
    parts += [_markdown(told) for told in telling.told]
    if rest:
        words = for_markdown(_words_of(rest, site))
        parts.append(_reference(site, words) if site else words)
    return "\n\n".join(parts)


def _html(told: Told) -> str:
    title, link = for_html(told.title), told.link
    heading = f"<strong>{_anchor(link, title) if link else title}</strong>"
    parts = [f"<p>{heading}</p>" if title else ""]
    parts.append(as_html([linked(block) for block in told.blocks]))
    if link and (told.words or not title):
        words = for_html(told.words or link)
        label = f"{words}: {title}" if title else ""
        parts.append(f"<p>{_anchor(link, words, label=label)}</p>")
    return "\n".join(filter(None, parts))


def _markdown(told: Told) -> str:
    title, link = for_markdown(told.title), told.link
    parts = [f"**{_reference(link, title) if link else title}**" if title else ""]
    parts.append(as_markdown([linked(block) for block in told.blocks]))
    if link and (told.words or not title):
        parts.append(_reference(link, for_markdown(told.words or link)))
    return "\n\n".join(filter(None, parts))


def _words_of(rest: str, site: str) -> str:
    """`and 3 more`, without the address behind it."""
    return rest.removesuffix(site).rstrip(":\xa0 \n") if site else rest


def _anchor(link: str, words: str, *, label: str = "") -> str:
    named = f' aria-label="{label}"' if label else ""
    return f'<a href="{for_html(link)}"{named}>{words}</a>'


def _reference(link: str, words: str) -> str:
    return f"[{words}]({link.replace('(', '%28').replace(')', '%29')})"
