"""What feedparser made of an entry, made a post: chosen, checked, in our words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from share_bridge.model.post import Image, Post
from share_bridge.sources.dates import is_ahead, read_date, sane
from share_bridge.sources.decode import printable
from share_bridge.sources.pictures import first_image, images, is_image
from share_bridge.sources.values import language_tag, names, plain_to_html, tags
from share_bridge.text.links import absolute
from share_bridge.text.pattern import pattern
from share_bridge.text.plain import one_line

__all__ = ["Origin", "ahead_reason", "to_post"]

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_ESCAPED = pattern(r"&lt;/?(?:p|br|a|div|img)\b", re.IGNORECASE)
_TAG = pattern(r"<[a-zA-Z/!]")
_ENTITY = pattern(r"&(?:#\w{1,7}|[a-zA-Z]\w{1,31});")


class Origin(Struct, frozen=True):
    """Where entries come from.

    Attributes:
        source: Name of the source.
        url: Address of the feed, after redirects, or empty for a local file.
        language: Of posts that say none.
        now: Aware, UTC.

    """

    source: str
    url: str
    language: str
    now: datetime


def to_post(
    entry: Mapping[str, Any],
    feed: Mapping[str, Any],
    *,
    version: str,
    guid: str,
    alts: Mapping[str, str],
    origin: Origin,
) -> Post | None:
    """Make a post, without an identity yet, of feedparser's entry.

    Args:
        entry: One of `entries`.
        feed: The `feed` that it stands in.
        version: feedparser's name of the format; Atom's types are believed.
        guid: Its guid as written.
        alts: Alternative texts by the address of their picture.
        origin: Where it comes from.

    Returns:
        None for an entry that says nothing: no title and no body.

    """
    feed_base = _feed_base(feed, origin)
    url = _link(entry, guid, base=feed_base, feed_language=feed.get("language"))
    atom = version.startswith("atom")
    body, summary = _bodies(entry, atom=atom)
    title = _title(entry, atom=atom)
    if not (title or body.value.strip() or summary.value.strip()):
        return None
    published, updated = _dates(entry, origin.now)
    base = absolute(body.base or summary.base, feed_base) or url or feed_base
    return Post(
        source=origin.source,
        identity="",
        url=url,
        title=title,
        summary=summary.value,
        content=body.value,
        base=base,
        published=published,
        updated=updated,
        authors=names(_authors(entry) or _authors(feed)),
        tags=tags(_terms(entry)),
        language=language_tag(
            *_languages(entry), body.language, feed.get("language"), origin.language
        ),
        images=_images(entry, alts, body.value, base=base),
        skip_reason=ahead_reason(published, now=origin.now),
    )


def ahead_reason(published: datetime | None, *, now: datetime) -> str:
    """Why a post that is dated in the future waits, or empty.

    The date is the author's word, so the post waits for it; a date more than a
    year ahead is no plan but a mistake, and was dropped before.
    """
    if not is_ahead(published, now=now) or published is None:
        return ""
    return f"dated in the future: {published:%Y-%m-%d %H:%M} UTC"


class _Body(Struct, frozen=True):
    value: str = ""
    is_html: bool = False
    base: str = ""
    language: str = ""


def _get(mapping: Mapping[str, Any], key: str) -> Any:
    """The value itself: feedparser's own mapping answers for other keys as well."""
    return dict.get(mapping, key) if isinstance(mapping, dict) else mapping.get(key)


def _text(mapping: Mapping[str, Any], key: str) -> str:
    value = _get(mapping, key)
    return printable(value) if isinstance(value, str) else ""


