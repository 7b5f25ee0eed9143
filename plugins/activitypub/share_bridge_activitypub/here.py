"""The actor at work: its addresses, keys, documents and connections in one place."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from urllib.parse import urlsplit

from share_bridge.plugin import Blocks, Context, Interactions, TargetBlockedError
from share_bridge_activitypub.actor import Profile
from share_bridge_activitypub.followers import Followers
from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.inbox.owners import Owners
from share_bridge_activitypub.keyring import Keyring
from share_bridge_activitypub.knock import Knocker
from share_bridge_activitypub.mentions import Mentions
from share_bridge_activitypub.remote import Remote
from share_bridge_activitypub.schemes import Schemes
from share_bridge_activitypub.settings import FediverseSettings
from share_bridge_activitypub.shelf import Shelf
from share_bridge_activitypub.signatures import Scheme

__all__ = ["Actor"]

_IDENTITY, _MOVED = "identity", "moved"


class Actor:
    """What one target is over there.

    Attributes:
        context: What the core gives for this call.
        settings: As configured.
        who: The addresses that follow from them.

    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.settings: FediverseSettings = context.settings
        self.who: Identity = self.settings.who

    @property
    def known(self) -> dict[str, str] | None:
        """Who it was before: handle, address, fingerprint of the key; or None."""
        found: dict[str, str] | None = self.context.state.get(_IDENTITY)
        return found

    @cached_property
    def keys(self) -> Keyring:
        """The keys of this actor; made when there never was one.

        Raises:
            TargetBlockedError: The actor is another than before, or its keys are
                lost.

        """
        known = self.known
        if known is None:
            return self.take_over()
        keys = Keyring.load(self.context.credentials)
        if keys is None:
            raise TargetBlockedError(
                f"the keys of {known['handle']} are not in the credentials store: put "
                "them back. With new ones its followers would refuse what it sends; "
                "`share-bridge fediverse migrate` makes new ones all the same"
            )
        self._require_same(known, self._described(keys))
        return keys

    def take_over(self) -> Keyring:
        """Be who is configured, whoever it was before; the keys."""
        credentials = self.context.credentials
        keys = Keyring.load(credentials) or Keyring.make(credentials)
        self.context.state.put(_IDENTITY, self._described(keys))
        return keys

    @property
    def moved_to(self) -> str:
        """The actor that this one became, or empty."""
        kept = self.context.state.get(_MOVED)
        return "" if kept is None else str(kept["to"])

    def moving(self, target: str) -> tuple[str, dict[str, str]]:
        """What is kept of a move: the key and the document."""
        return _MOVED, {"to": target, "at": self.context.now().isoformat()}

    @property
    def profile(self) -> Profile:
        """What it shows of itself, and where it went."""
        return replace(self.settings.profile, moved_to=self.moved_to)

    @cached_property
    def shelf(self) -> Shelf:
        """What was published."""
        return Shelf(self.context.state, self.who)

    @cached_property
    def followers(self) -> Followers:
        """Who follows."""
        return Followers(self.context.state, self.blocks)

    @cached_property
    def interactions(self) -> Interactions:
        """What others said."""
        return Interactions(self.context.state)

    @cached_property
    def blocks(self) -> Blocks:
        """Who is neither heard nor written to."""
        return Blocks(self.context.state, self.settings.blocked)

    @cached_property
    def mentions(self) -> Mentions:
        """Whom handles mean."""
        return Mentions(
            self.context.state,
            who=self.who,
            blocks=self.blocks,
            client=lambda: self.context.content_http,
            remote=self.remote,
            now=self.context.now,
        )

    @cached_property
    def owners(self) -> Owners:
        """Keys of others."""
        return Owners(self.context.state)

    @cached_property
    def schemes(self) -> Schemes:
        """How hosts want to be signed to."""
        return Schemes(self.context.state)

    def heard(self, actor: str, scheme: Scheme) -> None:
        """Another actor said something: its server lives, and signs in this way."""
        host = urlsplit(actor).netloc
        self.schemes.learn(host, scheme, now=self.context.now())
        self.context.heard_from(host)

    @cached_property
    def knocker(self) -> Knocker:
        """Sends signed requests."""
        return Knocker(
            self.context.content_http,
            key_id=self.who.key_id,
            key=self.keys.rsa,
            schemes=self.schemes,
            now=self.context.now,
        )

    def knows(self, actor: str) -> bool:
        """Whether anything of another actor is kept here."""
        return self.followers.get(actor) is not None or any(self.interactions.by(actor))

    def remote(self) -> Remote:
        """Fetches documents of others, a few for each thing that happens."""
        return Remote(self.knocker, who=self.who)

    def _described(self, keys: Keyring) -> dict[str, str]:
        return {
            "handle": self.who.handle,
            "actor": self.who.actor,
            "key": keys.fingerprint,
        }

    def _require_same(self, known: dict[str, str], now: dict[str, str]) -> None:
        """Servers keep a record under each of these: another one has no followers."""
        for name, what in (("handle", "handle"), ("actor", "address"), ("key", "key")):
            if known[name] != now[name]:
                raise TargetBlockedError(
                    f"the actor's {what} is another than before ({known[name]}, now "
                    f"{now[name]}), and its followers would be lost: put the old one "
                    "back, or run `share-bridge fediverse migrate`"
                )
