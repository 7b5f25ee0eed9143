"""Kills its process at the n-th step that somebody outside can see.

Steps are counted, not seconds, so that a kill hits on every machine: before a ledger
commits, a file takes its place, another program starts or a connection opens; and
before and after bytes go out on one.
"""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import sys
from typing import Any

__all__ = ["die_at"]

#: Of Python itself: https://docs.python.org/3/library/audit_events.html (2026-11-24)
_STEPS = frozenset(
    {"os.link", "os.rename", "os.truncate", "socket.connect", "subprocess.Popen"}
)


def die_at(step: int) -> None:
    """From here on this process has so many steps to live."""
    left = step

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def count_commits(sql: str) -> None:
        if sql == "COMMIT":
            count()

    def see(event: str, _: tuple[Any, ...]) -> None:
        if event in _STEPS:
            count()

    connect = sqlite3.connect

    def connect_counted(*given: Any, **more: Any) -> sqlite3.Connection:
        database = connect(*given, **more)
        database.set_trace_callback(count_commits)
        return database

    send = socket.socket.send

    def send_counted(sender: socket.socket, *given: Any) -> int:
        if sender.family == socket.AF_UNIX:  # an event loop wakes itself
            return send(sender, *given)
        count()
        sent = send(sender, *given)
        count()
        return sent

    sys.addaudithook(see)
    sqlite3.connect = connect_counted
    socket.socket.send = send_counted  # type: ignore[method-assign]  # of this process
