"""What stands for a person in ledger, report and logs: a keyed hash."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import blake2b, sha256

from share_bridge.config.credentials import CredentialsStore, site_key

__all__ = ["Pseudonyms"]


class Pseudonyms:
    """Pseudonyms under the site's key, which is looked for when first needed.

    Args:
        environ: The environment variables.
        store: Where the key is kept.
        save: Keep a key that had to be made.

    """

    def __init__(
        self, environ: Mapping[str, str], store: CredentialsStore, *, save: bool
    ) -> None:
        self._environ = environ
        self._store = store
        self._save = save
        self._key: bytes | None = None

    def of(self, address: str) -> str:
        """`KEY-HASH`: 8 and 32 hex digits; the same however the address is written."""
        written = address.strip().casefold().encode()
        digest = hmac.new(self._site_key(), written, sha256).hexdigest()[:32]
        return f"{self.prefix}{digest}"

    @property
    def prefix(self) -> str:
        """Names the key, so that a hash under another is told from one who left."""
        key = blake2b(self._site_key(), digest_size=4, person=b"recipient").hexdigest()
        return f"{key}-"

    def _site_key(self) -> bytes:
        if self._key is None:
            self._key = site_key(self._environ, self._store, save=self._save)
        return self._key
