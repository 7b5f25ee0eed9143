"""The pictures of a post, with what they show in words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any

from share_bridge.model.post import Image
from share_bridge.text.links import absolute
from share_bridge.text.pattern import pattern
from share_bridge.text.plain import one_line

__all__ = ["first_image", "focal_point", "images", "is_image"]

#: The first picture of a body stands near its start or is not its face.
_LOOKED_AT = 100_000
_MAX_IMAGES = 10
#: What is shown no larger, in pixels, is a sign in the text and no picture of it.
_SIGN = 100
#: What is no higher or wider than that counts readers.
_COUNTER = 3
_IMG = pattern(r"<img\b([^<>]{0,4000})>", re.IGNORECASE)
_ATTRIBUTE = pattern(
    r"([a-zA-Z-]{1,30})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>=]+))"
)
_FILE = pattern(r"\.(?:jpe?g|png|gif|webp|avif)(?:$|[?#])", re.IGNORECASE)
#: Where pages that load their pictures late have the address.
_LATE = ("data-src", "data-lazy-src", "data-original", "data-orig-file")
_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
_SET = pattern(r"\s*(\S+[^\s,])(?:\s+(\d{1,6})w)?[^,]*(?:,|$)")
_STYLED = pattern(
    r"(?:^|;)\s*(width|height)\s*:\s*(\d{1,6})(?:\.\d+)?px", re.IGNORECASE
)
_SIZE = pattern(r"\s*(\d{1,6})\s*(?:px)?\s*$")
# What counts readers, whose face it is, and signs: no picture of the post.
_NOT_OF_THE_POST = pattern(
    r"//(?:[\w-]+\.)?gravatar\.com/avatar|//feeds\.feedburner\.com/~|//pixel\.wp\.com/"
    r"|//stats\.wordpress\.com/|//s\.w\.org/images/core/emoji|//img\.shields\.io/"
    r"|//medium\.com/_/stat|//blogger\.googleusercontent\.com/tracker/"
    r"|//(?:www\.)?facebook\.com/tr\b|//(?:[\w-]+\.)*(?:doubleclick\.net|"
    r"google-analytics\.com|scorecardresearch\.com)/"
    # A file of that very name; then a folder or a file, perhaps with a size.
    r"|(?:^|/)(?:1x1|pixel|spacer|blank|beacon|tracker|tracking)(?:\.\w{2,4})?(?:[?#]|$)"
    r"|(?:^|/)(?:avatars?|gravatar|favicon|emojis?|twemoji|emoticons?|smileys?|smilies"
    r"|icons?)(?:[-_]?\d+(?:x\d+)?)?(?:\.\w{2,4})?(?:[/?#]|$)"
    r"|\.(?:svgz?|ico)(?:[?#]|$)",
    re.IGNORECASE,
)
_DRAWN = frozenset({"image/svg+xml", "image/x-icon", "image/vnd.microsoft.icon"})
_CLASSES = frozenset(
    ["avatar", "emoji", "emote", "emoticon", "gravatar", "icon", "smiley", "wp-smiley"]
)


def images(
    named: Iterable[tuple[str, str]],
    *,
    found: Iterable[tuple[str, str]] = (),
    base: str,
) -> tuple[Image, ...]:
    """Images by address and alternative text: absolute http(s), each once.

    Args:
        named: Those that the entry names as its own.
        found: Others, which come behind them. Of a picture that stands in both, these
            may have the words.
        base: Where relative addresses start.

    """
    words: dict[str, str] = {}
    first = _addresses(named, base, words)
    rest = _addresses(found, base, words)
    chosen = [Image(url, words[url]) for url in first]
    chosen += [Image(url, words[url], found=True) for url in rest if url not in first]
    return tuple(chosen[:_MAX_IMAGES])


def _addresses(
    candidates: Iterable[tuple[str, str]], base: str, words: dict[str, str]
) -> list[str]:
    addresses: list[str] = []
    for address, alt in candidates:
        url = absolute(html.unescape(address), base)
        if url.startswith("http") and not _NOT_OF_THE_POST.search(url):
            words[url] = words.get(url) or one_line(alt)
            addresses.append(url)
    return list(dict.fromkeys(addresses))


def first_image(markup: str) -> tuple[str, str] | None:
    """Address and alternative text of the first `<img>` that is a picture of its own.

    Not of what counts readers, of faces, emoji and icons, as far as address, class and
    size say so.
    """
    for tag in _IMG.finditer(markup[:_LOOKED_AT]):
        values = {
            name.lower(): double or single or bare
            for name, double, single, bare in _ATTRIBUTE.findall(tag[1])
        }
        source = _source(values)
        if source and not _NOT_OF_THE_POST.search(source) and not _is_sign(values):
            return source, values.get("alt", "")
    return None


def _source(values: Mapping[str, str]) -> str:
    """Its address; in its place a page may have something to be seen before."""
    for name in ("src", *_LATE):
        source = values.get(name, "").strip()
        if source and not source.lower().startswith("data:"):
            return source
    for name in _SETS:
        listed: list[tuple[str, str]] = _SET.findall(values.get(name, ""))
        best, _ = max(listed, key=lambda it: int(it[1] or 0), default=("", ""))
        if best and not best.lower().startswith("data:"):
            return best
    return ""


def _is_sign(values: Mapping[str, str]) -> bool:
    if _CLASSES & set(values.get("class", "").lower().split()):
        return True
    styled = dict(_STYLED.findall(values.get("style", "").lower()))
    given = [styled.get(name, values.get(name, "")) for name in ("width", "height")]
    sizes = [int(it[1]) for it in map(_SIZE.match, given) if it]
    tiny = any(size <= _COUNTER for size in sizes)
    return tiny or (bool(sizes) and max(sizes) < _SIGN)


def focal_point(value: Any) -> str:
    """Where a picture's subject is, as `Image.focus` has it; empty: not said.

    From `"0.2,-0.5"` or `[0.2, -0.5]`: from left and bottom (-1) to right and top (1).
    """
    parts = value if isinstance(value, list) else str(value or "").split(",")
    try:
        numbers = [float(part) for part in parts]
    except (TypeError, ValueError):
        return ""
    if len(numbers) != len("xy") or not all(-1 <= number <= 1 for number in numbers):
        return ""
    return ",".join(f"{number:g}" for number in numbers)


def is_image(kind: str, medium: str, address: str) -> bool:
    """Whether an enclosure is a picture, by its type, medium or file name."""
    if kind.partition(";")[0] in _DRAWN:
        return False
    if kind or medium:
        return kind.startswith("image/") or medium == "image"
    return bool(_FILE.search(address))
