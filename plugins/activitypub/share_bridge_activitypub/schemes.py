"""Which way of signing a host understands: learned by knocking, and forgotten in time.

The older scheme is understood everywhere, and some answer 200 to what they cannot
verify and drop it: so it comes first, unless the host itself signs the newer way.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from share_bridge.plugin import Documents
from share_bridge_activitypub.signatures import Scheme

__all__ = ["Schemes", "other"]

_REMEMBERED = timedelta(days=30)


class Schemes:
    """What is known of hosts, in the documents of a target."""

    def __init__(self, state: Documents) -> None:
        self._state = state

    def of(self, host: str, *, now: datetime) -> Scheme:
        """The scheme to knock with first."""
        known = self._state.get(f"scheme/{host}")
        if known is None or now - datetime.fromisoformat(known["at"]) > _REMEMBERED:
            return Scheme.CAVAGE
        return Scheme(known["scheme"])

    def learn(self, host: str, scheme: Scheme, *, now: datetime) -> None:
        """A signature of this kind was accepted, or is how the host signs to us."""
        if self.of(host, now=now) is not scheme:
            document = {"scheme": scheme.value, "at": now.isoformat()}
            self._state.put(f"scheme/{host}", document)


def other(scheme: Scheme) -> Scheme:
    """The second knock."""
    return Scheme.RFC9421 if scheme is Scheme.CAVAGE else Scheme.CAVAGE
