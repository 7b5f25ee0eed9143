"""Signatures of an independent implementation, and of the standards themselves."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from share_bridge_activitypub.signatures import (
    PublicKey,
    Request,
    SignatureError,
    claims,
    read_proof,
)

_WHEN = datetime(2026, 11, 22, 20, 32, tzinfo=UTC)


@pytest.fixture(scope="session")
def vectors(shared: Path) -> dict[str, Any]:
    path = shared / "fixtures" / "activitypub-vectors.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _requests(vectors: dict[str, Any]) -> list[tuple[dict[str, Any], Request]]:
    return [
        (
            it,
            Request(
                it["method"], it["url"], it["headers"], it.get("body", "").encode()
            ),
        )
        for it in vectors["requests"]
    ]


def test_every_signed_request_of_a_peer_verifies(vectors: dict[str, Any]) -> None:
    key = PublicKey.from_pem(vectors["rsa_public_pem"])
    for _, request in _requests(vectors):
        (claim,) = claims(request)
        claim.verify(key, now=_WHEN)
        assert claim.key_id == "https://blog.example/ap/actor#main-key"


def test_the_base_is_the_peer_s_to_the_byte(vectors: dict[str, Any]) -> None:
    for vector, request in _requests(vectors):
        (claim,) = claims(request)
        assert vector["signature_base"].encode() in claim.bases


def test_another_body_is_refused(vectors: dict[str, Any]) -> None:
    for vector, request in _requests(vectors):
        if request.body:
            swapped = Request(
                vector["method"], vector["url"], vector["headers"], b'{"type":"Like"}'
            )
            (claim,) = claims(swapped)
            with pytest.raises(SignatureError, match="another body"):
                claim.check(now=_WHEN)


@pytest.mark.parametrize("days", [-1, 1])
def test_another_day_is_refused(vectors: dict[str, Any], days: int) -> None:
    for _, request in _requests(vectors):
        (claim,) = claims(request)
        with pytest.raises(SignatureError, match=r"over an hour old|from the future"):
            claim.check(now=_WHEN + timedelta(days=days))


def test_every_proof_of_a_peer_verifies(vectors: dict[str, Any]) -> None:
    key = PublicKey.from_multibase(vectors["ed25519_public_multibase"])
    for document in vectors["objects"]:
        proof = read_proof(document)
        assert proof is not None
        proof.verify(key)
        assert proof.key_id == "https://blog.example/ap/actor#ed25519-key"


def test_a_document_with_one_more_word_is_refused(vectors: dict[str, Any]) -> None:
    key = PublicKey.from_multibase(vectors["ed25519_public_multibase"])
    for document in vectors["objects"]:
        proof = read_proof({**document, "summary": "more"})
        assert proof is not None
        with pytest.raises(SignatureError):
            proof.verify(key)


def test_the_standard_s_own_signature_verifies() -> None:
    """RFC 9421, appendix B.2.6: Ed25519 over a minimal set."""
    key = PublicKey.from_pem(
        "-----BEGIN PUBLIC KEY-----\n"
        "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n"
        "-----END PUBLIC KEY-----\n"
    )
    request = Request(
        "POST",
        "https://example.com/foo?param=Value&Pet=dog",
        {
            "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
            "Content-Type": "application/json",
            "Content-Length": "18",
            "Signature-Input": (
                'sig-b26=("date" "@method" "@path" "@authority" "content-type" '
                '"content-length");created=1618884473;keyid="test-key-ed25519"'
            ),
            "Signature": (
                "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgw"
                "UPiu4A0w6vuQv5lIp5WPpBKRCw==:"
            ),
        },
        b'{"hello": "world"}',
    )
    (claim,) = claims(request)
    (base,) = claim.bases
    assert key.verifies(claim.signature, base)
    with pytest.raises(SignatureError, match="does not cover"):  # the body, here
        claim.check(now=datetime(2021, 4, 20, 2, 8, tzinfo=UTC))
