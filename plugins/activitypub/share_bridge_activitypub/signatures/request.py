"""A request as signatures see it: method, address, headers, bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import SplitResult, urlsplit

__all__ = ["Request"]

_DEFAULT_PORTS = {"http": 80, "https": 443}
_VISIBLE = re.compile(r"[!-~]+")
_BODILESS = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})


class Request:
    """One HTTP request, to be signed or to be verified.

    Args:
        method: `POST`, `GET` …
        url: The whole address, as the outside world sees it: behind a proxy that is
            the public one. ASCII, percent-encoded; a fragment is dropped.
        headers: By name, in any case; pairs where a name may repeat.
        body: The very bytes on the wire.

    Raises:
        ValueError: The address is not absolute or not ASCII, or a header has a
            line break.

    """

    __slots__ = ("_headers", "authority", "body", "method", "path", "query", "scheme")

    def __init__(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes = b"",
    ) -> None:
        self.method = method.upper()
        self.body = body
        parts = _split(url)
        #: `https`, or `http` in tests.
        self.scheme = parts.scheme
        #: Host in lower case, with the port unless it is the scheme's own.
        self.authority = _authority(parts)
        #: The path, `/` at least.
        self.path = parts.path or "/"
        #: The query without its question mark, or empty.
        self.query = parts.query
        self._headers: dict[str, str] = {}
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        for name, value in pairs:
            self._add(name.lower(), value.strip(" \t"))

    def header(self, name: str) -> str | None:
        """The value under a lower-case name, several joined by commas, or None."""
        return self._headers.get(name)

    @property
    def has_body(self) -> bool:
        """There is one to sign, be it an empty one."""
        return bool(self.body) or self.method not in _BODILESS

    @property
    def target(self) -> str:
        """Path and query, as in the first line of a request."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def url(self) -> str:
        """The whole address, without a fragment."""
        return f"{self.scheme}://{self.authority}{self.target}"

    def _add(self, name: str, value: str) -> None:
        if "\n" in value or "\r" in value:
            raise ValueError(f"the header {name} has more than one line")
        before = self._headers.get(name)
        self._headers[name] = value if before is None else f"{before}, {value}"


def _split(url: str) -> SplitResult:
    if not _VISIBLE.fullmatch(url):
        raise ValueError("an address to sign has to be ASCII, percent-encoded")
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"not an absolute http(s) address: {url[:200]}")
    return parts


def _authority(parts: SplitResult) -> str:
    host, port = parts.hostname or "", parts.port
    name = f"[{host}]" if ":" in host else host
    return name if port in {None, _DEFAULT_PORTS[parts.scheme]} else f"{name}:{port}"
