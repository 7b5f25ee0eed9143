"""Whose key signed: fetched, bound to its owner both ways, and remembered.

A key that is cached is bound to its owner all the same: an activity counts only where
its actor is the owner of the key that signed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from share_bridge.plugin import Documents
from share_bridge_activitypub.inbox.activity import origin_of
from share_bridge_activitypub.remote import Remote
from share_bridge_activitypub.signatures import PublicKey, SignatureError
from share_bridge_activitypub.vocabulary import many, one_id

__all__ = ["KeyOwner", "Owners"]

#: A key that fails is asked for again, but not by every stranger's request.
_ROTATION = timedelta(minutes=5)
_REMEMBERED = timedelta(days=30)
#: Keys that are kept at a time: anybody can have as many as they like.
_MOST = 20_000
_LONGEST_KEY_ID = 2048
_PREFIX = "key/"


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """A key, and the actor that it belongs to.

    Attributes:
        key: To verify with.
        actor: The owner's id.
        fetched: When the key was last seen there.
        document: The owner's document, where it was fetched just now.

    """

    key: PublicKey
    actor: str
    fetched: datetime
    document: dict[str, Any] | None = None

    def is_stale(self, now: datetime) -> bool:
        """It may have been replaced: worth asking again once."""
        return now - self.fetched > _ROTATION


class Owners:
    """Keys of other actors, by their ids, in the documents of a target.

    Args:
        state: The documents.
        most: So many are kept at a time; a new one takes the place of the oldest.

    """

    def __init__(self, state: Documents, *, most: int = _MOST) -> None:
        self._state = state
        self._most = most

    def known(self, key_id: str) -> KeyOwner | None:
        """The key as it was fetched before, or None."""
        kept = self._state.get(_name(key_id))
        if kept is None:
            return None
        return KeyOwner(
            _parse(kept["pem"]), kept["actor"], datetime.fromisoformat(kept["fetched"])
        )

    async def fetch(self, key_id: str, remote: Remote, *, now: datetime) -> KeyOwner:
        """The key as it is now, bound to its owner both ways.

        Raises:
            RemoteError: It could not be had.
            SignatureError: It is no key, or not its owner's.

        """
        if len(key_id) > _LONGEST_KEY_ID or not origin_of(key_id):
            raise SignatureError("the keyId is not an https address")
        document = await remote.fetch(key_id)
        if not _keys_of(document):  # a document for the key alone
            owner = one_id(document.get("owner", document.get("controller")))
            if origin_of(owner) != origin_of(key_id):
                raise SignatureError("the key's owner is on another server")
            document = await remote.fetch(owner)
        actor = one_id(document)
        found = _keys_of(document).get(key_id)
        if found is None:
            raise SignatureError("the actor does not list that key as its own")
        if one_id(found.get("owner", found.get("controller", actor))) != actor:
            raise SignatureError("the key says that it belongs to another")
        if origin_of(actor) != origin_of(key_id):
            raise SignatureError("the key's owner is on another server")
        key = _key(found)
        pem = key.to_pem()
        kept = {"pem": pem, "actor": actor, "fetched": now.isoformat()}
        self._state.batch([*self._crowded_out(), (_name(key_id), kept)])
        return KeyOwner(key, actor, now, document)

    def _crowded_out(self) -> list[tuple[str, None]]:
        """A tenth of all, the oldest ones, where there is no room for one more."""
        if self._state.count(_PREFIX) < self._most:
            return []
        kept = sorted(self._state.scan(_PREFIX), key=lambda it: it[1]["fetched"])
        return [(name, None) for name, _ in kept[: max(1, self._most // 10)]]

    def forget(self, *, now: datetime) -> None:
        """Keys that were fetched long ago: anybody can have as many as they like."""
        oldest = (now - _REMEMBERED).isoformat()
        old = [
            (name, None)
            for name, kept in self._state.scan(_PREFIX)
            if kept["fetched"] < oldest
        ]
        if old:
            self._state.batch(old)


def _name(key_id: str) -> str:
    return f"{_PREFIX}{key_id}"


def _keys_of(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The keys that an actor lists, by id."""
    listed = many(document.get("publicKey")) + many(document.get("assertionMethod"))
    return {one_id(key): key for key in listed if isinstance(key, dict)}


def _key(document: dict[str, Any]) -> PublicKey:
    pem, multibase = document.get("publicKeyPem"), document.get("publicKeyMultibase")
    if isinstance(pem, str):
        return _parse(pem)
    if isinstance(multibase, str):
        return PublicKey.from_multibase(multibase)
    raise SignatureError("the actor's key has no value")


@lru_cache(maxsize=1_000)
def _parse(pem: str) -> PublicKey:
    """Each key is parsed once: that takes longer than to verify with it."""
    return PublicKey.from_pem(pem)
