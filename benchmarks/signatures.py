"""A signed request, from its headers to the verdict, against the bare verification."""

from __future__ import annotations

import sys
import time
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from measure import interleaved, report

from share_bridge_activitypub.signatures import PrivateKey, Request, claims, sign

ROUNDS = 9
TIMES = 2_000
#: Of the CPU time of the bare verification: 0.4 of its rate.
LIMIT = 2.5

_NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_INBOX = "https://blog.example/ap/inbox"
_BODY = b'{"type":"Like","id":"' + b"x" * 1_500 + b'"}'


def _cpu_of(work: Callable[[], object]) -> float:
    start = time.process_time()
    for _ in range(TIMES):
        work()
    return (time.process_time() - start) / TIMES


def main() -> None:
    """Print the row; exit with 1 when it is over its limit."""
    key = PrivateKey.make_rsa()
    public = key.public
    plain = {"Content-Type": "application/activity+json"}
    signed = sign(
        Request("POST", _INBOX, plain, _BODY),
        key=key,
        key_id="https://social.example/users/alice#main-key",
        now=_NOW,
    )
    headers = plain | signed
    bare = load_pem_public_key(public.to_pem().encode())
    assert isinstance(bare, rsa.RSAPublicKey)
    signature = b64decode(
        signed["Signature"].partition('signature="')[2].partition('"')[0]
    )
    text = _signed_text(headers)

    def ours() -> None:
        (claim,) = claims(Request("POST", _INBOX, headers, _BODY))
        claim.verify(public, now=_NOW)

    def theirs() -> None:
        bare.verify(signature, text, padding.PKCS1v15(), SHA256())

    ours_takes, theirs_takes = interleaved(
        lambda: _cpu_of(ours), lambda: _cpu_of(theirs), rounds=ROUNDS
    )
    kept = report(
        "a signed request with a cached key, from headers to verdict",
        ours_takes / theirs_takes,
        LIMIT,
        f"{ours_takes * 1e6:.0f} : {theirs_takes * 1e6:.0f} µs",
    )
    sys.exit(0 if kept else 1)


def _signed_text(headers: dict[str, str]) -> bytes:
    """What the signature is of, as its header lists it."""
    names = headers["Signature"].partition('headers="')[2].partition('"')[0].split()
    known = {name.lower(): value for name, value in headers.items()}
    known |= {"(request-target)": "post /ap/inbox", "host": "blog.example"}
    return "\n".join(f"{name}: {known[name]}" for name in names).encode()


if __name__ == "__main__":
    main()
