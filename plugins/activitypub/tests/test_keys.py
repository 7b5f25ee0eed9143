"""Keys: read once, bounded, never shown."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from actors_support import NOW, Blog, Person
from share_bridge_activitypub.inbox.owners import Owners
from share_bridge_activitypub.signatures import PrivateKey, PublicKey, SignatureError
from share_bridge_activitypub.signatures.base58 import decode, encode


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return (
        key.public_key()
        .public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        .decode()
    )


@pytest.mark.parametrize("make", [PrivateKey.make_rsa, PrivateKey.make_ed25519])
def test_a_key_comes_back_from_its_pem(make: object) -> None:
    key = make()  # type: ignore[operator]
    again = PrivateKey.from_pem(key.to_pem())
    assert again.public == key.public
    assert PublicKey.from_pem(key.public.to_pem()) == key.public
    assert key.public.verifies(again.sign(b"words"), b"words")
    assert not key.public.verifies(again.sign(b"words"), b"other words")


def test_a_multikey_comes_back() -> None:
    public = PrivateKey.make_ed25519().public
    assert public.to_multibase().startswith("z6Mk")
    assert PublicKey.from_multibase(public.to_multibase()) == public


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z",
        "zzz",
        "6Mk",
        "z6Mk",
        "z" + "1" * 300,
        "z0OIl",
        "zQmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51",
    ],
)
def test_a_multikey_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SignatureError):
        PublicKey.from_multibase(text)


@pytest.mark.parametrize(
    "text", ["", "-----BEGIN PUBLIC KEY-----", "\0", "x" * 5000, "é"]
)
def test_a_key_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SignatureError):
        PublicKey.from_pem(text)


def test_a_small_key_is_refused() -> None:
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    with pytest.raises(SignatureError, match="1024 bits"):
        PublicKey.from_pem(_pem(small))


def test_another_kind_of_key_is_refused() -> None:
    with pytest.raises(SignatureError, match="neither RSA nor Ed25519"):
        PublicKey.from_pem(_pem(ec.generate_private_key(ec.SECP256R1())))


def test_a_private_key_shows_nothing_of_itself() -> None:
    key = PrivateKey.make_rsa()
    assert repr(key) == "<PrivateKey RSA>"
    with pytest.raises(SignatureError) as caught:
        PrivateKey.from_pem("secret " + key.to_pem()[40:])
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@given(st.binary(max_size=64))
def test_base58_comes_back(raw: bytes) -> None:
    assert decode(encode(raw)) == raw


def test_keys_of_others_take_no_more_room_than_they_may(blog: Blog) -> None:
    """Anybody can have any number: the oldest make room, and can be had again."""
    owners, people = Owners(blog.state, most=10), [Person(f"p{n}") for n in range(14)]
    blog.world.add(*people)

    async def meet(person: Person, *, after: int) -> None:
        now = NOW + timedelta(minutes=after)
        await owners.fetch(person.key_id, blog.actor.remote(), now=now)

    for number, person in enumerate(people):
        asyncio.run(meet(person, after=number))
        assert blog.state.count("key/") <= 10
    assert [owners.known(it.key_id) is None for it in people] == [True] * 4 + [
        False
    ] * 10

    asyncio.run(meet(people[0], after=20))
    assert owners.known(people[0].key_id) is not None
