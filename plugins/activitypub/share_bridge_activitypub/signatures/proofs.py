"""Proofs inside a document, which hold wherever it travels (FEP-8b32).

https://codeberg.org/fediverse/fep/src/branch/main/fep/8b32/fep-8b32.md and
https://www.w3.org/TR/vc-di-eddsa/#eddsa-jcs-2022 (2026-11-24). Ed25519 alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from share_bridge_activitypub.signatures.base58 import decode, encode
from share_bridge_activitypub.signatures.errors import SignatureError
from share_bridge_activitypub.signatures.jcs import canonical
from share_bridge_activitypub.signatures.keys import PrivateKey, PublicKey

__all__ = ["Proof", "prove", "read_proof"]

_FIXED = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "proofPurpose": "assertionMethod",
}
#: An older kind of signature in documents, which stands beside the proof.
_LD_SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof, read but not believed yet.

    Attributes:
        key_id: Its `verificationMethod`: which key is said to have made it. See that
            the actor lists that key in `assertionMethod` before you believe it.
        message: What it is over.
        signature: The proof itself.

    """

    key_id: str
    message: bytes
    signature: bytes

    def verify(self, key: PublicKey) -> None:
        """Believe it only if that key made it.

        Raises:
            SignatureError: It did not.

        """
        if key.is_rsa or not key.verifies(self.signature, self.message):
            raise SignatureError("the proof is not by that key over this document")


def prove(
    document: Mapping[str, Any], *, key: PrivateKey, key_id: str, now: datetime
) -> dict[str, Any]:
    """The document with a proof; send exactly what comes back.

    Raises:
        ValueError: The key is not Ed25519, or the document no JSON.

    """
    if key.public.is_rsa:
        raise ValueError("a proof needs an Ed25519 key")
    proof: dict[str, Any] = {
        **_FIXED,
        "created": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": key_id,
    }
    if "@context" in document:
        proof["@context"] = document["@context"]
    signature = key.sign(_message(document, proof))
    return {**document, "proof": {**proof, "proofValue": f"z{encode(signature)}"}}


def read_proof(document: Mapping[str, Any]) -> Proof | None:
    """What the proof of a document claims, or None where there is none.

    Raises:
        SignatureError: It is of another kind, or cannot be read.

    """
    proof = document.get("proof")
    if proof is None:
        return None
    if isinstance(proof, list) and len(proof) == 1:
        proof = proof[0]
    if not isinstance(proof, dict):
        raise SignatureError("one proof is understood, not several")
    if any(proof.get(name) != value for name, value in _FIXED.items()):
        raise SignatureError("the proof is of a kind that is not understood")
    key_id, value = proof.get("verificationMethod"), proof.get("proofValue")
    if not isinstance(key_id, str) or not isinstance(value, str):
        raise SignatureError("the proof lacks its key or its value")
    if not value.startswith("z"):
        raise SignatureError("the proof is not written in base58btc")
    _require_context(document, proof)
    try:
        message = _message(document, proof)
    except ValueError as error:
        raise SignatureError("the document has no canonical form") from error
    return Proof(key_id, message, decode(value[1:]))


def _require_context(document: Mapping[str, Any], proof: Mapping[str, Any]) -> None:
    """A document may gain contexts behind those that were signed, not others."""
    if "@context" not in proof:
        return
    signed, there = _many(proof["@context"]), _many(document.get("@context"))
    if there[: len(signed)] != signed:
        raise SignatureError("the proof was made under another @context")


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _message(document: Mapping[str, Any], proof: Mapping[str, Any]) -> bytes:
    """Two hashes, of the proof's options and of the document without it."""
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    bare = {
        name: value
        for name, value in document.items()
        if name not in {"proof", _LD_SIGNATURE}
    }
    if "@context" in proof:
        bare["@context"] = proof["@context"]
    return sha256(canonical(options)).digest() + sha256(canonical(bare)).digest()
