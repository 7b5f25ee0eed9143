"""One start tag of untrusted HTML: its attributes, and whether it hides itself."""

from __future__ import annotations

import re

from share_bridge.text.elements import ATTRIBUTES
from share_bridge.text.pattern import pattern

__all__ = ["attributes_of", "is_embed", "is_hidden", "is_spoiler", "written"]

_ATTRIBUTE = pattern(
    r"""[\s/"']([a-zA-Z-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>][^\s>]*+))"""
)
_HIDDEN = pattern(r"[\s/]hidden(?=[\s>=/])", re.IGNORECASE)
_HIDDEN_STYLE = pattern(r"(?:display|visibility)\s*:\s*(?:none|hidden)", re.IGNORECASE)
_HIDDEN_ROLES = frozenset(
    {"doc-backlink", "doc-endnotes", "doc-noteref", "doc-toc", "navigation"}
)
#: What themes and plugins call that which is not for a teaser.
_HIDDEN_CLASSES = frozenset(
    """
    caption content-warning footnote footnote-back footnote-backref footnote-ref
    footnotes footnotes-sep gallery-caption header-anchor headerlink heading-anchor
    invisible jp-relatedposts katex-html permalink screen-reader-text sharedaddy sr-only
    table-of-contents toc visually-hidden wp-caption-text
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
#: What a page shows of another one: by the element, or by the class that a service
#: gives the quotation that its script replaces.
_EMBEDS = frozenset({"audio", "iframe", "object", "video"})
_EMBED_CLASSES = frozenset(
    """
    bluesky-embed fb-post instagram-media mastodon-embed reddit-embed-bq tiktok-embed
    twitter-tweet wp-embedded-content
    """.split()  # noqa: SIM905
)


def attributes_of(name: str, tag: str) -> dict[str, str]:
    """The attributes that have a value, by name; of two, the first one counts."""
    if len(tag) <= len(name) + len("<>"):
        return {}
    found: dict[str, str] = {}
    for attribute, double, single, bare in _ATTRIBUTE.findall(tag):
        found.setdefault(attribute.lower(), double or single or bare)
    return found


def is_embed(name: str, attributes: dict[str, str]) -> bool:
    """Whether the element shows something that stands elsewhere."""
    classes = attributes.get("class", "").lower().split()
    return name in _EMBEDS or not _EMBED_CLASSES.isdisjoint(classes)


def is_spoiler(attributes: dict[str, str]) -> bool:
    """Whether a reader has to ask for what the element says."""
    return "spoiler" in attributes.get("class", "").lower().split()


def is_hidden(tag: str, attributes: dict[str, str]) -> bool:
    """Whether the element is not shown at first, or not part of the text."""
    if not attributes:
        return bool(_HIDDEN.search(tag))
    return (
        not _HIDDEN_CLASSES.isdisjoint(attributes.get("class", "").lower().split())
        or attributes.get("aria-hidden", "").lower() == "true"
        or attributes.get("role", "").lower() in _HIDDEN_ROLES
        or bool(_HIDDEN_STYLE.search(attributes.get("style", "")))
        or "hidden" in attributes
        or bool(_HIDDEN.search(tag))
    )


def written(name: str, attributes: dict[str, str]) -> str:
    """The tag as every parser reads it alike, with the attributes that may stay."""
    allowed = (*ATTRIBUTES["*"], *ATTRIBUTES.get(name, ()))
    kept = "".join(
        f' {attribute}="{_quoted(value)}"'
        for attribute, value in attributes.items()
        if attribute in allowed
    )
    return f"<{name}{kept}>"


def _quoted(value: str) -> str:
    return value.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
