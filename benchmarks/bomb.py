"""A 300 MB gzip bomb is refused, and costs less than 40 MB of memory.

Prints one line, `name | measured | limit | ok`; exits 1 when over the limit.
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
from pathlib import Path

SUPPORT = Path(__file__).resolve().parents[1] / "tests" / "support"
SIZE = 300_000_000
LIMIT = 40_000_000


def main() -> int:
    """Serve the bomb here, fetch it in a process of its own."""
    sys.path.insert(0, str(SUPPORT))
    from http_support import gzip_bomb, reply, serve  # noqa: PLC0415 - found above

    bomb = reply(200, gzip_bomb(SIZE), {"Content-Encoding": "gzip"})
    with serve(bomb) as server:
        answer = subprocess.run(
            [sys.executable, __file__, server.url],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    extra = int(answer)
    ok = extra < LIMIT
    print(
        f"gzip bomb of 300 MB, extra memory | {extra / 1e6:.1f} MB | "
        f"< {LIMIT / 1e6:.0f} MB | {'ok' if ok else 'NO'}"
    )
    return 0 if ok else 1


async def fetch_bomb(url: str) -> int:
    """How much the peak of resident memory grew, in bytes, by being refused."""
    from ipaddress import ip_network  # noqa: PLC0415 - this process only

    from share_bridge.http.addresses import Reach  # noqa: PLC0415
    from share_bridge.http.client import open_client  # noqa: PLC0415
    from share_bridge.http.fetch import FetchError, fetch  # noqa: PLC0415

    reach = Reach((ip_network("127.0.0.0/8"),))
    async with open_client(reach, timeout=30) as client:
        before = peak()
        try:
            await fetch(client, url)
        except FetchError as error:
            if "over 10,000,000 bytes" not in str(error):
                raise
        else:
            raise SystemExit("the bomb was taken")
    return peak() - before


def peak() -> int:
    """The most memory that this process ever had, in bytes.

    On Linux not by `ru_maxrss`, which starts with the parent's peak.
    """
    status = Path("/proc/self/status")
    if status.exists():
        words = status.read_text().split()
        return int(words[words.index("VmHWM:") + 1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(asyncio.run(fetch_bomb(sys.argv[1])))
        sys.exit(0)
    sys.exit(main())
