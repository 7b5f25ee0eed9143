"""JSON Feed 1.0 and 1.1 to posts; feedparser does not read it.

https://www.jsonfeed.org/version/1.1/ (2026-11-22)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from share_bridge.errors import SourceError
from share_bridge.model.post import Post
from share_bridge.sources.dates import read_date, sane
from share_bridge.sources.decode import printable
from share_bridge.sources.entry import Origin, ahead_reason
from share_bridge.sources.identity import Entry, Known, fingerprint
from share_bridge.sources.parsed import Parsed, parsed_from, without_changed
from share_bridge.sources.pictures import first_image, images, is_image
from share_bridge.sources.values import language_tag, names, plain_to_html, tags
from share_bridge.text.links import absolute
from share_bridge.text.pattern import pattern
from share_bridge.text.plain import one_line

__all__ = ["read_json"]

_VERSION = pattern(r"https?://(?:www\.)?jsonfeed\.org/version/1(?:\.\d+)?/?")
_ENTITY_OR_TAG = pattern(r"[&<>]")


def read_json(text: str, known: Known, *, origin: Origin) -> Parsed:
    """Read a JSON Feed; items that are `known` are not looked at.

    What has the wrong type is taken as absent: one odd item loses no other.

    Raises:
        SourceError: It is no JSON, or no JSON Feed.

    """
    feed = _load(text)
    items = [item for item in _list(feed, "items") if isinstance(item, dict)]
    unchanged, found, empty = {}, [], []
    for item in items:
        key = fingerprint(json.dumps(item, sort_keys=True))
        if key in known:
            unchanged[key] = known[key]
        elif post := _post(item, feed, origin):
            found.append(Entry(key, _name(item), post))
        else:
            empty.append(key)
    parsed = parsed_from(found, unchanged, total=len(items), empty=empty)
    rest = without_changed(unchanged, parsed)
    return (
        parsed if len(rest) == len(unchanged) else read_json(text, rest, origin=origin)
    )


def _load(text: str) -> dict[str, Any]:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        words = (
            "it is nested too deeply" if isinstance(error, RecursionError) else error
        )
        raise SourceError(f"this is no JSON that can be read: {words}") from error
    version = feed.get("version") if isinstance(feed, dict) else None
    if not isinstance(version, str) or not _VERSION.fullmatch(version.strip()):
        raise SourceError(
            "this is JSON, but no JSON Feed: "
            '"version" is not "https://jsonfeed.org/version/1.1"'
        )
    return dict(feed)


def _post(item: dict[str, Any], feed: dict[str, Any], origin: Origin) -> Post | None:
    base = origin.url or _text(feed, "feed_url") or _text(feed, "home_page_url")
    url = _web(_text(item, "url"), base) or _web(_name(item), "")
    title = one_line(_escape(_text(item, "title")))
    content = _text(item, "content_html") or plain_to_html(_text(item, "content_text"))
    summary = plain_to_html(_text(item, "summary"))
    if not (title or content.strip() or summary):
        return None
    now = origin.now
    published = sane(read_date(_text(item, "date_published")), now=now)
    updated = sane(read_date(_text(item, "date_modified")), now=now)
    published = published or updated
    language = language_tag(
        _text(item, "language"), _text(feed, "language"), origin.language
    )
    return Post(
        source=origin.source,
        identity="",
        url=url,
        title=title,
        summary="" if summary == content else summary,
        content=content,
        base=url or base,
        published=published,
        updated=updated,
        authors=names(_authors(item) or _authors(feed)),
        tags=tags(word for word in _list(item, "tags") if isinstance(word, str)),
        language=language,
        images=images(_pictures(item), found=_first(content), base=url or base),
        skip_reason=ahead_reason(published, now=now),
    )


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return printable(value) if isinstance(value, str) else ""


def _list(item: Mapping[str, Any], key: str) -> list[Any]:
    value = item.get(key)
    return value if isinstance(value, list) else []


def _name(item: Mapping[str, Any]) -> str:
    """The id; 1.0 allowed numbers."""
    value = item.get("id")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _text(item, "id")


def _web(address: str, base: str) -> str:
    link = absolute(address, base)
    return link if link.startswith("http") else ""


def _escape(text: str) -> str:
    """Titles are plain text here; what looks like markup is meant to be read."""
    return plain_to_html(text) if _ENTITY_OR_TAG.search(text) else text


def _authors(where: Mapping[str, Any]) -> list[str]:
    # 1.0 had one `author`.
    found = [*_list(where, "authors"), where.get("author")]
    return [_text(author, "name") for author in found if isinstance(author, dict)]


def _pictures(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield _text(item, "image"), ""
    yield _text(item, "banner_image"), ""
    for attachment in _list(item, "attachments"):
        if isinstance(attachment, dict):
            address = _text(attachment, "url")
            if is_image(_text(attachment, "mime_type"), "", address):
                yield address, ""


def _first(content: str) -> Iterator[tuple[str, str]]:
    if found := first_image(content):
        yield found
