"""Draws entries as HTML and as Markdown; no post can add markup of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote

from share_bridge.plugin import for_html, for_line, for_markdown
from share_bridge_page.entries import Entry, mark

__all__ = ["as_html", "as_markdown"]

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# Site generators run these; a post that shows one must not run on the page.
_TEMPLATE = re.compile(r"\{(?=[{%#<])")
_LINE_END = re.compile(r"\r\n?")
# As the sanitizer writes it: quoted attributes, in which `>` may stand.
_IMAGE = re.compile(r'<img(?:[^>"]|"[^"]*")*>')


def as_html(entries: Iterable[Entry]) -> str:
    """One `h-entry` after the other, each behind its mark."""
    return "\n".join(f"{mark(entry)}\n{_article(entry)}" for entry in entries)


def as_markdown(entries: Iterable[Entry]) -> str:
    """One entry after the other, each behind its mark."""
    return "\n\n".join(f"{mark(entry)}\n{_paragraphs(entry)}" for entry in entries)


def _article(entry: Entry) -> str:
    if entry.drawn:
        return entry.drawn
    language = f' lang="{for_html(entry.language)}"' if entry.language else ""
    lines = [
        f'<article class="h-entry" id="post-{entry.id}"{language}>',
        _heading(entry),
        _time(entry),
        f'<div class="p-summary">{_body(entry)}</div>',
        _more(entry),
        "</article>",
    ]
    return _inert("\n".join(filter(None, lines)))


def _heading(entry: Entry) -> str:
    title = for_html(for_line(entry.title))
    if not title:
        return ""
    if not entry.link:
        return f'<h2 class="p-name">{title}</h2>'
    address = for_html(_address(entry.link))
    return f'<h2 class="p-name"><a class="u-url" href="{address}">{title}</a></h2>'


def _time(entry: Entry) -> str:
    if (date := entry.date) is None:
        return ""
    return (
        f'<time class="dt-published" datetime="{date.isoformat()}">'
        f"{_day(date, entry.language)}</time>"
    )


def _body(entry: Entry) -> str:
    body = _IMAGE.sub("", entry.html)
    if not body or "<!--" in body:
        body = f"<p>{for_html(entry.teaser)}</p>"
    body = _without_last_link(body, entry)
    if entry.warning:
        warning = for_html(for_line(entry.warning))
        return f"<details><summary>{warning}</summary>{body}</details>"
    return body


def _without_last_link(body: str, entry: Entry) -> str:
    """The body without a closing paragraph that is the link alone: we draw our own."""
    if not entry.link:
        return body
    pattern = r'\s*<p>\s*<a [^>]*href="{}"[^>]*>[^<]*</a>\s*</p>\s*\Z'
    return re.sub(pattern.format(re.escape(for_html(entry.link))), "", body)


def _more(entry: Entry) -> str:
    if not (words := for_html(_more_words(entry))):
        return ""
    about = for_html(for_line(entry.title))
    label = f' aria-label="{words}: {about}"' if about else ""
    url = "" if about else ' class="u-url"'
    address = for_html(_address(entry.link))
    return f'<p class="more"><a{url} href="{address}"{label}>{words}</a></p>'


def _more_words(entry: Entry) -> str:
    """What the last link says: nothing where there is none, or the title is enough."""
    if not entry.link or (entry.title and not entry.read_more):
        return ""
    return for_line(entry.read_more) or entry.link.partition("://")[2]


def _paragraphs(entry: Entry) -> str:
    if entry.drawn:
        return entry.drawn
    title = for_markdown(for_line(entry.title))
    if title and entry.link:
        title = f"[{title}]({_destination(entry.link)})"
    day = _day(entry.date, entry.language) if entry.date else ""
    head = " · ".join(filter(None, (title and f"**{title}**", day)))
    more = for_markdown(_more_words(entry))
    last = f"[{more}]({_destination(entry.link)})" if more else ""
    return _inert("\n\n".join(filter(None, (head, _marked_body(entry), last))))


def _marked_body(entry: Entry) -> str:
    """The body as Markdown; as plain text where it holds what must not stand there.

    In a code span nothing can be escaped, also not our markers or a template's tag.
    """
    if entry.warning:
        return f"⚠ {for_markdown(for_line(entry.warning))}"
    body = _without_marked_link(entry.markdown, entry)
    if not body or "<!--" in body or _TEMPLATE.search(body):
        return for_markdown(entry.teaser)
    return body


def _without_marked_link(body: str, entry: Entry) -> str:
    """The body without a closing paragraph that is the link alone: we draw our own."""
    head, gap, last = body.rstrip().rpartition("\n\n")
    if gap and entry.link and re.fullmatch(r"\[[^\n]*\]\(\S+\)", last):
        return head
    return body.rstrip()


def _inert(drawn: str) -> str:
    """With our own line ends, and no template tags."""
    return _TEMPLATE.sub("&#123;", _LINE_END.sub("\n", drawn))


def _destination(link: str) -> str:
    """A link as Markdown takes it between parentheses."""
    return _address(link, keep_brackets=False).replace("&", "&amp;")


def _address(link: str, *, keep_brackets: bool = True) -> str:
    """A link in ASCII; one that is no web address leads nowhere."""
    if not re.match(r"https?://", link, re.IGNORECASE):
        return "#"
    brackets = "()[]" if keep_brackets else "[]"
    return quote(for_line(link), safe=f"/:?#@!$&'*+,;=%~-._{brackets}")


def _day(date: datetime, language: str) -> str:
    if language.lower().split("-")[0] not in {"", "en"}:
        return date.date().isoformat()
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"
