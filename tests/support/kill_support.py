"""Runs the command line in processes that can be killed at any step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from share_bridge.testing.faults import Answer, Fault, Lost
from share_bridge.testing.service import ScriptedService

__all__ = ["PUBLISH", "Zygote", "finish", "torment", "trouble"]

PUBLISH = ("publish", "--max-seconds", "3")
#: Steps that every first run has; and that few runs have.
_FEW, _MANY = 20, 40
_TROUBLES = (
    Fault(what=Lost.RESET, times=1),
    Fault(what=Lost.RESET, accepted=True, times=1),
    Fault(what=Lost.HALF, accepted=True, times=1),
    Fault(what=Answer(503), times=1),
    Fault(what=Answer(504), accepted=True, times=1),
    Fault(what=Lost.RESET, accepted=True, delay=0.1, times=1),
)


class Zygote:
    """Starts runs in milliseconds."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("zygote.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"CI": "", "SHARE_BRIDGE_KEY": "0123456789abcdef" * 2},
        )
        assert self._out.readline() == "ready\n"

    def run(
        self,
        folder: Path,
        *argv: str,
        kill_at: int | None = None,
        kill_after: float | None = None,
        mark: Path | None = None,
    ) -> dict[str, Any]:
        """A run that is killed at its n-th step, see `doomed`.

        Or so many seconds after it began, or after `mark` was made.
        """
        order = {
            "argv": ["--config", "share-bridge.toml", *argv],
            "cwd": str(folder),
            "kill_at": kill_at,
            "kill_after": kill_after,
            "mark": str(mark) if mark else None,
            "log": str(folder / "log.txt"),
        }
        self._in.write(json.dumps(order) + "\n")
        self._in.flush()
        answer: dict[str, Any] = json.loads(self._out.readline())
        return answer

    def close(self) -> None:
        self._in.close()
        self._process.wait(10)
        self._out.close()

    @property
    def _in(self) -> Any:
        return self._process.stdin

    @property
    def _out(self) -> Any:
        return self._process.stdout


def torment(
    zygote: Zygote,
    folder: Path,
    random: Random,
    *,
    fail: Callable[[], object] = lambda: None,
    steps: tuple[int, int] = (_FEW, _MANY),
) -> None:
    """Kill six runs at steps by chance; the first one for sure.

    Args:
        zygote: What starts them.
        folder: Of the configuration; nothing was run there before.
        random: Where chance comes from.
        fail: Called before each run but the first: the service may get into trouble.
        steps: The most for the first kill, and for the others.

    """
    sure, most = steps
    assert zygote.run(folder, *PUBLISH, kill_at=random.randint(1, sure))["killed"]
    for _ in range(5):
        fail()
        zygote.run(folder, *PUBLISH, kill_at=random.randint(1, most))
        zygote.run(folder, "ledger", "retry", "--all")


def trouble(service: ScriptedService, random: Random) -> None:
    """A fault of the next request, more often than not."""
    if random.random() < 0.7:
        service.fail(random.choice(_TROUBLES))


def finish(zygote: Zygote, folder: Path) -> None:
    """Run until there is nothing to send any more; what waits is made due."""
    log = folder / "log.txt"
    for _ in range(40):
        log.unlink(missing_ok=True)
        code = zygote.run(folder, *PUBLISH)["code"]
        if code == 0 and "Nothing to send" in log.read_text():
            return
        zygote.run(folder, "ledger", "retry", "--all")
    pytest.fail(f"not done after 40 runs: {code}, {log.read_text()}")
