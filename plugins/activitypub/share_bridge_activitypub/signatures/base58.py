"""Base58 in the alphabet of Bitcoin, as Multikeys and proofs are written."""

from __future__ import annotations

from share_bridge_activitypub.signatures.errors import SignatureError

__all__ = ["decode", "encode"]

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
#: A signature of 64 bytes has 88 characters; the time is quadratic.
_LONGEST = 200


def encode(raw: bytes) -> str:
    """Bytes as base58; each leading zero byte is a `1`."""
    number, digits = int.from_bytes(raw), []
    while number:
        number, digit = divmod(number, 58)
        digits.append(_ALPHABET[digit])
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(digits))


def decode(text: str) -> bytes:
    """The bytes that `encode` wrote.

    Raises:
        SignatureError: Other characters are in it, or it is too long.

    """
    if len(text) > _LONGEST:
        raise SignatureError("too long for a key or a signature")
    number = 0
    for character in text:
        value = _VALUES.get(character)
        if value is None:
            raise SignatureError("not base58")
        number = number * 58 + value
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)
