"""Opens the only kind of HTTP client that share-bridge has: a guarded one."""

from __future__ import annotations

from pathlib import Path

import httpx

from share_bridge import __version__
from share_bridge.http.addresses import Reach
from share_bridge.http.guard import GuardedTransport
from share_bridge.http.redact import Redactor, quieten

__all__ = ["MAX_BYTES", "USER_AGENT", "open_client"]

#: Largest answer, decompressed, unless a request says otherwise.
MAX_BYTES = 10_000_000
USER_AGENT = f"share-bridge/{__version__}"


def open_client(
    reach: Reach,
    *,
    timeout: float,
    ca_file: Path | None = None,
    http_allowed: bool = False,
    redact: Redactor | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> httpx.AsyncClient:
    """Open a client that reaches permitted addresses only, and never for ever.

    It follows no redirects and takes nothing from the environment except
    `SSL_CERT_FILE`. Answers are at most 10 MB after decompression; the extensions
    `max_bytes` and `deadline` of a request change its limits. Errors are those of
    httpx and their subclasses in `share_bridge.http.errors`.

    Args:
        reach: Addresses that may be reached.
        timeout: Seconds for each request, its answer included.
        ca_file: PEM file of authorities to trust instead of the usual ones.
        http_allowed: Plain http is accepted everywhere; otherwise only at
            addresses that `reach` lists.
        redact: Masks secrets in messages of errors and in the logs of httpx.
        transport: Replaces the network; URLs and limits are still checked.

    """
    redact = redact or Redactor()
    quieten(redact)
    return httpx.AsyncClient(
        transport=GuardedTransport(
            transport or _network(reach, http_allowed=http_allowed, ca_file=ca_file),
            reach=reach,
            http_allowed=http_allowed,
            timeout=timeout,
            max_bytes=MAX_BYTES,
            redact=redact,
            on_network=transport is None,
        ),
        timeout=timeout,
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"},
        follow_redirects=False,
        trust_env=False,
    )


def _network(
    reach: Reach, *, http_allowed: bool, ca_file: Path | None
) -> httpx.AsyncBaseTransport:
    # h11 costs 12 ms of start-up, which a test's own transport does not need.
    from share_bridge.http.network import NetworkTransport  # noqa: PLC0415

    return NetworkTransport(reach, http_allowed=http_allowed, ca_file=ca_file)
