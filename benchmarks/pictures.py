"""A photo of 24 megapixels is made to fit: memory, and time beside Pillow alone.

Prints lines, `name | measured | limit | ok`; exits 1 when over a limit.
"""

from __future__ import annotations

import hashlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

SIZE = (6_000, 4_000)
EDGE = 2_048
MEMORY, TIMES, HASHES = 120_000_000, 1.5, 5.0
ROUNDS = 5


def main() -> int:
    """Each in a process of its own, over one photo."""
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.jpg"
        _ask("photo", photo)
        rows = [
            _row(
                "24 megapixels made to fit, extra memory", _ask("memory", photo), MEMORY
            ),
            _row("the same, CPU beside Pillow alone", _ask("time", photo), TIMES),
            _row(
                "one that fits, cleaned, CPU beside SHA-256",
                _ask("clean", photo),
                HASHES,
            ),
        ]
    return 0 if all(rows) else 1


def _row(name: str, measured: float, limit: float) -> bool:
    ok = measured < limit
    words = [
        f"{it / 1e6:.0f} MB" if limit > 1_000 else f"{it:.2f} ×"
        for it in (measured, limit)
    ]
    print(f"{name} | {words[0]} | < {words[1]} | {'ok' if ok else 'NO'}", flush=True)
    return ok


def _ask(what: str, photo: Path) -> float:
    command = [sys.executable, __file__, what, str(photo)]
    return float(subprocess.run(command, capture_output=True, check=True).stdout)


def _photo(photo: Path) -> float:
    """Soft shapes under grain, as cameras see them; and where it was taken."""
    from PIL import Image  # noqa: PLC0415 - this process only

    grain = Image.effect_noise((SIZE[0] // 4, SIZE[1] // 4), 60).resize(SIZE)
    image = Image.merge(
        "RGB", [grain, grain.transpose(Image.Transpose.ROTATE_180), grain]
    )
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    image.save(photo, "JPEG", quality=92, exif=exif)
    return photo.stat().st_size


def _memory(photo: Path) -> float:
    from share_bridge.images.fit import fit  # noqa: PLC0415 - this process only
    from share_bridge.images.redraw import redraw  # noqa: F401, PLC0415 - Pillow's own
    from share_bridge.model.capabilities import MediaLimits  # noqa: PLC0415

    data = photo.read_bytes()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fit(data, MediaLimits(1, 2_000_000, max_edge=EDGE))
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024


def _time(photo: Path) -> float:
    from PIL import Image  # noqa: PLC0415 - this process only

    from share_bridge.images.fit import fit  # noqa: PLC0415
    from share_bridge.model.capabilities import MediaLimits  # noqa: PLC0415

    data = photo.read_bytes()

    def alone() -> None:
        image = Image.open(BytesIO(data))
        image.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
        image.save(BytesIO(), "JPEG", quality=88, optimize=True)

    limits = MediaLimits(1, max_edge=EDGE)
    return _ratio(lambda: fit(data, limits), alone)


def _clean(photo: Path) -> float:
    from share_bridge.images.fit import fit  # noqa: PLC0415 - this process only
    from share_bridge.model.capabilities import MediaLimits  # noqa: PLC0415

    data = photo.read_bytes()
    limits = MediaLimits(1)
    return _ratio(lambda: fit(data, limits), lambda: hashlib.sha256(data))


def _ratio(ours: Callable[[], object], bare: Callable[[], object]) -> float:
    """Of the fastest of each, in turn."""
    times: dict[Callable[[], object], list[float]] = {ours: [], bare: []}
    for _ in range(ROUNDS):
        for work, taken in times.items():
            start = time.process_time()
            work()
            taken.append(time.process_time() - start)
    return min(times[ours]) / min(times[bare])


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(main())
    measures = {"photo": _photo, "memory": _memory, "time": _time, "clean": _clean}
    print(measures[sys.argv[1]](Path(sys.argv[2])))
