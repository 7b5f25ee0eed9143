"""The words of ActivityStreams that this actor uses, with their contexts.

Contexts are never fetched: documents are read and written as plain JSON.
"""

from __future__ import annotations

from typing import Any, Final

__all__ = [
    "ACTIVITY_JSON",
    "ACTOR_CONTEXT",
    "CONTEXT",
    "JRD_JSON",
    "LD_JSON",
    "POST_CONTEXT",
    "PUBLIC",
    "QUOTE_CONTEXT",
    "many",
    "one_id",
]

ACTIVITY_JSON: Final = "application/activity+json"
LD_JSON: Final = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
JRD_JSON: Final = "application/jrd+json"
#: Lemmy compares it to the letter.
PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"
CONTEXT: Final = "https://www.w3.org/ns/activitystreams"

_TOOT = "http://joinmastodon.org/ns#"
_GTS = "https://gotosocial.org/ns#"

ACTOR_CONTEXT: Final[list[Any]] = [
    CONTEXT,
    "https://w3id.org/security/v1",
    "https://w3id.org/security/multikey/v1",
    {
        "toot": _TOOT,
        "schema": "http://schema.org#",
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "featured": {"@id": "toot:featured", "@type": "@id"},
        "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
        "movedTo": {"@id": "as:movedTo", "@type": "@id"},
        "attributionDomains": {"@id": "toot:attributionDomains", "@type": "@id"},
        "PropertyValue": "schema:PropertyValue",
        "value": "schema:value",
        "webfinger": {
            "@id": "https://purl.archive.org/socialweb/webfinger#webfinger",
            "@type": "http://www.w3.org/2001/XMLSchema#string",
        },
    },
]

#: What FEP-044f names (https://codeberg.org/fediverse/fep, 2026-11-24).
QUOTE_CONTEXT: Final[list[Any]] = [
    CONTEXT,
    {
        "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
        "interactingObject": {"@id": f"{_GTS}interactingObject", "@type": "@id"},
        "interactionTarget": {"@id": f"{_GTS}interactionTarget", "@type": "@id"},
    },
]

POST_CONTEXT: Final[list[Any]] = [
    CONTEXT,
    {
        "Hashtag": "as:Hashtag",
        "sensitive": "as:sensitive",
        "gts": _GTS,
        "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
        "canQuote": {"@id": "gts:canQuote", "@type": "@id"},
        "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
    },
]


def many(value: Any) -> list[Any]:
    """What may be one, several or none, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def one_id(value: Any) -> str:
    """The id of what is named by its id or stands there whole; empty if neither."""
    if isinstance(value, dict):
        value = value.get("id", value.get("@id"))
    return value if isinstance(value, str) else ""
