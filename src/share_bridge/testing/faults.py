"""What a service answers, and the ways in which no answer comes."""

from __future__ import annotations

import json as json_module
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import httpx
from msgspec import Struct, field

__all__ = ["Answer", "Change", "Fault", "Faults", "Lost", "is_write"]

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_write(request: httpx.Request) -> bool:
    """Whether the request may change something."""
    return request.method not in _READS


class Answer(Struct, frozen=True):
    """What a service says to one request.

    Attributes:
        status: Of HTTP.
        json: The body as JSON, unless `text` is given; None: no body.
        text: The body as it is.
        headers: By name. Where a body has no `Content-Type`, it is JSON's for
            `json` and that of HTML for `text`.

    """

    status: int = 200
    json: Any = None
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, request: httpx.Request | None = None) -> httpx.Response:
        """The same as an answer of httpx."""
        body, kind = self.text.encode(), "text/html; charset=utf-8"
        if not self.text and self.json is not None:
            body, kind = json_module.dumps(self.json).encode(), "application/json"
        headers = httpx.Headers(self.headers)
        if body:
            headers.setdefault("Content-Type", kind)
        return httpx.Response(
            self.status, content=body, headers=headers, request=request
        )


class Lost(StrEnum):
    """Why a client gets no whole answer."""

    #: There is no connection: nothing was sent.
    UNREACHABLE = "unreachable"
    #: The connection stands, and nothing comes for ever.
    SILENCE = "silence"
    #: The same, and the client's patience ends at once.
    TIMEOUT = "timeout"
    #: The connection is reset.
    RESET = "reset"
    #: What comes is not HTTP.
    GARBAGE = "garbage"
    #: The head of an answer comes, and nothing of its body.
    HEAD = "head"
    #: The head of an answer comes, and half of its body.
    HALF = "half"
    #: The head comes, then a byte now and then, and never the end.
    TRICKLE = "trickle"
    #: The whole answer comes, and the connection ends that was to stay.
    HANGS_UP = "hangs up"


#: What becomes of the service's own answer: a listing that lags, another type.
Change = Callable[[Answer], Answer]


class Fault(Struct, frozen=True, kw_only=True):
    """Trouble that a service has with some of the requests.

    Attributes:
        what: An answer; how the answer gets lost; or what becomes of the service's
            own answer, which it gives after doing what it was asked.
        accepted: The service does first what it was asked; its own answer is
            replaced.
        when: Which requests it happens to.
        skip: So many of those pass first.
        times: It happens so often; None: from then on.
        delay: Seconds until the service does anything.

    """

    what: Answer | Lost | Change
    accepted: bool = False
    when: Callable[[httpx.Request], bool] = is_write
    skip: int = 0
    times: int | None = 1
    delay: float = 0.0

    @property
    def is_done(self) -> bool:
        """Whether the service does what it was asked."""
        return self.accepted or callable(self.what)

    def instead_of(self, own: Answer) -> Answer | Lost:
        """What comes, where the service would say `own`."""
        return self.what(own) if callable(self.what) else self.what


class Faults:
    """The faults that are set, and which of them a request meets."""

    def __init__(self) -> None:
        self._set: list[Fault] = []
        self._seen: dict[int, int] = {}

    def set(self, fault: Fault) -> None:
        """From now on; the first that fits a request is what happens to it."""
        self._set.append(fault)

    def clear(self) -> None:
        """All is well again."""
        self._set.clear()
        self._seen.clear()

    def meet(self, request: httpx.Request) -> Fault | None:
        """What happens to this request; to be asked once for each."""
        return next((fault for fault in self._set if self._fits(fault, request)), None)

    def _fits(self, fault: Fault, request: httpx.Request) -> bool:
        if not fault.when(request):
            return False
        seen = self._seen[id(fault)] = self._seen.get(id(fault), 0) + 1
        last = None if fault.times is None else fault.skip + fault.times
        return seen > fault.skip and (last is None or seen <= last)
