"""The pictures of a post, with what they show in words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any

from share_bridge.model.post import Image
from share_bridge.text.links import absolute
from share_bridge.text.pattern import pattern
from share_bridge.text.plain import one_line

__all__ = ["first_image", "focal_point", "images", "is_image"]

#: The first picture of a body stands near its start or is not its face.
_LOOKED_AT = 100_000
_MAX_IMAGES = 10
_IMG = pattern(r"<img\b([^<>]{0,4000})>", re.IGNORECASE)
_ATTRIBUTE = pattern(
    r"([a-zA-Z-]{1,30})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>=]+))"
)
_FILE = pattern(r"\.(?:jpe?g|png|gif|webp|avif)(?:$|[?#])", re.IGNORECASE)
# What counts readers, and whose face it is: no picture of the post.
_NOT_OF_THE_POST = pattern(
    r"//(?:[\w-]+\.)?gravatar\.com/avatar|//feeds\.feedburner\.com/~|//pixel\.wp\.com/"
    r"|//stats\.wordpress\.com/|//s\.w\.org/images/core/emoji"
)
_TINY = frozenset({"0", "1", "2", "3", "0px", "1px"})


def images(candidates: Iterable[tuple[str, str]], *, base: str) -> tuple[Image, ...]:
    """Images by address and alternative text: absolute http(s), each once."""
    found: dict[str, str] = {}
    for address, alt in candidates:
        url = absolute(html.unescape(address), base)
        if url.startswith("http") and not _NOT_OF_THE_POST.search(url):
            found[url] = found.get(url) or one_line(alt)
    return tuple(Image(url, alt) for url, alt in list(found.items())[:_MAX_IMAGES])


def first_image(markup: str) -> tuple[str, str] | None:
    """Address and alternative text of the first `<img>` that shows something."""
    for tag in _IMG.finditer(markup[:_LOOKED_AT]):
        found = {
            name.lower(): double or single or bare
            for name, double, single, bare in _ATTRIBUTE.findall(tag[1])
        }
        source = found.get("src", "").strip()
        tiny = found.get("width") in _TINY or found.get("height") in _TINY
        other = source.startswith("data:") or _NOT_OF_THE_POST.search(source)
        if source and not tiny and not other:
            return source, found.get("alt", "")
    return None


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
    if kind or medium:
        return kind.startswith("image/") or medium == "image"
    return bool(_FILE.search(address))
