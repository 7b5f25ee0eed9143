"""What a publisher's `login` works with: the person, their browser, and PKCE."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from secrets import token_urlsafe
from typing import ClassVar, Protocol

from msgspec import Struct, field

__all__ = ["Browser", "Pkce"]

#: Gives a verifier of 64 characters; 43 to 128 are allowed
#: (RFC 7636 §4.1, https://www.rfc-editor.org/rfc/rfc7636, 2026-11-22).
_RANDOM_BYTES = 48


class Browser(Protocol):
    """The person who logs in, and their browser."""

    @property
    def redirect_uri(self) -> str:
        """Where the service sends the person back to: `http://127.0.0.1:8017/callback`.

        Register it with the service, and name it in the request. The port is
        another where that one is taken.
        """
        ...

    @property
    def state(self) -> str:
        """A random word, of this login alone.

        `authorize` puts it into the address where it is not there yet, and checks
        that it comes back. It is here for services that want it somewhere else,
        such as in a pushed authorization request.
        """
        ...

    @property
    def pastes(self) -> bool:
        """Nobody can come back to this machine: the person pastes what they see.

        That is the address they end at, or the code that the service shows. Some
        services show one for a redirect address of its own, such as
        `urn:ietf:wg:oauth:2.0:oob`: use it then.
        """
        ...

    async def authorize(self, url: str) -> Mapping[str, str]:
        """Send the person to `url`, and wait until they are back.

        Args:
            url: Of the service's page, http(s), with its whole query.

        Returns:
            What the service sent back with them: `code`, and whatever else.

        Raises:
            PermissionDeniedError: The person said no, or the service did.
            TransientError: They did not come back within five minutes.

        """
        ...

    async def ask(self, prompt: str, *, secret: bool = False) -> str:
        """Ask the person for one line: an app password, a client id.

        Args:
            prompt: What is wanted and where it is found, without a colon.
            secret: It is not shown while it is typed.

        Returns:
            The line without the space around it; empty where they gave none.

        """
        ...


class Pkce(Struct, frozen=True):
    """Proof that who brings the code is who asked for it (RFC 7636).

    Attributes:
        verifier: The secret, made anew; send it with the code (`code_verifier`).
        method: Always `S256` (`code_challenge_method`).

    """

    verifier: str = field(default_factory=lambda: token_urlsafe(_RANDOM_BYTES))
    method: ClassVar[str] = "S256"

    def __repr__(self) -> str:
        return "Pkce('…')"

    @property
    def challenge(self) -> str:
        """What the authorization request shows of it (`code_challenge`)."""
        digest = sha256(self.verifier.encode("ascii")).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
