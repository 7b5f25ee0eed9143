"""What refuses connections beyond this machine while tests run."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Any

__all__ = ["LOG", "refuse_other_hosts"]

#: What was refused since the current test started.
LOG: list[str] = []

_WITH_ADDRESS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


def refuse_other_hosts(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: let loopback and Unix sockets pass, refuse all else."""
    if event in _WITH_ADDRESS:
        address = arguments[1]
        if isinstance(address, tuple) and not _is_here(str(address[0])):
            _refuse(f"{event} {address}", PermissionError)
    elif event == "socket.getaddrinfo":
        host = _text(arguments[0])
        if host.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, f"{host} is nowhere")
        if not _is_name_here(host):
            _refuse(f"{event} {host}", socket.gaierror)


def _text(host: str | bytes | None) -> str:
    return host.decode() if isinstance(host, bytes) else host or ""


def _is_name_here(host: str) -> bool:
    """A literal needs no network to be resolved; connecting to it is another event."""
    return (
        host in {"", "localhost", socket.gethostname()}
        or _is_literal(host)
        or _is_odd_literal(host)
    )


def _is_odd_literal(host: str) -> bool:
    """`0x7f.1` and the like, which the C library takes for an address."""
    try:
        socket.inet_aton(host)
    except (OSError, UnicodeError):
        return False
    return True


def _is_literal(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_here(host: str) -> bool:
    if not _is_literal(host):
        return host in {"", "localhost"}
    address = ip_address(host.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback or address.is_unspecified


def _refuse(what: str, error: type[OSError]) -> None:
    LOG.append(what)
    raise error(f"tests reach no network beyond loopback: {what}")
