"""The `share:` block of a local post: the author's own word on sharing it."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from share_bridge.errors import SourceError
from share_bridge.model.post import Override

__all__ = ["read_share"]

_KEYS = ("skip", "targets", "text", "content_warning", "visibility", "tags")
_SWITCH = {"true": True, "yes": True, "false": False, "no": False}


def read_share(block: Any) -> Override:
    """Read the block; `share: false` is short for `skip: true`.

    A key or type that is not understood is refused: guessing here would send what
    the author did not want sent.

    Raises:
        SourceError: Naming the key, what it has to be, and nothing else.

    """
    if block is None or block == "":
        return Override()
    if isinstance(block, str) and block.lower() in _SWITCH:
        return Override(skip=not _SWITCH[block.lower()])
    if not isinstance(block, Mapping):
        raise SourceError("share: must be a table with keys such as `skip` or `text`")
    for key in block:
        if key not in _KEYS:
            near = get_close_matches(key, _KEYS, n=1)
            known = (
                f"do you mean `{near[0]}`?" if near else f"known: {', '.join(_KEYS)}"
            )
            raise SourceError(f"share.{key}: there is no such key; {known}")
    text, texts = _texts(block.get("text"))
    return Override(
        skip=_switch(block.get("skip")),
        targets=_list("targets", block.get("targets")),
        text=text,
        texts=texts,
        content_warning=_string("content_warning", block.get("content_warning")),
        visibility=_string("visibility", block.get("visibility")),
        tags=_list("tags", block.get("tags")),
    )


def _switch(value: Any) -> bool:
    if value is None:
        return False
    if isinstance(value, str) and value.lower() in _SWITCH:
        return _SWITCH[value.lower()]
    raise SourceError("share.skip: must be true or false")


def _string(key: str, value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise SourceError(f"share.{key}: must be a text")


def _list(key: str, value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    values = value.split(",") if isinstance(value, str) else value
    if isinstance(values, list) and all(isinstance(one, str) for one in values):
        return tuple(one.strip() for one in values if one.strip())
    raise SourceError(f"share.{key}: must be a list, such as [home, work]")


def _texts(value: Any) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    if value is None or isinstance(value, str):
        return value or None, ()
    if not isinstance(value, Mapping) or not all(
        isinstance(text, str) for text in value.values()
    ):
        raise SourceError(
            "share.text: must be a text, or a table of texts by target, with `all`"
        )
    texts = {target: text for target, text in value.items() if target != "all"}
    return value.get("all") or None, tuple(texts.items())
