"""How much CPU it takes to say what there is, beside the least that anything takes."""

from __future__ import annotations

import os
import sys
import tempfile
from functools import partial
from pathlib import Path

from measure import cpu_of, interleaved, report

ROUNDS = 15

#: What every click program with pluggy plugins pays.
BARE = """
import click, pluggy
from importlib.metadata import entry_points
list(entry_points(group="share_bridge.plugins"))
"""
COMMAND = """
import sys
from share_bridge.cli import main
sys.argv = ["share-bridge", *sys.argv[1:]]
main()
"""
LIMITS = {"--version": 1.0, "--help": 1.3, "plugins list": 1.5}


def row(arguments: str, limit: float, folder: Path) -> bool:
    """Compare one command with the bare script."""
    command = [sys.executable, "-c", COMMAND, *arguments.split()]
    measured, bare = interleaved(
        partial(cpu_of, command, folder),
        partial(cpu_of, [sys.executable, "-c", BARE], folder),
        rounds=ROUNDS,
    )
    detail = f"{measured * 1000:.0f} : {bare * 1000:.0f} ms of CPU"
    return report(f"share-bridge {arguments}", measured / bare, limit, detail)


def main() -> None:
    """Measure with bytecode, as an installation has it, whatever is set here."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        kept = [row(*limit, Path(folder)) for limit in LIMITS.items()]
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
