"""Those who are never written to again; kept without their addresses.

Each is a pseudonym in the target's state, which is also the token in the unsubscribe
link of their mails: whoever holds it has got such a mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from share_bridge.plugin import Context, TargetBlockedError
from share_bridge_email.addresses import parse

__all__ = ["TOKEN", "Suppressed", "Suppression"]

_PREFIX = "suppressed/"
#: What `context.pseudonym` gives.
TOKEN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Suppressed:
    """One who is not written to.

    Attributes:
        token: Who.
        since: The day, ISO.
        why: `asked`, or what a server said.

    """

    token: str
    since: str
    why: str


class Suppression:
    """The suppression list of one target."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def token(self, who: str) -> str:
        """The token of an address, in any spelling; a token is one already.

        Raises:
            ValueError: It is neither.

        """
        if TOKEN.fullmatch(who.strip().lower()):
            return who.strip().lower()
        return self._context.pseudonym(parse(who).addr_spec)

    def add(self, tokens: Iterable[str], *, why: str) -> int:
        """Write to them no more; how many of them are new."""
        new = [token for token in dict.fromkeys(tokens) if token not in self]
        entry = {"since": f"{self._context.now():%Y-%m-%d}", "why": why}
        self._context.state.batch([(_PREFIX + token, entry) for token in new])
        return len(new)

    def remove(self, tokens: Iterable[str]) -> int:
        """Write to them again; how many of them were on the list."""
        there = [token for token in dict.fromkeys(tokens) if token in self]
        self._context.state.batch([(_PREFIX + token, None) for token in there])
        return len(there)

    def __contains__(self, token: str) -> bool:
        return self._context.state.get(_PREFIX + token) is not None

    def __iter__(self) -> Iterator[Suppressed]:
        for key, entry in self._context.state.scan(_PREFIX):
            yield Suppressed(key.removeprefix(_PREFIX), entry["since"], entry["why"])

    def unreadable(self) -> list[str]:
        """Tokens made under another key: whom they stand for cannot be told."""
        key = self._context.pseudonym("").partition("-")[0]
        return [it.token for it in self if not it.token.startswith(f"{key}-")]

    def tokens(self) -> frozenset[str]:
        """Everyone on it.

        Raises:
            TargetBlockedError: Some were put there under another key, so that nobody
                could tell who must not be written to.

        """
        if lost := self.unreadable():
            raise TargetBlockedError(
                f"{len(lost)} of the suppression list were put there under another "
                "SHARE_BRIDGE_KEY: set that one, or give them up with "
                f"share-bridge email unsuppress {self._context.target} --unreadable"
            )
        return frozenset(it.token for it in self)
