"""The actor's own keys: made once, kept in the credentials store, read once a run."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from share_bridge.plugin import Credentials, TargetBlockedError
from share_bridge_activitypub.signatures import PrivateKey, SignatureError

__all__ = ["Keyring"]

_RSA, _ED25519 = "rsa_private_key", "ed25519_private_key"


class Keyring:
    """An RSA key for requests, and an Ed25519 key for documents.

    Attributes:
        rsa, ed25519: The keys.

    """

    def __init__(self, rsa: PrivateKey, ed25519: PrivateKey) -> None:
        self.rsa = rsa
        self.ed25519 = ed25519

    @classmethod
    def load(cls, credentials: Credentials) -> Keyring | None:
        """The keys that are kept, or None where there are none.

        Raises:
            TargetBlockedError: They cannot be read.

        """
        kept = credentials.get()
        if _RSA not in kept or _ED25519 not in kept:
            return None
        try:
            return cls(
                PrivateKey.from_pem(kept[_RSA]), PrivateKey.from_pem(kept[_ED25519])
            )
        except SignatureError as error:
            raise TargetBlockedError(
                f"{error}: put back the credentials that this actor had; "
                "with other keys its followers would refuse what it sends"
            ) from None

    @classmethod
    def make(cls, credentials: Credentials) -> Keyring:
        """New keys, kept before they are used; those of another run win."""
        made = {
            _RSA: PrivateKey.make_rsa().to_pem(),
            _ED25519: PrivateKey.make_ed25519().to_pem(),
        }

        def add(kept: Mapping[str, str]) -> Mapping[str, str]:
            return {**made, **kept}

        kept = credentials.replace(add)
        return cls(PrivateKey.from_pem(kept[_RSA]), PrivateKey.from_pem(kept[_ED25519]))

    @property
    def fingerprint(self) -> str:
        """Tells these keys from others, and nothing about them."""
        return sha256(self.rsa.public.to_pem().encode()).hexdigest()[:32]
