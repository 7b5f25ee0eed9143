"""Proofs in documents, and the canonical form they are over."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge_activitypub.signatures import (
    PrivateKey,
    SignatureError,
    prove,
    read_proof,
)
from share_bridge_activitypub.signatures.jcs import canonical

_NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_KEY = PrivateKey.make_ed25519()
_KEY_ID = "https://blog.example/ap/actor#ed25519-key"
_NOTE = {
    "@context": ["https://www.w3.org/ns/activitystreams"],
    "id": "https://blog.example/ap/posts/1",
    "content": "<p>héllo 😀</p>",
}

_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
_json = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)


def _read(document: dict[str, Any]) -> Any:
    proof = read_proof(document)
    assert proof is not None
    return proof


def test_what_was_proven_verifies_after_a_journey() -> None:
    sent = json.dumps(prove(_NOTE, key=_KEY, key_id=_KEY_ID, now=_NOW), indent=3)
    proof = _read(json.loads(sent))
    proof.verify(_KEY.public)
    assert proof.key_id == _KEY_ID


@given(st.dictionaries(st.text(), _json, max_size=4))
def test_any_document_is_proven_and_any_change_is_seen(
    document: dict[str, Any],
) -> None:
    document.pop("proof", None)
    proven = prove(document, key=_KEY, key_id=_KEY_ID, now=_NOW)
    _read(proven).verify(_KEY.public)
    proven["one more"] = 1
    with pytest.raises(SignatureError):
        _read(proven).verify(_KEY.public)


@pytest.mark.parametrize(
    "name, value",
    [
        ("created", "2026-11-24T12:00:01Z"),
        ("verificationMethod", "https://evil.example/key"),
        ("@context", ["https://evil.example/ns"]),
        ("cryptosuite", "eddsa-rdfc-2022"),
        ("proofPurpose", "authentication"),
        ("type", "Ed25519Signature2020"),
        ("proofValue", "z1111"),
        ("proofValue", "u1111"),
        ("proofValue", "z0"),
        ("proofValue", None),
    ],
)
def test_a_changed_proof_is_refused(name: str, value: object) -> None:
    proven = prove(_NOTE, key=_KEY, key_id=_KEY_ID, now=_NOW)
    proven["proof"] = {**proven["proof"], name: value}
    with pytest.raises(SignatureError):
        _read(proven).verify(_KEY.public)


def test_a_context_may_be_added_behind() -> None:
    proven = prove(_NOTE, key=_KEY, key_id=_KEY_ID, now=_NOW)
    proven["@context"] = [*_NOTE["@context"], "https://more.example/ns"]
    _read(proven).verify(_KEY.public)


def test_an_rsa_key_proves_nothing() -> None:
    with pytest.raises(ValueError, match="Ed25519"):
        prove(_NOTE, key=PrivateKey.make_rsa(), key_id=_KEY_ID, now=_NOW)


def test_a_document_without_a_proof_has_none() -> None:
    assert read_proof(_NOTE) is None


@pytest.mark.parametrize(
    "number, written",
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (5e-324, "5e-324"),
        (-1.7976931348623157e308, "-1.7976931348623157e+308"),
        (9007199254740992, "9007199254740992"),
        (-9007199254740992, "-9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (1e21, "1e+21"),
        (999999999999999900000.0, "999999999999999900000"),
        (333333333.3333332, "333333333.3333332"),
        (0.000001, "0.000001"),
        (9.999999999999997e-7, "9.999999999999997e-7"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"),
        (1424953923781206.2, "1424953923781206.2"),
        (4.5, "4.5"),
        (2e-3, "0.002"),
        (2**64, "18446744073709552000"),
    ],
)
def test_numbers_are_written_as_the_standard_does(number: float, written: str) -> None:
    """RFC 8785, appendix B."""
    assert canonical(number).decode() == written


def test_names_are_ordered_by_utf_16() -> None:
    """RFC 8785 §3.2.3: an emoji comes before the Hebrew presentation form."""
    members = {
        "\u20ac": 1,
        "\r": 2,
        "\ufb33": 3,
        "1": 4,
        "\U0001f600": 5,
        "\x80": 6,
        "ö": 7,
    }
    order = json.loads(canonical(members))
    assert list(order) == ["\r", "1", "\x80", "ö", "\u20ac", "\U0001f600", "\ufb33"]


@given(_json)
def test_the_canonical_form_is_json_and_stays_so(value: Any) -> None:
    again = json.loads(canonical(value))
    assert canonical(again) == canonical(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, "\ud800", {1: 2}, b"x", 10**400])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical(value)


def test_what_is_nested_without_end_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(100):
        deep = [deep]
    with pytest.raises(ValueError, match="too deep"):
        canonical(deep)
