"""One Markdown or HTML file, made a post."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.errors import SourceError
from share_bridge.model.post import Image, Post
from share_bridge.sources.dates import is_ahead, sane
from share_bridge.sources.decode import decode, printable
from share_bridge.sources.folder import LocalFile
from share_bridge.sources.front_matter import FrontMatter, split_front_matter
from share_bridge.sources.identity import link_of
from share_bridge.sources.metadata import Metadata
from share_bridge.sources.page import read_page
from share_bridge.sources.permalink import Place, address
from share_bridge.sources.pictures import first_image, focal_point
from share_bridge.sources.share_block import read_share
from share_bridge.sources.values import language_tag, names, plain_to_html, tags
from share_bridge.text.links import absolute
from share_bridge.text.pattern import pattern
from share_bridge.text.plain import one_line

__all__ = ["LocalPost", "read_local"]

_MARKDOWN = frozenset({".md", ".markdown"})
_DATED = pattern(r"(\d{4})-(\d{1,2})-(\d{1,2})-(.+)")
_HEADING = pattern(r"\s*#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n|$)")
_MORE = pattern(r"<!--\s*more\s*-->", re.IGNORECASE)
# What a site generator would replace: code first, in which it stands for itself.
_TEMPLATE = pattern(
    r"(^```.*?^```|^~~~.*?^~~~|`[^`\n]+`)"
    r"|\{%-?\s*(highlight|comment|raw)\b.*?\{%-?\s*end\2\s*-?%\}"
    r"|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL | re.MULTILINE,
)
_PICTURES = (
    "image",
    "cover",
    "featuredimage",
    "featureimage",
    "heroimage",
    "coverimage",
    "ogimage",
    "banner",
    "thumbnail",
    "images",
)


class LocalPost(Struct, frozen=True):
    """A post, and until when it waits if it is dated in the future."""

    post: Post
    due: datetime | None


def read_local(
    file: LocalFile,
    body: bytes,
    *,
    source: str,
    folder: Path,
    permalink: str,
    language: str,
    now: datetime,
) -> LocalPost:
    """Read one file.

    It is known by `id`, `guid` or `uuid` in its front matter, else by its path;
    its address is another name for it. So a new title, a new address or a new
    file name, each alone, leaves it the same post.

    Raises:
        SourceError: What is wrong with the file, and how to fix it.

    """
    markdown = file.path.suffix.lower() in _MARKDOWN
    text = re.sub("\r\n?", "\n", printable(decode(body)).removeprefix("\ufeff"))
    matter = split_front_matter(text)
    if not markdown:
        matter = read_page(matter)
    metadata = Metadata.of(matter.values)
    place = _place(file, metadata)
    due = metadata.date("publishdate") or place.date
    due = due if is_ahead(due, now=now) else None
    reason = _skip_reason(file, metadata, due, now)
    url = _address(place, metadata, permalink, needed=not reason)
    link = link_of(url)
    content = _content(matter, metadata, markdown=markdown)
    own = one_line(metadata.text("id", "guid", "uuid"))
    post = Post(
        source=source,
        identity=f"guid:{source}:{own or file.name}",
        aliases=(link,) if link else (),
        url=url,
        title=_title(matter, metadata, markdown=markdown),
        summary=_summary(metadata, markdown=markdown),
        content=content,
        base=url,
        published=sane(place.date, now=now),
        updated=sane(
            metadata.date(
                "updated", "lastmod", "modified", "updateddate", "lastmodifiedat"
            ),
            now=now,
        ),
        authors=names(_people(metadata)),
        tags=tags(_tags(file, metadata)),
        language=language_tag(place.language, language),
        images=_images(file, metadata, content, url=url, folder=folder),
        content_warning=one_line(metadata.text("contentwarning", "cw", "spoiler")),
        override=read_share(metadata.values.get("share")),
        syndication=_copies(metadata),
        skip_reason=reason,
    )
    return LocalPost(post, due)


def _copies(metadata: Metadata) -> tuple[str, ...]:
    """Where the post stands already: IndieWeb's `syndication`, or `u-syndication`."""
    found: list[str] = []
    for key in ("syndication", "usyndication"):
        value = metadata.values.get(key)
        values = value if isinstance(value, list) else [value]
        found += [link for it in values if isinstance(it, str) and (link := it.strip())]
    return tuple(link for link in dict.fromkeys(found) if "://" in link)


def _place(file: LocalFile, metadata: Metadata) -> Place:
    path = PurePosixPath(file.place)
    stem, _, suffix = path.stem.rpartition(".")
    language = language_tag(suffix) if stem and len(suffix) in {2, 5} else ""
    name = stem if language else path.stem
    if name == "index" and path.parent.name:
        path, name = path.parent, path.parent.name
    else:
        path = path.with_name(name)
    date = metadata.date("date", "pubdate", "publishdate", "published", "created")
    if dated := _DATED.fullmatch(name):
        name = dated[4]
        date = date or Metadata({"date": "-".join(dated.groups()[:3])}).date("date")
    parts = path.parts
    return Place(
        path=str(path),
        name=name,
        section=parts[0] if len(parts) > 1 else "",
        date=date,
        language=metadata.text("lang", "language", "locale") or language,
    )


