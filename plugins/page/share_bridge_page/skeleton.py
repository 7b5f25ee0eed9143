"""A new file around the entries: a page of its own, or a Markdown file with markers."""

from __future__ import annotations

import re
from hashlib import blake2b
from importlib.resources import files
from string import Template

from share_bridge.plugin import for_html, for_line, for_markdown
from share_bridge_page.region import Region

__all__ = ["is_untouched", "new_markdown", "new_page"]

_SEAL = re.compile(
    rb'(<meta name="generator" content="share-bridge )([0-9a-f]{32})(">)'
)
_OPEN = b"0" * 32


def new_page(*, title: str, language: str, marker: str) -> bytes:
    """A whole page with empty markers, sealed: see `is_untouched`."""
    template = Template(
        files(__package__).joinpath("skeleton.html").read_text(encoding="utf-8")
    )
    page = template.substitute(
        title=for_html(for_line(title)),
        language=for_html(language or "en"),
        marker=marker,
        seal=_OPEN.decode(),
    ).encode()
    return _SEAL.sub(rb"\g<1>" + _seal(page) + rb"\g<3>", page)


def new_markdown(*, title: str, marker: str) -> bytes:
    """A file with a heading and empty markers."""
    heading = for_markdown(for_line(title))
    return (f"# {heading}\n\n<!-- {marker}:START -->\n<!-- {marker}:END -->\n").encode()


def is_untouched(region: Region) -> bool:
    """Whether all around the entries is still as `new_page` made it.

    Such a page follows its settings and our design; one that somebody edited is
    theirs, and only what is between the markers changes.
    """
    return (found := _SEAL.search(region.before)) is not None and found[2] == _seal(
        region.before + b"\n" + region.after
    )


def _seal(outside: bytes) -> bytes:
    opened = _SEAL.sub(rb"\g<1>" + _OPEN + rb"\g<3>", outside)
    return blake2b(opened, digest_size=16).hexdigest().encode()
