"""An activity from a stranger: bounded, parsed, and told apart from mere JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from share_bridge_activitypub.vocabulary import ACTIVITY_JSON, many, one_id

__all__ = [
    "LARGEST",
    "Activity",
    "MalformedError",
    "is_activity_json",
    "origin_of",
    "parse",
    "read",
]

#: Mastodon's own limit (https://github.com/mastodon/mastodon, 2026-11-22).
LARGEST = 1_048_576
_DEEPEST = 32
_LONGEST_ID = 2048
_PROFILE = "https://www.w3.org/ns/activitystreams"


class MalformedError(ValueError):
    """It is no activity; the message says why, in words for whoever sent it."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that an actor says it did.

    Attributes:
        id, kind, actor: As they stand in the document.
        document: All of it.

    """

    id: str
    kind: str
    actor: str
    document: dict[str, Any]

    @property
    def object(self) -> Any:
        """What it is about, as it stands there: an id, a document, or nothing."""
        found = many(self.document.get("object"))
        return found[0] if found else None

    @property
    def object_id(self) -> str:
        """The id of what it is about, or empty."""
        return one_id(self.object)


def is_activity_json(content_type: str) -> bool:
    """Whether a document of this type may speak for its host.

    Others could have been uploaded by any of its users.
    """
    media_type, *parameters = content_type.split(";")
    media_type = media_type.strip().lower()
    if media_type == ACTIVITY_JSON:
        return True
    if media_type != "application/ld+json":
        return False
    for parameter in parameters:
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "profile" and _PROFILE in value.strip('"').split():
            return True
    return False


def read(body: bytes) -> Activity:
    """The activity in the body of a request.

    Raises:
        MalformedError: It is none that could be believed, whoever signed it.

    """
    return parse(read_json(body))


def parse(document: dict[str, Any]) -> Activity:
    """The activity that a document is; raises as `read`."""
    kinds = [kind for kind in many(document.get("type")) if isinstance(kind, str)]
    if not kinds:
        raise MalformedError("an activity needs a type")
    actor = one_id(document.get("actor"))
    if not _is_address(actor):
        raise MalformedError("an activity needs an actor, by its https address")
    name = one_id(document)
    if not _is_address(name):
        raise MalformedError("an activity needs an id, by its https address")
    if origin_of(name) != origin_of(actor):
        raise MalformedError("the activity's id is not on the actor's host")
    return Activity(name, kinds[0], actor, document)


def read_json(body: bytes) -> dict[str, Any]:
    """A JSON object without the tricks that parsers disagree about.

    Raises:
        MalformedError: It is something else, too large, too deep, or says a thing
            twice.

    """
    if len(body) > LARGEST:
        raise MalformedError("too large")
    try:
        document = json.loads(
            body.decode(), object_pairs_hook=_once, parse_constant=_no_number
        )
    except MalformedError:
        raise
    except (ValueError, RecursionError) as error:
        raise MalformedError("not JSON in UTF-8") from error
    if not isinstance(document, dict):
        raise MalformedError("not a JSON object")
    if _depth(document) > _DEEPEST:
        raise MalformedError("nested too deep")
    return document


def origin_of(address: str) -> str:
    """Scheme, host and port of an address, or empty."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    default = port in {None, 443 if parts.scheme == "https" else 80}
    return f"{parts.scheme}://{parts.hostname}" + ("" if default else f":{port}")


def _is_address(text: str) -> bool:
    """The guard decides on plain http, which is for tests."""
    return (
        0 < len(text) <= _LONGEST_ID
        and bool(origin_of(text))
        and "@" not in (urlsplit(text).netloc)
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise MalformedError("a name stands twice in one object")
    return document


def _no_number(name: str) -> None:
    raise MalformedError(f"{name} is no JSON")


def _depth(document: Any) -> int:
    """How deep it is nested; level by level, since the depth is what is in doubt."""
    level, depth = [document], 0
    while level and depth <= _DEEPEST:
        level = [
            item
            for value in level
            if isinstance(value, dict | list)
            for item in (value.values() if isinstance(value, dict) else value)
        ]
        depth += 1
    return depth
