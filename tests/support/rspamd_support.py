"""rspamd on loopback, which knows no other names than those of a test."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

__all__ = ["Verdict", "rspamd"]

#: What asks the network, or learns: none of it is wanted.
_OFF = (
    "rbl",
    "fuzzy_check",
    "asn",
    "url_redirector",
    "dkim_signing",
    "arc",
    "phishing",
)
Verdict = Callable[..., dict[str, Any]]


@contextmanager
def rspamd(requires: Callable[..., str], *, dns: int) -> Iterator[Verdict]:
    """Start it; gives what asks for a verdict on a raw mail.

    Args:
        requires: Finds the program.
        dns: Port of a DNS server on loopback.

    """
    program = requires("rspamd")
    if os.geteuid() != 0:
        pytest.skip("rspamd wants to be started by root")
    folder = Path(tempfile.mkdtemp(prefix="share-bridge-rspamd-"))
    port, normal = _free_port(), _free_port()
    _configure(folder, dns=dns, controller=port, normal=normal)
    command = [
        *(program, "-f", "-u", "_rspamd", "-g", "_rspamd"),
        *(f"--var={name}={folder}" for name in ("LOGDIR", "RUNDIR", "DBDIR")),
        *(f"--var=LOCAL_CONFDIR={folder}", "-c", "/etc/rspamd/rspamd.conf"),
    ]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            _wait_for(port, folder / "output")
            yield lambda mail, **envelope: _ask(port, mail, envelope)
        finally:
            process.terminate()
            process.wait(20)
            shutil.rmtree(folder, ignore_errors=True)


def _configure(folder: Path, *, dns: int, controller: int, normal: int) -> None:
    local = folder / "local.d"
    local.mkdir()
    files = {
        "options.inc": f'dns {{ nameserver = ["127.0.0.1:{dns}"]; timeout = 1s; '
        "retransmits = 1; }\ndisable_hyperscan = true;\n",
        "worker-controller.inc": f'bind_socket = "127.0.0.1:{controller}";\n',
        "worker-normal.inc": f'bind_socket = "127.0.0.1:{normal}";\n',
        "worker-proxy.inc": "enabled = false;\n",
        "worker-fuzzy.inc": "enabled = false;\n",
        "logging.inc": 'type = "console";\n',
    }
    files |= {f"{module}.conf": "enabled = false;\n" for module in _OFF}
    for name, text in files.items():
        (local / name).write_text(text)
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, "_rspamd", "_rspamd")
    folder.chmod(0o755)


def _ask(port: int, mail: bytes, envelope: dict[str, str]) -> dict[str, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/checkv2", data=mail, headers=envelope
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def _wait_for(port: int, output: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with suppress(OSError):
            url = f"http://127.0.0.1:{port}/ping"
            with urllib.request.urlopen(url, timeout=5) as answer:
                assert answer.read().startswith(b"pong")
                return
        time.sleep(0.1)
    pytest.fail(f"rspamd does not answer: {output.read_text()[-1000:]}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
