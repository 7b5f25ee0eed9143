"""A blog that `share-bridge serve` serves, as a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx

__all__ = ["free_port", "serving", "until"]

_T = TypeVar("_T")


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(found: Callable[[], _T], *, seconds: float = 120) -> _T:
    """What a function gives as soon as it gives something."""
    ends = time.monotonic() + seconds
    while True:
        try:
            value = found()
        except httpx.TransportError:
            value = None  # type: ignore[assignment]  # not there yet
        if value or time.monotonic() > ends:
            assert value, "it did not come about"
            return value
        time.sleep(0.05)


@contextmanager
def serving(
    folder: Path, port: int, *options: str, environ: Mapping[str, str] = os.environ
) -> Iterator[str]:
    """`share-bridge serve` with the configuration in `folder`; its address."""
    command = [sys.executable, "-m", "share_bridge", "serve", "--port", str(port)]
    process = subprocess.Popen([*command, *options], cwd=folder, env=environ)
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: httpx.get(f"{address}/-/health").status_code)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in {0, -signal.SIGTERM}
