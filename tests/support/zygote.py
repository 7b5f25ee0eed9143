"""Runs the command line in forked children, and kills them when told.

A child starts in milliseconds, since everything is imported before. One JSON line a
run on stdin: `{"argv": […], "cwd": "…", "kill_at": 7 | null, "kill_after": 0.02 | null,
"mark": "…" | null, "log": "…"}`; one JSON line back: `{"killed": true | false,
"code": 0}`. A child dies at its n-th step (see `doomed`), or so many seconds after it
began, or after the file `mark` is there.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

from doomed import die_at


def main() -> None:
    import asyncio.runners  # noqa: F401
    import email.message  # noqa: F401

    import feedparser  # noqa: F401
    import httpx  # noqa: F401
    import msgspec  # noqa: F401

    import share_bridge.bridge
    import share_bridge.cli
    import share_bridge.cli.publish
    import share_bridge.cli.running
    import share_bridge.dispatch.send.lane
    import share_bridge.dispatch.send.run
    import share_bridge.sources.feed
    import share_bridge.text.compose  # noqa: F401

    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            run(order)
        print(json.dumps(watch(child, order["kill_after"], order["mark"])), flush=True)


def run(order: dict) -> None:
    code = 70
    try:
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.chdir(order["cwd"])
        sys.argv = ["share-bridge", *order["argv"]]
        if order["kill_at"] is not None:
            die_at(order["kill_at"])
        from share_bridge.cli import main as command

        command()
        code = 0
    except SystemExit as exc:
        code = exc.code if isinstance(exc.code, int) else 1
    except BaseException:  # the child must never return into the parent's loop
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def watch(child: int, kill_after: float | None, mark: str | None) -> dict:
    end = None
    while True:
        if end is None and kill_after is not None and (not mark or Path(mark).exists()):
            end = time.monotonic() + kill_after
        done, status = os.waitpid(child, 0 if kill_after is None else os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return {"killed": code == -signal.SIGKILL, "code": code}
        if end is not None and time.monotonic() >= end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return {"killed": True, "code": -9}
        time.sleep(0.0005)


if __name__ == "__main__":
    main()
