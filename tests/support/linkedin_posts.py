"""What LinkedIn accepts as a post, field by field, as documented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["problems_of"]

# https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api,
# article-ads-integrations and multiimage-post-api (2026-11-22).
_REQUIRED = {"author", "commentary", "visibility", "distribution", "lifecycleState"}
_KNOWN = _REQUIRED | {"content", "isReshareDisabledByAuthor"}
_DISTRIBUTION = {
    "feedDistribution": "MAIN_FEED",
    "targetEntities": [],
    "thirdPartyDistributionChannels": [],
}
_ARTICLE = {"source", "title", "description", "thumbnail", "thumbnailAltText"}
_MAX = {"commentary": 3000, "title": 400, "description": 4086, "alt": 4086}


def problems_of(body: Any, images: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a post.

    Args:
        body: What was sent.
        images: Owner of every image that is ready, by URN.

    """
    if not isinstance(body, dict):
        yield "the body is no object"
        return
    yield from (f"/{name} :: unknown field" for name in sorted(body.keys() - _KNOWN))
    missing = sorted(_REQUIRED - body.keys())
    yield from (f"/{name} :: field is required but not found" for name in missing)
    if missing:
        return
    if len(body["commentary"].encode("utf-16-le")) // 2 > _MAX["commentary"]:
        yield "/commentary :: length is beyond the maximum of 3000"
    if body["visibility"] not in {"PUBLIC", "CONNECTIONS", "LOGGED_IN"}:
        yield "/visibility :: not a valid enum symbol"
    if body["distribution"] != _DISTRIBUTION:
        yield "/distribution :: not as documented"
    if body["lifecycleState"] != "PUBLISHED":
        yield "/lifecycleState :: not a valid enum symbol"
    if "content" in body:
        yield from _of_content(body["content"], body["author"], images)


def _of_content(content: Any, author: str, images: Mapping[str, str]) -> Iterator[str]:
    if not isinstance(content, dict) or len(content) != 1:
        yield "/content :: union has not one member"
        return
    ((kind, value),) = content.items()
    named: list[Any] = []
    if kind == "article":
        yield from _of_article(value)
        named = [value["thumbnail"]] if "thumbnail" in value else []
    elif kind == "media":
        yield from _of_picture(value)
        named = [value.get("id")]
    elif kind == "multiImage":
        pictures = value.get("images", [])
        if not 2 <= len(pictures) <= 20:
            yield "/content/multiImage :: between 2 and 20 images"
        for picture in pictures:
            yield from _of_picture(picture)
        named = [picture.get("id") for picture in pictures]
    else:
        yield f"/content/{kind} :: not a member of the union"
    for urn in named:
        if images.get(urn) != author:
            yield f"/content :: {urn} is not an image of the author that is available"


def _of_article(article: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(article.keys() - _ARTICLE):
        yield f"/content/article/{name} :: unknown field"
    if not str(article.get("source")).startswith(("https://", "http://")):
        yield "/content/article/source :: not a URL"
    if not article.get("title"):
        yield "/content/article/title :: field is required"
    for name in ("title", "description"):
        if len(article.get(name, "")) > _MAX[name]:
            yield f"/content/article/{name} :: length is beyond the maximum"
    if "thumbnailAltText" in article and "thumbnail" not in article:
        yield "/content/article/thumbnailAltText :: there is no thumbnail"


def _of_picture(picture: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(picture.keys() - {"id", "altText"}):
        yield f"/content/media/{name} :: unknown field"
    if len(picture.get("altText", "")) > _MAX["alt"]:
        yield "/content/media/altText :: length is beyond the maximum"
