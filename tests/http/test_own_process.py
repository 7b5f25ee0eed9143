"""What only a process of its own can show: imports, and the system's resolver."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import share_bridge
from http_support import reply, serve

_FETCH = """
import asyncio, logging, ssl, sys
from ipaddress import ip_network
from share_bridge.http.addresses import Reach
from share_bridge.http.client import open_client
from share_bridge.http.fetch import FetchError, fetch

async def once(url, *allow):
    reach = Reach(tuple(ip_network(network) for network in allow))
    async with open_client(reach, timeout=60) as client:
        try:
            print((await fetch(client, url)).status)
        except FetchError as error:
            print(error)

# That a busy machine is slow is no finding.
logging.getLogger("asyncio").setLevel(logging.ERROR)
contexts = []
make = ssl.SSLContext.__new__
ssl.SSLContext.__new__ = lambda *a, **k: contexts.append(a) or make(*a, **k)
asyncio.run(once(*sys.argv[1:]))
print(len(contexts))
print(*sorted({"anyio", "httpcore"} & set(sys.modules)))
"""


def fetch_apart(*arguments: str) -> list[str]:
    """What a fetch in another process prints."""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", _FETCH, *arguments],
        env={**os.environ, "PYTHONPATH": str(Path(share_bridge.__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_plain_http_loads_no_certificates() -> None:
    """They cost 20 ms and more, which an unchanged feed need not pay."""
    with serve(reply(304)) as server:
        assert fetch_apart(server.url, "127.0.0.0/8")[:2] == ["304", "0"]


def test_a_fetch_loads_no_pool_of_others() -> None:
    """Httpcore and anyio cost 50 ms, which nothing here needs."""
    with serve(reply(304)) as server:
        assert fetch_apart(server.url, "127.0.0.0/8")[2] == ""


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1"])
def test_an_odd_spelling_of_loopback_is_refused(host: str) -> None:
    """The system's resolver reads these as 127.0.0.1; its answer is what counts."""
    said = fetch_apart(f"https://{host}/")[0]

    assert "is not a public address" in said or "is not found" in said
