"""nginx at a free port, in a folder of its own."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from serve_support import until

__all__ = ["nginx"]

# One process, which stays who started it: these folders keep others out.
_CONFIG = """\
daemon off;
master_process off;
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


@contextmanager
def nginx(
    program: str, folder: Path, port: int, server: str, *, http: str = ""
) -> Iterator[str]:
    """Run it until the block ends; its address.

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
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
