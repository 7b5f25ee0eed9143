"""Digests of a body, in the two headers that carry them."""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import sha256
from hmac import compare_digest

from share_bridge_activitypub.signatures.errors import SignatureError
from share_bridge_activitypub.signatures.request import Request

__all__ = ["check_content_digest", "check_digest", "content_digest", "digest"]


def digest(body: bytes) -> str:
    """For `Digest` (RFC 3230): upper case, since some compare it to the letter."""
    return f"SHA-256={_hash(body)}"


def content_digest(body: bytes) -> str:
    """For `Content-Digest` (RFC 9530)."""
    return f"sha-256=:{_hash(body)}:"


def check_digest(request: Request) -> None:
    """Hold the body to its `Digest`.

    Raises:
        SignatureError: It is missing, of another kind, or of another body.

    """
    _compare(_stated(request, "digest"), request.body, "digest")


def check_content_digest(request: Request) -> None:
    """Hold the body to its `Content-Digest`.

    Raises:
        SignatureError: It is missing, of another kind, or of another body.

    """
    text = _stated(request, "content-digest")
    if len(text) < len("::") or text[0] != ":" or text[-1] != ":":
        raise SignatureError("the content-digest is not between colons")
    _compare(text[1:-1], request.body, "content-digest")


def _stated(request: Request, header: str) -> str:
    """What stands for SHA-256; some list several kinds, in any case."""
    for item in (request.header(header) or "").split(","):
        name, equals, text = item.strip().partition("=")
        if equals and name.lower() == "sha-256":
            return text.strip()
    raise SignatureError(f"there is no SHA-256 in the {header}")


def _compare(text: str, body: bytes, header: str) -> None:
    try:
        found = b64decode(text, validate=True)
    except ValueError as error:
        raise SignatureError(f"the {header} is not base64") from error
    if not compare_digest(found, sha256(body).digest()):
        raise SignatureError(f"the {header} is of another body")


def _hash(body: bytes) -> str:
    return b64encode(sha256(body).digest()).decode()
