"""Who the blog is in the fediverse, and every address that follows from it.

These addresses are for ever: servers keep a record under each of them, and followers
are lost with the actor's. AS2 has addresses of its own, so that no cache can mix it up
with the pages for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlsplit

__all__ = ["Identity"]


@dataclass(frozen=True, slots=True)
class Identity:
    """One actor.

    Attributes:
        user: The part of the handle before the domain: `blog` of `blog@example.org`.
        domain: The part behind it, with a port in tests.
        base: Where the documents are, such as `https://example.org/ap`.

    """

    user: str
    domain: str
    base: str

    @property
    def handle(self) -> str:
        """As people write it, without the leading `@`: `blog@example.org`."""
        return f"{self.user}@{self.domain}"

    @property
    def host(self) -> str:
        """The host of the documents, with a port in tests."""
        return urlsplit(self.base).netloc

    @property
    def actor(self) -> str:
        """The actor's id."""
        return f"{self.base}/actor"

    @property
    def inbox(self) -> str:
        """Where others post to."""
        return f"{self.base}/inbox"

    @property
    def outbox(self) -> str:
        """What was published, newest first."""
        return f"{self.base}/outbox"

    @property
    def followers(self) -> str:
        """How many follow."""
        return f"{self.base}/followers"

    @property
    def following(self) -> str:
        """Nobody: a blog follows no one."""
        return f"{self.base}/following"

    @property
    def featured(self) -> str:
        """Posts pinned to the profile."""
        return f"{self.base}/featured"

    @property
    def nodeinfo(self) -> str:
        """The NodeInfo document."""
        return f"{self.base}/nodeinfo/2.1"

    @property
    def instance(self) -> str:
        """The id of the actor that a separate inbox asks other servers as."""
        return f"{self.base}/instance"

    @property
    def spool(self) -> str:
        """Where a separate inbox keeps what came in."""
        return f"{self.base}/spool"

    @property
    def key_id(self) -> str:
        """The name of the RSA key that signs requests."""
        return f"{self.actor}#main-key"

    @property
    def proof_key_id(self) -> str:
        """The name of the Ed25519 key that signs documents."""
        return f"{self.actor}#ed25519-key"

    def post(self, post: str) -> str:
        """The id of the object of a post, by the post's short id."""
        return f"{self.base}/posts/{post}"

    def create(self, post: str) -> str:
        """The id of the activity that announced it."""
        return f"{self.base}/creates/{post}"

    def update(self, post: str, number: int) -> str:
        """The id of its `number`th change."""
        return f"{self.base}/updates/{post}-{number}"

    def delete(self, post: str) -> str:
        """The id of the activity that took it away."""
        return f"{self.base}/deletes/{post}"

    def about(self, kind: str, post: str) -> str:
        """The id of its `replies`, `likes` or `shares`."""
        return f"{self.base}/{kind}/{post}"

    def outbox_page(self, number: int) -> str:
        """The id of the `number`th page of the outbox, from 1."""
        return f"{self.base}/outbox-pages/{number}"

    def answer(self, kind: str, asked: str) -> str:
        """The id of an Accept or Reject: the same whenever the same is asked."""
        digest = blake2b(asked.encode(), digest_size=12).hexdigest()
        return f"{self.base}/{kind}/{digest}"
