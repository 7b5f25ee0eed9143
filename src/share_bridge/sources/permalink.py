"""The address of a local post: what it says itself, or what a pattern makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import quote, urlsplit

from msgspec import Struct

from share_bridge.errors import SourceError
from share_bridge.sources.metadata import Metadata
from share_bridge.text.links import absolute, is_home_page, same_link
from share_bridge.text.pattern import pattern

__all__ = ["FIELDS", "Place", "address", "check_pattern"]

_FIELD = pattern(r"\{([^{}]*)\}")
# Jekyll's own placeholders, which front matter may hold.
_JEKYLL = pattern(r":([a-z_]+)")
_WORDS = pattern(r"[^\w]+")
_KEYS = ("canonicalurl", "canonical", "url", "permalink", "path", "saveas")
_SAFE = "/-._~!$&'()*+,;=:@"


class Place(Struct, frozen=True):
    """Where a post stands, in the parts that addresses are made of.

    Attributes:
        path: File, relative to the folder that the source names, without suffix;
            `index` is its folder's.
        name: Last part of that, without date and language.
        section: First folder of it, or empty.
        date: In the zone that the author wrote, or None.
        language: From the front matter or the file's name, or empty.

    """

    path: str
    name: str
    section: str
    date: datetime | None
    language: str


#: What a pattern may hold, in braces.
FIELDS: Mapping[str, Callable[[Place, Metadata], str]] = {
    "year": lambda place, _: f"{place.date:%Y}" if place.date else "",
    "month": lambda place, _: f"{place.date:%m}" if place.date else "",
    "day": lambda place, _: f"{place.date:%d}" if place.date else "",
    "slug": lambda place, metadata: metadata.text("slug") or place.name,
    "title": lambda _, metadata: _slugify(metadata.text("title")),
    "name": lambda place, _: place.name,
    "path": lambda place, _: place.path,
    "section": lambda place, _: place.section,
    "category": lambda _, metadata: _slugify(
        next(iter(metadata.words("category", "categories")), "")
    ),
    "language": lambda place, _: place.language,
}
_FOR_JEKYLL = {"title": "slug", "slug": "slug", "categories": "category"}
_MAY_BE_EMPTY = frozenset({"section", "category", "language"})


def check_pattern(pattern: str) -> None:
    """Refuse a `permalink` that can make no address.

    Raises:
        SourceError: Naming what is wrong with it.

    """
    unknown = [name for name in _FIELD.findall(pattern) if name not in FIELDS]
    if unknown:
        raise SourceError(
            f"permalink: there is no {{{unknown[0]}}}; there are "
            + ", ".join(f"{{{name}}}" for name in FIELDS)
        )
    if pattern and not absolute(_FIELD.sub("x", pattern), "").startswith("http"):
        raise SourceError(
            'permalink: must be a whole address such as "https://example.org/{slug}/"'
        )


def address(place: Place, metadata: Metadata, *, pattern: str) -> str:
    """The canonical address of a post.

    Front matter wins: `canonical_url`, `url`, `permalink`, `path`, `save_as`, and
    `link` where it leads to the pattern's own site (elsewhere it is what a link
    post is about). What is no whole address there starts at the pattern's site.

    Raises:
        SourceError: There is none; a post whose address is wrong is worse than none.

    """
    site = "{0.scheme}://{0.netloc}/".format(urlsplit(pattern)) if pattern else ""
    link = _own(metadata, place, site) or (_fill(pattern, place, metadata))
    url = absolute(link, site)
    if not url.startswith("http"):
        raise SourceError(
            'its address is not known; give the source a permalink = "https://…/{slug}/"'
            " or write `url: https://…` into its front matter"
        )
    if is_home_page(url):
        raise SourceError(
            f"its address would be {url}, a front page; check `permalink`"
        )
    return url


def _own(metadata: Metadata, place: Place, site: str) -> str:
    for key in _KEYS:
        value = metadata.text(key)
        if ":" in value and "://" not in value:
            value = _fill_jekyll(value, place, metadata)
        # A template, a switch or one of Jekyll's named styles is no address.
        if value and "{" not in value and ("/" in value or "." in value):
            return value
    link = metadata.text("link")
    foreign = site and urlsplit(link).netloc.lower() != urlsplit(site).netloc.lower()
    return "" if foreign or same_link(link, site) else link


def _fill(pattern: str, place: Place, metadata: Metadata) -> str:
    def fill(match: re.Match[str]) -> str:
        value = FIELDS[match[1]](place, metadata)
        if value or match[1] in _MAY_BE_EMPTY:
            return quote(value.strip("/"), safe=_SAFE)
        need = "date" if match[1] in {"year", "month", "day"} else match[1]
        raise SourceError(f"it has no {need}, which `permalink` needs; add `{need}:`")

    filled = _FIELD.sub(fill, pattern)
    return re.sub(r"(?<!:)//+", "/", filled)


def _fill_jekyll(pattern: str, place: Place, metadata: Metadata) -> str:
    def fill(match: re.Match[str]) -> str:
        field = FIELDS.get(_FOR_JEKYLL.get(match[1], match[1]))
        return quote(field(place, metadata), safe=_SAFE) if field else "{"

    return _JEKYLL.sub(fill, pattern)


def _slugify(text: str) -> str:
    return _WORDS.sub("-", text.casefold()).strip("-")
