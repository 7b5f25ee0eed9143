"""Which way of signing a host understands: learned by knocking, and forgotten in time.

The older scheme is understood everywhere, and some answer 200 to what they cannot
verify and drop it: so it comes first, unless the host itself signs the newer way.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property

from share_bridge.plugin import Documents
from share_bridge_activitypub.signatures import Scheme

__all__ = ["Schemes", "other"]

_PREFIX = "scheme/"
_REMEMBERED = timedelta(days=30)
#: Hosts that are remembered at a time: anybody can have as many as they like.
_HOSTS = 20_000


class Schemes:
    """What is known of hosts, in the documents of a target; read once."""

    def __init__(self, state: Documents) -> None:
        self._state = state

    def of(self, host: str, *, now: datetime) -> Scheme:
        """The scheme to knock with first."""
        scheme, at = self._known.get(host, (Scheme.CAVAGE, now))
        return scheme if now - at <= _REMEMBERED else Scheme.CAVAGE

    def learn(self, host: str, scheme: Scheme, *, now: datetime) -> None:
        """A signature of this kind was accepted, or is how the host signs to us."""
        if self.of(host, now=now) is scheme:
            return
        documents: list[tuple[str, dict[str, str] | None]] = [
            (f"{_PREFIX}{host}", {"scheme": scheme.value, "at": now.isoformat()})
        ]
        self._known.pop(host, None)
        if len(self._known) >= _HOSTS:
            first = next(iter(self._known))
            del self._known[first]
            documents.append((f"{_PREFIX}{first}", None))
        self._known[host] = scheme, now
        self._state.batch(documents)

    @cached_property
    def _known(self) -> dict[str, tuple[Scheme, datetime]]:
        """What was learned first comes first."""
        found = {
            key.removeprefix(_PREFIX): (
                Scheme(document["scheme"]),
                datetime.fromisoformat(document["at"]),
            )
            for key, document in self._state.scan(_PREFIX)
        }
        return dict(sorted(found.items(), key=lambda it: it[1][1]))


def other(scheme: Scheme) -> Scheme:
    """The second knock."""
    return Scheme.RFC9421 if scheme is Scheme.CAVAGE else Scheme.CAVAGE
