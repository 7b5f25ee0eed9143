"""A service at the transport seam of httpx: answers, faults, and a record of both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple

import httpx

from share_bridge.testing.context import NOON
from share_bridge.testing.faults import Answer, Fault, Faults, Lost, is_write

__all__ = ["Played", "ScriptedService"]

#: Of an answer that trickles: seconds from byte to byte, and how many it promises.
DRIP = 0.02
ENDLESS = 1_000_000

_TICK = timedelta(seconds=1)


class ScriptedService(httpx.AsyncBaseTransport):
    """Answers requests in memory, by a script or by what a subclass makes of them.

    ```python
    service = ScriptedService(Answer(200, {"id": "1"}), Lost.TIMEOUT)
    ```

    gives these two answers in order. To describe a service, subclass it:

    ```python
    class Notes(ScriptedService):
        refused = Answer(422, {"error": "text is blank"})

        def __init__(self) -> None:
            super().__init__()
            self.notes = []

        def answer(self, request):
            if request.method == "GET":
                return Answer(200, self.notes[::-1])
            note = json.loads(request.content) | {"id": str(len(self.notes))}
            self.notes.append(note | {"created": self.now().isoformat()})
            return Answer(201, note)
    ```

    The attributes below say how the service words its refusals. `None` means that
    it has no words of its own for it.

    Attributes:
        requests: Everything it was asked, in order.
        answers: What it said to each, in the order in which it did.
        unauthorized, forbidden, too_large, rate_limited, missing: Its own 401, 403,
            413, 429 and 404 or 410, whatever their status is.
        refused: How it refuses a post for good: its own error shape.

    """

    unauthorized: ClassVar[Answer | None] = None
    forbidden: ClassVar[Answer | None] = None
    too_large: ClassVar[Answer | None] = None
    rate_limited: ClassVar[Answer | None] = None
    missing: ClassVar[Answer | None] = None
    refused: ClassVar[Answer | None] = None

    def __init__(self, *script: Answer | Lost, clock: datetime = NOON) -> None:
        self.requests: list[httpx.Request] = []
        self.answers: list[Answer | Lost] = []
        self._script = list(script)
        self._clock = clock
        self._faults = Faults()

    @property
    def writes(self) -> list[httpx.Request]:
        """The requests that may have changed something."""
        return [request for request in self.requests if is_write(request)]

    def answer(self, request: httpx.Request) -> Answer | Lost:
        """What it says when all is well; a subclass keeps its state here too."""
        if not self._script:
            raise AssertionError(f"no answer to {request.method} {request.url}")
        return self._script.pop(0)

    def now(self) -> datetime:
        """The service's clock: a second later with every request."""
        return self._clock

    def script(self, *steps: Answer | Lost) -> None:
        """Answer the next requests so, after those that are scripted already."""
        self._script += steps

    def fail(self, fault: Fault) -> None:
        """Have this trouble from now on."""
        self._faults.set(fault)

    def recover(self) -> None:
        """Have no trouble any more."""
        self._faults.clear()

    def forget(self) -> None:
        """Empty the record; what it keeps for its users stays."""
        self.requests.clear()
        self.answers.clear()

    def meet(self, request: httpx.Request) -> Fault | None:
        """Record a request whose body is read, and tell what happens to it."""
        self.requests.append(request)
        self._clock += _TICK
        return self._faults.meet(request)

    def take(self, request: httpx.Request, fault: Fault | None) -> Played:
        """Do what is asked, unless the fault is before that; what to play then."""
        given = self.answer(request) if fault is None or fault.is_done else None
        whole = given if isinstance(given, Answer) else Answer()
        what = (given or whole) if fault is None else fault.instead_of(whole)
        self.answers.append(what)
        return Played(what, whole)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as `answer` says, or fail as `fail` says."""
        await request.aread()
        fault = self.meet(request)
        if fault is not None and fault.delay:
            await asyncio.sleep(fault.delay)
        what, whole = self.take(request, fault)
        if isinstance(what, Answer):
            return what.response(request)
        if what is Lost.SILENCE:
            await asyncio.Event().wait()
        if what is Lost.HANGS_UP:
            return whole.response(request)
        if what in _PARTS:
            return _part(whole.response(request), what)
        raise _ERRORS[what](_WORDS[what])


class Played(NamedTuple):
    """What comes over the wire, and the whole answer that it may be a part of."""

    what: Answer | Lost
    whole: Answer


def _part(response: httpx.Response, what: Lost) -> httpx.Response:
    body = response.content or b'{"id": "1"}'
    headers = httpx.Headers(response.headers)
    headers["Content-Length"] = str(ENDLESS if what is Lost.TRICKLE else len(body))
    return httpx.Response(
        response.status_code, headers=headers, stream=_PARTS[what](body)
    )


class _Cut(httpx.AsyncByteStream):
    """So much of the body, and no more."""

    share = 0.5

    def __init__(self, body: bytes) -> None:
        self._body = body[: int(len(body) * self.share)]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body
        raise httpx.RemoteProtocolError(
            "the server hung up in the middle of its answer"
        )


class _Headed(_Cut):
    share = 0


class _Trickle(_Cut):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(DRIP)


_PARTS: dict[Lost, type[_Cut]] = {
    Lost.HEAD: _Headed,
    Lost.HALF: _Cut,
    Lost.TRICKLE: _Trickle,
}
_ERRORS: dict[Lost, type[httpx.TransportError]] = {
    Lost.UNREACHABLE: httpx.ConnectError,
    Lost.TIMEOUT: httpx.ReadTimeout,
    Lost.RESET: httpx.ReadError,
    Lost.GARBAGE: httpx.RemoteProtocolError,
}
_WORDS = {
    Lost.UNREACHABLE: "connection refused",
    Lost.TIMEOUT: "no answer in time",
    Lost.RESET: "connection reset by peer",
    Lost.GARBAGE: "illegal status line",
}
