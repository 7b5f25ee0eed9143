"""RSA and Ed25519 keys: parsed once, bounded, and told apart by what they are."""

from __future__ import annotations

from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from share_bridge_activitypub.signatures.base58 import decode, encode
from share_bridge_activitypub.signatures.errors import SignatureError

__all__ = ["PrivateKey", "PublicKey"]

#: Smaller ones are no protection, larger ones are work for whoever verifies
#: (NIST SP 800-131A rev. 2, https://doi.org/10.6028/NIST.SP.800-131Ar2, 2026-11-24).
_BITS = range(2048, 8193)
_LARGEST_EXPONENT = 2**32
#: An 8192-bit key in PEM has about 1,500 characters.
_LONGEST_PEM = 4096
#: `ed25519-pub` as an unsigned varint
#: (https://github.com/multiformats/multicodec/blob/master/table.csv, 2026-11-24).
_ED25519_PREFIX: Final = b"\xed\x01"
_ED25519_BYTES = 32
_PADDING = padding.PKCS1v15()
_HASH = SHA256()


class PublicKey:
    """Somebody's key: RSA of 2048 to 8192 bits, or Ed25519.

    Attributes:
        is_rsa: RSA, else Ed25519.

    """

    __slots__ = ("_how", "_key", "is_rsa")

    def __init__(self, key: rsa.RSAPublicKey | ed25519.Ed25519PublicKey) -> None:
        if isinstance(key, rsa.RSAPublicKey):
            _require_sane(key)
        self._key: Any = key
        self.is_rsa = isinstance(key, rsa.RSAPublicKey)
        self._how = (_PADDING, _HASH) if self.is_rsa else ()

    @classmethod
    def from_pem(cls, text: str) -> PublicKey:
        """From `-----BEGIN PUBLIC KEY-----` as in `publicKeyPem`.

        Raises:
            SignatureError: It is no such key, or one of a size that is not taken.

        """
        if len(text) > _LONGEST_PEM:
            raise SignatureError("the key is too long to be one")
        try:
            key = serialization.load_pem_public_key(text.strip().encode())
        except Exception as error:  # whatever a stranger's text makes a parser raise
            raise SignatureError("the key cannot be read") from error
        if not isinstance(key, rsa.RSAPublicKey | ed25519.Ed25519PublicKey):
            raise SignatureError("the key is neither RSA nor Ed25519")
        return cls(key)

    @classmethod
    def from_multibase(cls, text: str) -> PublicKey:
        """From `z6Mk…` as in `publicKeyMultibase` (FEP-521a): Ed25519 only.

        Raises:
            SignatureError: It is no such key.

        """
        raw = _multibase(text)
        if not raw.startswith(_ED25519_PREFIX):
            raise SignatureError("the Multikey is not Ed25519")
        raw = raw.removeprefix(_ED25519_PREFIX)
        if len(raw) != _ED25519_BYTES:
            raise SignatureError("the Multikey has the wrong length")
        return cls(ed25519.Ed25519PublicKey.from_public_bytes(raw))

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether this key signed these bytes (RSA: PKCS #1 v1.5 with SHA-256)."""
        try:
            self._key.verify(signature, message, *self._how)
        except InvalidSignature:
            return False
        return True

    def to_pem(self) -> str:
        """As an actor's `publicKeyPem` (SubjectPublicKeyInfo)."""
        pem: bytes = self._key.public_bytes(
            serialization.Encoding.PEM,
            serialization.PublicFormat.SubjectPublicKeyInfo,
        )
        return pem.decode()

    def to_multibase(self) -> str:
        """As a Multikey's `publicKeyMultibase`.

        Raises:
            ValueError: It is an RSA key.

        """
        if self.is_rsa:
            raise ValueError("only Ed25519 keys are written as Multikeys")
        return "z" + encode(_ED25519_PREFIX + self._key.public_bytes_raw())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self.to_pem())


class PrivateKey:
    """Our own key. Its PEM is a secret: keep it in the credentials store."""

    __slots__ = ("_key", "public")

    def __init__(self, key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> None:
        self._key = key
        self.public = PublicKey(key.public_key())

    @classmethod
    def make_rsa(cls) -> PrivateKey:
        """A new RSA key of 2048 bits: what every server understands."""
        return cls(rsa.generate_private_key(public_exponent=65537, key_size=2048))

    @classmethod
    def make_ed25519(cls) -> PrivateKey:
        """A new Ed25519 key, for proofs in documents."""
        return cls(ed25519.Ed25519PrivateKey.generate())

    @classmethod
    def from_pem(cls, text: str) -> PrivateKey:
        """From what `to_pem` gave.

        The numbers of an RSA key are not checked again, which would take 57 ms each
        time: only give it keys of your own.

        Raises:
            SignatureError: It is no such key. The message does not quote it.

        """
        try:
            key = serialization.load_pem_private_key(
                text.strip().encode(),
                password=None,
                unsafe_skip_rsa_key_validation=True,
            )
        except Exception:  # noqa: BLE001 - its cause could quote the key
            raise SignatureError("the private key cannot be read") from None
        if not isinstance(key, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
            raise SignatureError("the private key is neither RSA nor Ed25519")
        return cls(key)

    def sign(self, message: bytes) -> bytes:
        """The signature over these bytes (RSA: PKCS #1 v1.5 with SHA-256)."""
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(message, _PADDING, _HASH)
        return self._key.sign(message)

    def to_pem(self) -> str:
        """PKCS #8, not encrypted."""
        return self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()

    def __repr__(self) -> str:
        return f"<PrivateKey {'RSA' if self.public.is_rsa else 'Ed25519'}>"


def _require_sane(key: rsa.RSAPublicKey) -> None:
    if key.key_size not in _BITS:
        raise SignatureError(f"RSA keys of {key.key_size} bits are not taken")
    if key.public_numbers().e >= _LARGEST_EXPONENT:
        raise SignatureError("the exponent of the RSA key is too large")


def _multibase(text: str) -> bytes:
    if not text.startswith("z"):
        raise SignatureError("the Multikey is not written in base58btc")
    return decode(text[1:])
