"""The actor that asks other servers for keys, so that the blog's key stays at home."""

from __future__ import annotations

from typing import Any

from share_bridge.plugin import Context
from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.knock import Knocker
from share_bridge_activitypub.remote import Remote
from share_bridge_activitypub.schemes import Schemes
from share_bridge_activitypub.signatures import PrivateKey
from share_bridge_activitypub.vocabulary import CONTEXT

__all__ = ["Instance"]

_KEY = "instance_private_key"


class Instance:
    """The server that the inbox is on, as an actor of its own.

    Attributes:
        schemes: How hosts want to be signed to.

    """

    def __init__(self, context: Context, who: Identity) -> None:
        self._who = who
        self._key = _kept_key(context)
        self.schemes = Schemes(context.state)
        self._knocker = Knocker(
            context.content_http,
            key_id=self._key_id,
            key=self._key,
            schemes=self.schemes,
            now=context.now,
        )

    def remote(self) -> Remote:
        """Fetches documents of others, a few for each request."""
        return Remote(self._knocker, who=self._who)

    @property
    def document(self) -> dict[str, Any]:
        """Who asks, for servers that want to know."""
        who = self._who
        return {
            "@context": [CONTEXT, "https://w3id.org/security/v1"],
            "id": who.instance,
            "type": "Application",
            "preferredUsername": who.host,
            "name": who.host,
            "summary": f"The inbox of {who.handle}; it asks other servers for keys.",
            "inbox": who.inbox,
            "outbox": f"{who.instance}/outbox",
            "manuallyApprovesFollowers": True,
            "publicKey": {
                "id": self._key_id,
                "owner": who.instance,
                "publicKeyPem": self._key.public.to_pem(),
            },
        }

    @property
    def _key_id(self) -> str:
        return f"{self._who.instance}#main-key"


def _kept_key(context: Context) -> PrivateKey:
    """Made once; a lost one may be replaced, as nobody follows this actor."""
    kept = context.credentials.get()
    if _KEY not in kept:
        made = PrivateKey.make_rsa().to_pem()
        kept = context.credentials.replace(lambda others: {_KEY: made, **others})
    return PrivateKey.from_pem(kept[_KEY])