def _list(mapping: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = _get(mapping, key)
    values = value if isinstance(value, list) else []
    return [item for item in values if isinstance(item, Mapping)]


def _feed_base(feed: Mapping[str, Any], origin: Origin) -> str:
    return origin.url or next(
        (
            link
            for item in _list(feed, "links")
            if (link := absolute(_text(item, "href"), "")).startswith("http")
        ),
        "",
    )


def _link(
    entry: Mapping[str, Any], guid: str, *, base: str, feed_language: object
) -> str:
    """The page of the post itself, or empty; an opaque guid is no address."""
    language = language_tag(feed_language).partition("-")[0]
    pages = [
        item
        for item in _list(entry, "links")
        if _text(item, "rel") in {"", "alternate"}
        and (_text(item, "type") or "text/html") in _HTML
    ]
    own = [
        item for item in pages if language_tag(_get(item, "hreflang")) in {"", language}
    ]
    candidates = [
        _text(entry, "feedburner_origlink"),
        *(_text(item, "href") for item in own + pages),
    ]
    for candidate in candidates:
        link = absolute(candidate, base)
        if link.startswith("http"):
            return link
    permanent = "://" in guid and bool(_get(entry, "guidislink"))
    named = absolute(guid, "") if permanent else ""
    return named if named.startswith("http") else ""


def _title(entry: Mapping[str, Any], *, atom: bool) -> str:
    detail = _get(entry, "title_detail")
    kind = _text(detail, "type") if isinstance(detail, Mapping) else ""
    value = _text(entry, "title") or _text(entry, "itunes_title")
    if atom and kind == "text/plain":
        # Atom says that this is text: what looks like markup is meant to be read.
        value = html.escape(html.unescape(value) if _ENTITY.search(value) else value)
    return one_line(value)


def _bodies(entry: Mapping[str, Any], *, atom: bool) -> tuple[_Body, _Body]:
    """The body and the author's summary; one that repeats the other is dropped."""
    contents = [_body(item) for item in _list(entry, "content")]
    detail = _get(entry, "summary_detail")
    summary = _body(detail) if isinstance(detail, Mapping) else _Body()
    contents = [body for body in contents if body.value.strip()]
    marked_up = [body for body in contents if body.is_html]
    if marked_up:
        body = max(marked_up, key=lambda body: len(body.value))
        return body, _Body() if summary.value == body.value else summary
    if summary.value.strip() and summary.is_html and not atom:
        # RSS has one description, for whatever the author's tool puts there.
        return summary, _Body()
    if contents:
        return contents[0], _Body() if summary.value == contents[0].value else summary
    return _Body(), summary


def _body(detail: Mapping[str, Any]) -> _Body:
    value = _text(detail, "value")
    kind = _text(detail, "type")
    is_html = kind in _HTML
    if not is_html and kind and not kind.startswith("text/"):
        value = ""
    elif not is_html:
        value = plain_to_html(value)
    elif _ESCAPED.search(value) and not _TAG.search(value):
        value = printable(html.unescape(value))
    return _Body(value, is_html, _text(detail, "base"), _text(detail, "language"))


def _dates(
    entry: Mapping[str, Any], now: datetime
) -> tuple[datetime | None, datetime | None]:
    updated = _date(entry, "updated", now)
    published = _date(entry, "published", now) or _date(entry, "created", now)
    return published or updated, updated


def _date(entry: Mapping[str, Any], key: str, now: datetime) -> datetime | None:
    text = _text(entry, key)
    if date := sane(read_date(text), now=now):
        return date
    parsed = _get(entry, f"{key}_parsed")
    # feedparser reads other languages, and reads nonsense into what starts
    # with a number: a date that only it understands must have words.
    if not parsed or text[:4].strip().isdigit() or f"{parsed[0]}" not in text:
        return None
    try:
        return sane(read_date("{}-{}-{} {:02}:{:02}".format(*parsed[:5])), now=now)
    except (TypeError, ValueError):
        return None


def _authors(where: Mapping[str, Any]) -> list[str]:
    found = [_text(item, "name") for item in _list(where, "authors")]
    found = [name for name in found if name] or [_text(where, "author")]
    return [name for name in found if name]


def _terms(entry: Mapping[str, Any]) -> Iterator[str]:
    for item in _list(entry, "tags"):
        # Blogger files what an entry is under its own scheme.
        if "#kind" not in _text(item, "scheme"):
            yield _text(item, "label") or _text(item, "term")


def _languages(entry: Mapping[str, Any]) -> Iterator[object]:
    yield _get(entry, "language")
    yield _get(entry, "dc_language")


def _images(
    entry: Mapping[str, Any], alts: Mapping[str, str], body: str, *, base: str
) -> tuple[Image, ...]:
    """Those that the entry names, the largest first; then the first of its body."""
    enclosures = [
        item for item in _list(entry, "links") if _text(item, "rel") == "enclosure"
    ]
    declared = [
        (_text(item, "url") or _text(item, "href"), item)
        for item in _list(entry, "media_content") + enclosures
    ]
    pictures = [
        (address, item)
        for address, item in declared
        if is_image(_text(item, "type"), _text(item, "medium"), address)
    ]
    pictures.sort(key=lambda picture: -_width(picture[1]))
    named = [(address, alts.get(address, "")) for address, _ in pictures]
    first = first_image(body)
    others = () if named else _fallback(entry, alts)
    return images(named, found=[first] if first else others, base=base)


def _fallback(
    entry: Mapping[str, Any], alts: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    cover = _get(entry, "image")
    if isinstance(cover, Mapping):
        yield _text(cover, "href"), ""
    for item in _list(entry, "media_thumbnail"):
        yield _text(item, "url"), alts.get(_text(item, "url"), "")


def _width(item: Mapping[str, Any]) -> int:
    width = _text(item, "width")
    return int(width) if width.isdecimal() and len(width) < len("100000") else 0
