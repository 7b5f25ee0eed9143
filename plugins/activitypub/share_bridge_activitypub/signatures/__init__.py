"""Signatures of the fediverse, made and checked; a library of its own.

It needs `cryptography` and nothing else, and knows nothing of share-bridge.

```python
from share_bridge_activitypub.signatures import PrivateKey, Request, claims, sign

request = Request("POST", inbox, {"Content-Type": "application/activity+json"}, body)
headers = sign(request, key=key, key_id=f"{actor}#main-key", now=now)

for claim in claims(request):           # as it came in, at our public address
    claim.check(now=now)                # before a key is fetched
    claim.verify(await key_of(claim.key_id), now=now)
```

A claim that verifies says: whoever holds that key sent this method, to this host, path
and query, with this body, within the hour. It does not say who holds it: see that the
key's owner is the activity's actor.
"""

from __future__ import annotations

from datetime import datetime

from share_bridge_activitypub.signatures import cavage, messages
from share_bridge_activitypub.signatures.claim import Claim, Scheme
from share_bridge_activitypub.signatures.errors import SignatureError
from share_bridge_activitypub.signatures.keys import PrivateKey, PublicKey
from share_bridge_activitypub.signatures.proofs import Proof, prove, read_proof
from share_bridge_activitypub.signatures.request import Request

__all__ = [
    "Claim",
    "PrivateKey",
    "Proof",
    "PublicKey",
    "Request",
    "Scheme",
    "SignatureError",
    "claims",
    "prove",
    "read_proof",
    "sign",
]


def sign(
    request: Request,
    *,
    key: PrivateKey,
    key_id: str,
    now: datetime,
    scheme: Scheme = Scheme.CAVAGE,
) -> dict[str, str]:
    """The headers to send with a request, so that it is signed.

    Sign each attempt anew: a signature is good for minutes.

    Args:
        request: With the content type and the very bytes that are sent.
        key: Ours.
        key_id: Where it is published, such as `https://example.org/ap/actor#main-key`.
        now: The time, aware.
        scheme: The older one is understood everywhere.

    """
    make = cavage.sign if scheme is Scheme.CAVAGE else messages.sign
    return make(request, key=key, key_id=key_id, now=now)


def claims(request: Request) -> tuple[Claim, ...]:
    """What the signatures of a request claim; one of them has to verify.

    Raises:
        SignatureError: There is none, or none that can be read.

    """
    found = messages.read(request)
    if not found:
        claim = cavage.read(request)
        found = () if claim is None else (claim,)
    if not found:
        raise SignatureError("the request is not signed")
    return found
