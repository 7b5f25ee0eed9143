"""nginx at a free port, in a folder of its own."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from serve_support import until

__all__ = ["Nginx", "nginx"]

# Of root, for these folders keep others out.
_CONFIG = """\
daemon off;
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {http}
    server {{
        listen 127.0.0.1:{port};
        {server}
    }}
}}
"""


@dataclass(frozen=True)
class Nginx:
    """At work.

    Attributes:
        address: Where it listens.

    """

    address: str
    process: subprocess.Popen[bytes]

    def reload(self) -> None:
        """Let it read its rules again."""
        self.process.send_signal(signal.SIGHUP)


@contextmanager
def nginx(
    program: str, folder: Path, port: int, server: str, *, http: str = ""
) -> Iterator[Nginx]:
    """Run it until the block ends.

    Args:
        program: Its path.
        folder: Where it writes.
        port: Of this machine.
        server: What stands in its `server` block.
        http: What stands before that.

    """
    config = folder / "nginx.conf"
    config.write_text(
        _CONFIG.format(folder=folder, port=port, server=server, http=http)
    )
    command = [program, "-p", str(folder), "-c", str(config), "-e", "stderr"]
    process = subprocess.Popen(command)
    try:
        until(lambda: process.poll() is not None or _listens(port))
        assert process.poll() is None, "nginx did not start"
        yield Nginx(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
