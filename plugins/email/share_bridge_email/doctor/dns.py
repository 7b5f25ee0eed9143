"""Asks DNS; needs dnspython, which the extra `email` brings."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import dns.exception
import dns.name
import dns.resolver
import dns.reversename

__all__ = ["DnsError", "Names"]

#: Seconds for one question, with all of its repetitions.
_PATIENCE = 5.0
_PORT = 53


class DnsError(Exception):
    """There is no answer, neither yes nor no."""


class Names:
    """What DNS says; blocking.

    Args:
        server: An address, or `address:port`; empty: the system's servers.

    """

    def __init__(self, server: str = "") -> None:
        self._resolver = dns.resolver.Resolver(configure=False)
        if not server:
            with suppress(dns.resolver.NoResolverConfiguration):  # asking tells it
                self._resolver = dns.resolver.Resolver()
        else:
            host, port = _split(server)
            self._resolver.nameservers = [host]
            self._resolver.port = port
        self._resolver.lifetime = _PATIENCE

    def texts(self, name: str) -> list[str]:
        """Every TXT record of a name.

        Raises:
            DnsError: There is no answer.

        """
        return [
            b"".join(record.strings).decode("utf-8", "replace")
            for record in self._ask(name, "TXT")
        ]

    def addresses(self, name: str) -> list[str]:
        """Every address of a name; raises as `texts`."""
        return [
            str(record.address)
            for kind in ("A", "AAAA")
            for record in self._ask(name, kind)
        ]

    def takes_mail(self, name: str) -> bool:
        """Whether mails to that domain arrive anywhere; raises as `texts`.

        A null MX (RFC 7505) says that they do not.
        """
        servers = [str(record.exchange) for record in self._ask(name, "MX")]
        return servers != ["."] and bool(servers or self.addresses(name))

    def names_of(self, address: str) -> list[str]:
        """The names that an address says it has (PTR); raises as `texts`."""
        pointer = dns.reversename.from_address(address)
        return [str(it.target).rstrip(".") for it in self._ask(str(pointer), "PTR")]

    def _ask(self, name: str, kind: str) -> Iterable[Any]:
        try:
            return self._resolver.resolve(name, kind, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError) as error:
            raise DnsError(f"DNS gives no answer about {name}") from error


def _split(server: str) -> tuple[str, int]:
    host, colon, port = server.rpartition(":")
    if not colon or ":" in host or not port.isdecimal():
        return server, _PORT
    return host, int(port)
