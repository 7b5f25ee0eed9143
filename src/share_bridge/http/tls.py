"""Makes TLS contexts late and once: loading the authorities costs 20–50 ms."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from share_bridge.errors import ConfigurationError

if TYPE_CHECKING:
    import ssl

__all__ = ["tls_context"]


def tls_context(ca_file: Path | None = None, *, alpn: str = "") -> ssl.SSLContext:
    """The context that trusts `ca_file`, else `SSL_CERT_FILE`, else certifi's list.

    Args:
        ca_file: PEM file of authorities to trust instead of the usual ones.
        alpn: The protocol spoken, such as `http/1.1`; empty: none is named.

    Raises:
        ConfigurationError: The file cannot be read or holds no certificates.

    """
    return _load(str(ca_file or os.environ.get("SSL_CERT_FILE") or ""), alpn)


@cache
def _load(file: str, alpn: str) -> ssl.SSLContext:
    import ssl  # noqa: PLC0415 - plain http never needs it

    import certifi  # noqa: PLC0415 - only where no file was named

    try:
        context = ssl.create_default_context(cafile=file or certifi.where())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigurationError(
            f"{file}: cannot be used as a list of trusted certificates ({reason}); "
            "ca_file and SSL_CERT_FILE name a PEM file"
        ) from error
    if alpn:
        context.set_alpn_protocols([alpn])
    return context
