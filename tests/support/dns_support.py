"""A DNS server on loopback that knows a few names and nothing else."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

__all__ = ["Records", "dns_server"]

#: By name and type: what is answered. `None` for a name: no answer ever.
Records = Mapping[str, Mapping[str, Sequence[str]] | None]


@contextmanager
def dns_server(records: Records) -> Iterator[int]:
    """Serve them by UDP; gives the port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, out = self.request
            if (reply := _answer(data, records)) is not None:
                out.sendto(reply, self.client_address)

    server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(data: bytes, records: Records) -> bytes | None:
    query = dns.message.from_wire(data)
    question = query.question[0]
    name = question.name.to_text(omit_final_dot=True).lower()
    known: Any = records.get(name, {})
    if known is None:
        return None
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.AA | dns.flags.RA
    kind = dns.rdatatype.to_text(question.rdtype)
    if name not in records:
        reply.set_rcode(dns.rcode.NXDOMAIN)
    elif values := known.get(kind, ()):
        texts = [_quoted(value) for value in values] if kind == "TXT" else values
        found = dns.rrset.from_text_list(question.name, 60, "IN", kind, texts)
        reply.answer.append(found)
    return reply.to_wire()


def _quoted(text: str) -> str:
    """One TXT record in strings of at most 255 bytes."""
    pieces = (text[start : start + 250] for start in range(0, len(text), 250))
    return " ".join(f'"{piece}"' for piece in pieces)
