"""What a request claims: signed by that key, then, over these parts of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from share_bridge_activitypub.signatures.digests import (
    check_content_digest,
    check_digest,
)
from share_bridge_activitypub.signatures.errors import SignatureError
from share_bridge_activitypub.signatures.freshness import require_fresh
from share_bridge_activitypub.signatures.keys import PublicKey
from share_bridge_activitypub.signatures.request import Request

__all__ = ["Claim", "Scheme"]


class Scheme(StrEnum):
    """The two ways of signing requests in the fediverse."""

    #: https://datatracker.ietf.org/doc/html/draft-cavage-http-signatures-12
    CAVAGE = "draft-cavage-http-signatures-12"
    #: https://www.rfc-editor.org/rfc/rfc9421
    RFC9421 = "rfc9421"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One signature of a request, read but not believed yet.

    Get the key that `key_id` names, see that it belongs to who the activity says
    it is from, then call `verify`.

    Attributes:
        scheme: How it is signed.
        key_id: Which key is said to have signed it.
        request: What is signed.
        bases: What the signature may be over; servers disagree about queries.
        signature: The signature itself.
        covered: Names of headers and components that are signed, as the scheme
            writes them.
        created, expires: When it was made, and ends; aware, UTC.
        algorithms: Kinds of keys that fit what it says: `rsa`, `ed25519`.

    """

    scheme: Scheme
    key_id: str
    request: Request
    bases: tuple[bytes, ...]
    signature: bytes
    covered: frozenset[str]
    created: datetime | None
    expires: datetime | None = None
    algorithms: frozenset[str] = frozenset({"rsa", "ed25519"})

    def verify(self, key: PublicKey, *, now: datetime) -> None:
        """Believe it only if all of it holds: coverage, age, digest, signature.

        Raises:
            SignatureError: Something does not; the message says what.

        """
        self.check(now=now)
        if ("rsa" if key.is_rsa else "ed25519") not in self.algorithms:
            raise SignatureError("the signature names another algorithm than its key")
        if not any(key.verifies(self.signature, base) for base in self.bases):
            raise SignatureError("the signature is not by that key over this request")

    def check(self, *, now: datetime) -> None:
        """Everything that needs no key: worth doing before one is fetched.

        Raises:
            SignatureError: It cannot be believed, whatever the key.

        """
        require_fresh(self.created, now=now, expires=self.expires)
        self._require_address()
        if self.request.has_body:
            self._require_digest()

    def _require_address(self) -> None:
        covered = self.covered
        if self.scheme is Scheme.CAVAGE:
            whole = {"(request-target)", "host"} <= covered
        else:
            query = {"@query"} if self.request.query else set()
            by_parts = {"@authority", "@path"} | query <= covered
            whole = "@method" in covered and ("@target-uri" in covered or by_parts)
        if not whole:
            raise SignatureError("the signature does not cover method, host and path")

    def _require_digest(self) -> None:
        cavage = self.scheme is Scheme.CAVAGE
        name = "digest" if cavage else "content-digest"
        if name not in self.covered:
            raise SignatureError(f"the signature does not cover the {name}")
        (check_digest if cavage else check_content_digest)(self.request)