def _skip_reason(
    file: LocalFile, metadata: Metadata, due: datetime | None, now: datetime
) -> str:
    """Why the site itself does not show this post now, or empty."""
    status = metadata.text("status").lower()
    if metadata.flag("draft") or "_drafts" in PurePosixPath(file.name).parts:
        return "a draft"
    if metadata.flag("published") is False or status in {"draft", "hidden", "skip"}:
        return f"not published ({status or 'published: false'})"
    if metadata.flag("permalink", "render") is False:
        return "it has no page of its own (permalink or render is false)"
    expires = metadata.date("expirydate", "expires", "unpublishdate")
    if expires and expires <= now:
        return f"expired on {expires:%Y-%m-%d}"
    return f"dated in the future: {due:%Y-%m-%d %H:%M %Z}" if due else ""


def _address(place: Place, metadata: Metadata, permalink: str, *, needed: bool) -> str:
    try:
        return address(place, metadata, pattern=permalink)
    except SourceError:
        if needed:
            raise
        return ""


def _content(matter: FrontMatter, metadata: Metadata, *, markdown: bool) -> str:
    body = matter.body
    separator = metadata.text("excerptseparator")
    if separator and separator in body:
        body = body.replace(separator, "<!--more-->", 1)
    if "{%" in body or "{{" in body:
        body = _TEMPLATE.sub(lambda match: match[1] or "", body)
    body = _MORE.sub("<!--more-->", body)
    return _to_html(body) if markdown else body


def _title(matter: FrontMatter, metadata: Metadata, *, markdown: bool) -> str:
    if title := metadata.text("title"):
        return one_line(title)
    heading = _HEADING.match(matter.body) if markdown else None
    return one_line(_to_html(heading[1])) if heading else ""


def _summary(metadata: Metadata, *, markdown: bool) -> str:
    summary = metadata.text("summary", "excerpt", "description")
    if not summary:
        return ""
    return _to_html(summary) if markdown else plain_to_html(summary)


def _to_html(text: str) -> str:
    from share_bridge.text.markdown import to_html  # noqa: PLC0415 - heavy

    return to_html(text)


def _people(metadata: Metadata) -> Iterator[str]:
    for key in ("author", "authors"):
        value: Any = metadata.values.get(key)
        for person in value if isinstance(value, list) else [value]:
            if isinstance(person, dict):
                yield str(person.get("name", ""))
            elif isinstance(person, str):
                yield from person.split(";" if ";" in person else ",")


def _tags(file: LocalFile, metadata: Metadata) -> list[str]:
    words = metadata.words("tags", "tag", "keywords", "categories", "category")
    if "_posts" not in PurePosixPath(file.name).parts:
        return words
    # Jekyll's strings are lists of words.
    spaced = {
        value
        for key in ("tags", "categories")
        if isinstance(value := metadata.values.get(key), str) and "," not in value
    }
    return [
        part for word in words for part in (word.split() if word in spaced else [word])
    ]


def _images(
    file: LocalFile, metadata: Metadata, content: str, *, url: str, folder: Path
) -> tuple[Image, ...]:
    """Those that its front matter names; then the first of its body."""
    images: dict[str, Image] = {}
    for source, alt, focus in _pictures(metadata):
        image = _image(file, source, one_line(alt), focus, url=url, folder=folder)
        known = images.get(image.url or image.path) if image else None
        if image and not (known and known.alt):
            images[image.url or image.path] = image
    if first := first_image(content):
        source, alt = map(html.unescape, first)
        image = _image(file, source, one_line(alt), "", url=url, folder=folder)
        if image is not None:
            key = image.url or image.path
            known = images.get(key)
            words = image.alt if known is None else known.alt or image.alt
            images[key] = replace(known or image, alt=words, found=known is None)
    return tuple(images.values())


def _pictures(metadata: Metadata) -> Iterator[tuple[str, str, str]]:
    """Address, alternative text and focal point of each."""
    for key in _PICTURES:
        value: Any = metadata.values.get(key)
        alt = metadata.text(f"{key}alt", "imagealt", "coveralt", "alt")
        for picture in value if isinstance(value, list) else [value]:
            if isinstance(picture, str):
                yield picture, alt, ""
            elif isinstance(picture, dict):
                table = Metadata.of(picture)
                source = table.text("url", "src", "path", "image", "relative")
                focus = focal_point(table.values.get("focus"))
                yield source, table.text("alt", "caption") or alt, focus


def _image(
    file: LocalFile, source: str, alt: str, focus: str, *, url: str, folder: Path
) -> Image | None:
    """A picture by its file, where it lies beside the post inside the folder."""
    if not source.strip():
        return None
    if "://" not in source and not source.startswith("/"):
        inside = folder.resolve()
        try:
            path = (file.path.parent / source.partition("?")[0]).resolve()
            if path.is_relative_to(inside) and path.is_file():
                return Image("", alt, path.relative_to(inside).as_posix(), focus)
        except (OSError, ValueError):
            pass
    link = absolute(source, url)
    return Image(link, alt, focus=focus) if link.startswith("http") else None
