"""What the guard raises, as subclasses of what users of httpx catch.

```
httpx.TransportError
├─ httpx.UnsupportedProtocol ── RefusedSchemeError    nothing was sent
├─ httpx.ConnectError                                 nothing was sent
│  ├─ RefusedAddressError
│  ├─ UnknownHostError
│  └─ CertificateError
├─ httpx.ReadTimeout ── DeadlineError                 perhaps something was sent
└─ httpx.ReadError ── TooLargeError                   an answer came
httpx.DecodingError ── BadEncodingError               an answer came
```

A deadline that passes before a byte was sent is an `httpx.ConnectTimeout`.
"""

from __future__ import annotations

from typing import Self

import httpx

from share_bridge.http.addresses import Address, as_address

__all__ = [
    "BadEncodingError",
    "CertificateError",
    "DeadlineError",
    "RefusedAddressError",
    "RefusedSchemeError",
    "TooLargeError",
    "UnknownHostError",
]


class RefusedAddressError(httpx.ConnectError):
    """The host has an address that may not be reached from here."""

    @classmethod
    def of(cls, host: str, address: Address) -> Self:
        """The error that says which host, which address, and what to do."""
        named = host if as_address(host) == address else f"{host} ({address})"
        return cls(
            f"{named} is not a public address; "
            f"where it is meant, list {address} under [network] allow"
        )


class RefusedSchemeError(httpx.UnsupportedProtocol):
    """Plain http where only https is allowed, or neither of them."""


class UnknownHostError(httpx.ConnectError):
    """The name of the host does not resolve."""


class CertificateError(httpx.ConnectError):
    """The certificate of the host is not trusted, expired, or another host's."""


class DeadlineError(httpx.ReadTimeout):
    """The answer was not complete in time."""


class TooLargeError(httpx.ReadError):
    """The answer is over the limit, after decompression."""


class BadEncodingError(httpx.DecodingError):
    """The answer is not what its Content-Encoding says, or cut off."""
