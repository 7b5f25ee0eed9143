"""A real blog on this machine: built by Pelican, served by nginx.

```python
with serve_site(folder, program=requires("nginx")) as url: …
```
"""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from needs import requires
from nginx_support import nginx
from serve_support import free_port

__all__ = ["build_site", "pelican", "serve_site", "write_post"]

_SETTINGS = """
SITENAME = "A real blog"
SITEURL = "https://blog.example"
AUTHOR = "Ann Author"
DEFAULT_LANG = "en"
TIMEZONE = "Europe/Berlin"
PATH = "content"
RELATIVE_URLS = False
FEED_DOMAIN = SITEURL
FEED_ALL_ATOM = "feeds/all.atom.xml"
FEED_ALL_RSS = "feeds/all.rss.xml"
CATEGORY_FEED_ATOM = None
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None
"""

_HTTP = """
include /etc/nginx/mime.types;
gzip on; gzip_min_length 100; gzip_types application/xml text/xml;
limit_req_zone $binary_remote_addr zone=busy:1m rate=1r/m;
"""
_RULES = """
location / {{ root {site}; }}
location /moved/ {{ rewrite ^/moved/(.*)$ /feeds/$1 permanent; }}
location /gone {{ return 410; }}
location /busy/ {{ limit_req zone=busy; limit_req_status 429; alias {site}/feeds/; }}
location /down {{ add_header Retry-After 30 always; return 503; }}
location /private {{ return 401; }}
"""


def pelican(folder: Path) -> str:
    """Pelican's command: the one that is installed, else one put into `folder`."""
    beside = Path(sys.executable).with_name("pelican")
    if beside.exists():
        return str(beside)
    venv.create(folder, with_pip=True)
    program = folder / "bin" / "pelican"
    done = subprocess.run(
        [folder / "bin" / "pip", "install", "-q", "pelican", "markdown"],
        capture_output=True,
        check=False,
    )
    return str(program) if done.returncode == 0 else requires("pelican")


def write_post(folder: Path, name: str, *, title: str, date: str, text: str) -> None:
    """A Markdown post as Pelican's authors write it."""
    path = folder / "content" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"Title: {title}\nDate: {date}\nTags: real, site\nSlug: {name}\n\n{text}\n",
        encoding="utf-8",
    )


def build_site(folder: Path, *, program: str) -> Path:
    """Run Pelican in `folder`; the site it wrote."""
    settings = folder / "pelicanconf.py"
    settings.write_text(_SETTINGS, encoding="utf-8")
    subprocess.run(
        [program, "content", "-o", "output", "-s", settings, "-q"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder / "output"


@contextmanager
def serve_site(site: Path, folder: Path, *, program: str) -> Iterator[str]:
    """Run nginx on a free port of 127.0.0.1 until the block ends; its address."""
    rules = _RULES.format(site=site)
    with nginx(program, folder, free_port(), rules, http=_HTTP) as server:
        yield server.address
