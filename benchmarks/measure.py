"""How the benchmarks of whole programs measure: interleaved, the best of many."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["cpu_and_memory_of", "cpu_of", "interleaved", "report", "wall_of"]


def _environment() -> dict[str, str]:
    """Without what would change the program: CI, proxies, the owner's variables.

    Byte code is cached, as it is in every installation.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if name not in {"CI", "PYTHONDONTWRITEBYTECODE"}
        and not name.startswith("SHARE_BRIDGE_")
        and not name.lower().endswith("_proxy")
    }


def cpu_of(command: Sequence[str], folder: Path) -> float:
    """Seconds of CPU, user and system, that a command and its children take."""
    return cpu_and_memory_of(command, folder)[0]


def cpu_and_memory_of(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Seconds of CPU, and the peak of its memory in MiB."""
    process = _start(command, folder)
    _, status, usage = os.wait4(process.pid, 0)
    _finish(process, os.waitstatus_to_exitcode(status), command)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def wall_of(command: Sequence[str], folder: Path) -> float:
    """Seconds from start to end of a command."""
    start = time.perf_counter()
    process = _start(command, folder)
    _finish(process, process.wait(), command)
    return time.perf_counter() - start


def _start(command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list(command),
        cwd=folder,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _finish(
    process: subprocess.Popen[bytes], code: int, command: Sequence[str]
) -> None:
    process.returncode = code
    if code:
        sys.exit(f"{' '.join(command)} ended with {code}")


def interleaved(*measures: Callable[[], float], rounds: int) -> list[float]:
    """The best of each, taken in turns so that a busy machine is fair to all."""
    taken = [[measure() for measure in measures] for _ in range(rounds)]
    return [min(column) for column in zip(*taken, strict=True)]


def report(name: str, ratio: float, limit: float, detail: str) -> bool:
    """Print one row; whether the ratio is within its limit."""
    kept = ratio <= limit
    print(
        f"{name} | {ratio:.2f} ({detail}) | ≤ {limit:g} | {'ok' if kept else 'NO'}",
        flush=True,
    )
    return kept
