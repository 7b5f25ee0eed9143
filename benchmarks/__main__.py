"""Run every benchmark of this folder, each in its own process: one table.

`python -m benchmarks [NAME…]`; the exit code is 1 when one is over its limit.
A benchmark is a script that prints lines `name | measured | limit | ok`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).parent
_HEAD = "| what | measured | limit | |\n|---|---|---|---|"


def _scripts(names: list[str]) -> list[Path]:
    """Modules that can be run; the others are what they share."""
    scripts = [
        path
        for path in sorted(_HERE.glob("[a-z]*.py"))
        if '__name__ == "__main__"' in path.read_text(encoding="utf-8")
    ]
    unknown = set(names) - {path.stem for path in scripts}
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}")
    return [path for path in scripts if not names or path.stem in names]


def _run(script: Path) -> tuple[list[str], bool]:
    """The rows of one benchmark, and whether it kept its limits."""
    done = subprocess.run(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    rows = [line for line in done.stdout.splitlines() if line.count(" | ") == 3]
    if not rows:
        rows = [f"{script.stem} | did not run | | NO"]
    return rows, done.returncode == 0


def main() -> None:
    """Print the table as the benchmarks finish."""
    print(_HEAD)
    kept = True
    for script in _scripts(sys.argv[1:]):
        rows, within = _run(script)
        kept = kept and within
        for row in rows:
            print(f"| {row} |", flush=True)
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
