"""feedparser, contained: bytes in, entries out, or one clear error."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from share_bridge.errors import SourceError

__all__ = ["parse", "quiet", "say"]

_HEADERS = {"content-type": "application/xml; charset=utf-8"}


def parse(document: bytes) -> Mapping[str, Any]:
    """Run feedparser, without its own cleaning; bytes only, as it opens what is named.

    Raises:
        SourceError: It raised, as it does on much that is ill-formed, or saw no feed.

    """
    with quiet():
        import feedparser  # noqa: PLC0415 - heavy

        try:
            result: Mapping[str, Any] = feedparser.parse(
                BytesIO(document),
                response_headers=dict(_HEADERS),
                sanitize_html=False,
                resolve_relative_uris=False,
            )
        except Exception as error:  # it raises at 14 known places, of any type
            raise SourceError(f"it cannot be parsed ({say(error)})") from error
    if not result.get("version") and not result["entries"]:
        raise SourceError("this is no RSS, Atom or JSON Feed")
    return result


class quiet(warnings.catch_warnings):  # noqa: N801 - reads like one
    """Contain the warnings that feedparser gives to its own programmers."""

    def __enter__(self) -> None:
        super().__enter__()
        warnings.simplefilter("ignore")


def say(error: BaseException) -> str:
    """What it was, in one line."""
    return f"{type(error).__name__}: {str(error)[:200]}".replace("\n", " ")
