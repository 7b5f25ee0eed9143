"""The rules of hosts of files, with the real servers where one can run."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import httpx
import pytest

from actors_support import Blog
from serve_support import free_port, until
from share_bridge.plugin import ConfigurationError
from share_bridge_activitypub import tending
from share_bridge_activitypub.rules.hosts import HOSTS, place
from share_bridge_activitypub.rules.wanted import matching, wanted
from share_bridge_activitypub.vocabulary import ACTIVITY_JSON, LD_JSON
from share_bridge_activitypub.web.pages import Pages

_INBOX = "https://inbox.example.org"
_TAKEN = ("/ap/inbox", "/ap/instance", "/ap/spool")
_NGINX = """\
daemon off;
user nobody nogroup;
pid {root}/nginx.pid;
error_log stderr crit;
events {{}}
http {{
    access_log off;
    client_body_temp_path {root}/tmp;
    proxy_temp_path {root}/tmp;
    fastcgi_temp_path {root}/tmp;
    uwsgi_temp_path {root}/tmp;
    scgi_temp_path {root}/tmp;
    server {{
        listen 127.0.0.1:{port};
        root {root}/www;
        include {root}/www/activitypub.nginx.conf;
    }}
}}
"""
_APACHE = """\
ServerRoot {root}
ServerName 127.0.0.1
PidFile {root}/apache.pid
Listen 127.0.0.1:{port}
User nobody
Group nogroup
ErrorLog /dev/stderr
LogLevel crit
StartServers 1
{modules}
TypesConfig /dev/null
DocumentRoot {root}/www
<Directory {root}/www>
    AllowOverride FileInfo
    Require all granted
</Directory>
"""
_MODULES = (
    "mpm_event",
    "authz_core",
    "headers",
    "mime",
    "proxy",
    "proxy_http",
    "rewrite",
)
_CADDY = """\
{{
    admin off
    auto_https off
}}
http://127.0.0.1:{port} {{
    root * {root}/www
    import {root}/www/activitypub.Caddyfile
    file_server
}}
"""


def _modules() -> str:
    folder = "/usr/lib/apache2/modules"
    return "\n".join(
        f"LoadModule {name}_module {folder}/mod_{name}.so" for name in _MODULES
    )


#: Host of the export → program, its configuration, and how it is started.
_SERVERS: dict[str, tuple[str, str, Callable[[str], list[str]]]] = {
    "nginx": ("nginx", _NGINX, lambda file: ["-c", file]),
    "apache": ("apache2", _APACHE, lambda file: ["-DFOREGROUND", "-f", file]),
    "caddy": (
        "caddy",
        _CADDY,
        lambda file: ["run", "--adapter", "caddyfile", "--config", file],
    ),
}


@dataclass(frozen=True)
class Hosted:
    """A site of files that a server shows."""

    address: str
    blog: Blog

    def get(self, path: str, accept: str = ACTIVITY_JSON) -> httpx.Response:
        return httpx.get(self.address + path, headers={"Accept": accept})


class _Inbox(BaseHTTPRequestHandler):
    """Says what it was asked."""

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        asked = {
            "method": self.command,
            "path": self.path,
            "host": self.headers["host"],
            "signature": self.headers.get("signature"),
            "body": self.rfile.read(length).decode(),
        }
        content = json.dumps(asked).encode()
        self.send_response(202)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nothing is said of it."""


@contextmanager
def _inbox() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Inbox) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def _fill(blog: Blog) -> None:
    """A post, one that was deleted, and a stamp."""
    for post in ("1", "2"):
        address = blog.actor.who.post(post)
        note = {"id": address, "type": "Note", "url": "https://blog.example/", "to": []}
        stone = {"id": address, "type": "Tombstone"}
        document = stone if post == "2" else note
        volume = {
            "post": post,
            "object": document,
            "activity": {"@context": [], "type": "Create", "object": document},
            "made_for": "x",
            "published": f"2026-11-24T12:00:0{post}Z",
            "deleted": post == "2",
        }
        blog.state.put(f"object/{post}", volume)
    blog.state.put("stamp/1", {"id": "x", "type": "QuoteAuthorization"})


@pytest.fixture(scope="module", params=sorted(_SERVERS))
def hosted(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    requires: Callable[[str], str],
) -> Iterator[Hosted]:
    """An exported site, behind a server that may not be root."""
    program, config, options = _SERVERS[request.param]
    path, blog = requires(program), Blog(tmp_path_factory.mktemp("blog"))
    _fill(blog)
    with TemporaryDirectory() as folder, _inbox() as inbox:
        root, port = Path(folder), free_port()
        root.chmod(0o755)
        (root / "www").mkdir()
        (root / "tmp").mkdir()
        (root / "www" / "index.html").write_text("<p>hello</p>")
        tending.export_files(blog.actor, root / "www", host=request.param, server=inbox)
        file = root / "config"
        file.write_text(config.format(root=root, port=port, modules=_modules()))
        process = subprocess.Popen(
            [path, *options(str(file))],
            cwd=root,
            env=os.environ | {"HOME": str(root)},
            stderr=subprocess.DEVNULL,
        )
        site = Hosted(f"http://127.0.0.1:{port}", blog)
        try:
            until(lambda: site.get("/index.html").is_success)
            yield site
        finally:
            process.terminate()
            process.wait()


@pytest.mark.parametrize("accept", [ACTIVITY_JSON, LD_JSON])
def test_every_document_comes_with_its_type(hosted: Hosted, accept: str) -> None:
    pages = Pages(hosted.blog.actor, version="1")
    for path in pages.paths():
        page, answer = pages.at(path), hosted.get(path, accept)
        assert page is not None
        kind, _, _ = page.media_type.partition(";")
        assert answer.headers.get_list("content-type") == [kind], path
        assert answer.headers.get_list("access-control-allow-origin") == ["*"], path


def test_what_was_deleted_is_gone_and_says_so(hosted: Hosted) -> None:
    answer = hosted.get("/ap/posts/2")
    assert answer.status_code == 410
    assert answer.json()["type"] == "Tombstone"
    assert answer.json()["id"] == "https://blog.example/ap/posts/2"
    assert hosted.get("/ap/posts/1").status_code == 200
    assert hosted.get("/ap/posts/3").status_code == 404


@pytest.mark.parametrize("path", _TAKEN)
def test_the_inbox_is_asked_as_it_was_asked_here(hosted: Hosted, path: str) -> None:
    answer = httpx.post(
        f"{hosted.address}{path}?after=1", content="{}", headers={"Signature": "s"}
    )
    assert answer.status_code == 202
    assert answer.headers.get_list("content-type") == ["text/plain"]
    asked = answer.json()
    assert asked["host"] != hosted.address.removeprefix("http://")
    assert asked | {"host": ""} == {
        "method": "POST",
        "path": f"{path}?after=1",
        "host": "",
        "signature": "s",
        "body": "{}",
    }


def test_the_site_is_as_it_was(hosted: Hosted) -> None:
    answer = hosted.get("/index.html")
    assert answer.text == "<p>hello</p>"
    assert "access-control-allow-origin" not in answer.headers


def test_every_document_has_one_type(blog: Blog) -> None:
    """Cloudflare joins what two rules say of a header."""
    _fill(blog)
    types = wanted(blog.actor.who, server=_INBOX).types
    pages = Pages(blog.actor, version="1")
    for path in pages.paths():
        page = pages.at(path)
        assert page is not None
        kind, _, _ = page.media_type.partition(";")
        found = [it for it in types if re.search(matching(types[it]), path)]
        assert found == [kind], path
    every = matching(it for paths in types.values() for it in paths)
    assert not [path for path in _TAKEN if re.search(every, path)]


@pytest.mark.parametrize("host", sorted(HOSTS))
def test_every_host_is_told_of_types_and_of_the_inbox(blog: Blog, host: str) -> None:
    files = HOSTS[host](wanted(blog.actor.who, server=f"{_INBOX}/"))
    written = "".join(files.values()).replace("\\", "")
    words = (ACTIVITY_JSON, "application/jrd+json", _INBOX)
    for word in (*words, *(path.removeprefix("/") for path in _TAKEN)):
        assert word in written
    assert f"{_INBOX}//" not in written


@pytest.mark.parametrize("host", sorted(HOSTS))
def test_rules_are_written_once_and_change_with_what_is_gone(
    blog: Blog, tmp_path: Path, host: str
) -> None:
    def placed(*gone: str) -> dict[str, str]:
        names = place(wanted(blog.actor.who, gone=gone), host, tmp_path)
        return {name: (tmp_path / name).read_text() for name in names}

    first = placed(blog.actor.who.post("1"))
    assert placed(blog.actor.who.post("1")) == first
    both = placed(blog.actor.who.post("1"), blog.actor.who.post("2"))
    assert "posts/2" in "".join(both.values())
    assert placed(blog.actor.who.post("1")) == first


def test_netlify_gives_410_with_another_file(blog: Blog, tmp_path: Path) -> None:
    place(wanted(blog.actor.who, gone=[blog.actor.who.post("2")]), "netlify", tmp_path)
    assert "/ap/posts/2 /ap/gone 410!\n" in (tmp_path / "_redirects").read_text()
    assert json.loads((tmp_path / "ap" / "gone").read_text())["type"] == "Tombstone"


def test_vercel_has_routes_that_it_tries_in_order(blog: Blog, tmp_path: Path) -> None:
    gone = [blog.actor.who.post("2")]
    place(wanted(blog.actor.who, server=_INBOX, gone=gone), "vercel", tmp_path)
    routes = json.loads((tmp_path / "vercel.json").read_text())["routes"]

    def taken(path: str) -> list[dict[str, Any]]:
        """The routes that are taken, up to the one that ends it."""
        found = [it for it in routes if re.search(it["src"], path)]
        ends = [at for at, it in enumerate(found) if not it.get("continue")]
        return found[: ends[0] + 1] if ends else found

    (inbox,) = taken("/ap/inbox")
    assert inbox["dest"] == f"{_INBOX}/ap/inbox"
    typed, status = taken("/ap/posts/2")
    assert typed["headers"]["Content-Type"] == ACTIVITY_JSON
    assert (status["dest"], status["status"]) == ("/ap/posts/2", 410)
    assert len(taken("/ap/posts/1")) == 1
    assert taken("/ap/posts") == []


_ASK = """\
import worker from "./worker.mjs";

globalThis.fetch = async (it) => new Response(`${it.method} ${it.url}`);
const kind = { "Content-Type": "text/html" };
const file = (it) => it.url.endsWith("3")
  ? new Response("no file", { status: 404, headers: kind })
  : new Response("a file");
const [method, address] = process.argv.slice(2);
const asked = new Request(address, { method });
const it = await worker.fetch(asked, { ASSETS: { fetch: async (it) => file(it) } });
console.log(it.status, it.headers.get("content-type"), await it.text());
"""


@pytest.fixture
def worker(
    blog: Blog, tmp_path: Path, requires: Callable[[str], str]
) -> Callable[[str, str], str]:
    """What the worker of Cloudflare answers to a method and a path."""
    node, gone = requires("node"), [blog.actor.who.post("2")]
    place(wanted(blog.actor.who, server=_INBOX, gone=gone), "cloudflare", tmp_path)
    (tmp_path / "_worker.js").rename(tmp_path / "worker.mjs")
    (tmp_path / "ask.mjs").write_text(_ASK)

    def asked(method: str, path: str) -> str:
        answer = subprocess.run(
            [node, "ask.mjs", method, f"https://blog.example{path}"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        return answer.stdout.strip()

    return asked


@pytest.mark.parametrize(
    "method, path, answer",
    [
        ("DELETE", "/ap/spool?after=3", f"DELETE {_INBOX}/ap/spool?after=3"),
        ("POST", "/ap/inbox", f"POST {_INBOX}/ap/inbox"),
        ("GET", "/ap/posts/2", f"410 {ACTIVITY_JSON} a file"),
        ("GET", "/ap/posts/1", f"200 {ACTIVITY_JSON} a file"),
        ("GET", "/ap/posts/3", "404 text/html no file"),
    ],
)
def test_the_worker_of_cloudflare(
    worker: Callable[[str, str], str], method: str, path: str, answer: str
) -> None:
    assert worker(method, path).endswith(answer)


@pytest.mark.parametrize("gone, asked", [(1, "/ap/posts/0"), (200, "/ap/posts/*")])
def test_cloudflare_takes_a_hundred_routes(
    blog: Blog, tmp_path: Path, gone: int, asked: str
) -> None:
    ids = [blog.actor.who.post(str(number)) for number in range(gone)]
    place(wanted(blog.actor.who, gone=ids), "cloudflare", tmp_path)
    routes = json.loads((tmp_path / "_routes.json").read_text())
    assert routes["include"] == [asked]


@pytest.mark.parametrize(
    "host, name",
    [("netlify", "_headers"), ("netlify", "_redirects"), ("apache", ".htaccess")],
)
def test_what_the_site_says_of_its_own_stays(
    blog: Blog, tmp_path: Path, host: str, name: str
) -> None:
    own = b"# \xfcber uns\n/old /new 301\n"
    (tmp_path / name).write_bytes(own)
    for server in (_INBOX, "", _INBOX):
        place(wanted(blog.actor.who, server=server), host, tmp_path)
    written = (tmp_path / name).read_bytes()
    assert written.endswith(b"# to here; the rest is yours\n" + own)
    assert written.count(b"Written by share-bridge") == 1


def test_rules_that_are_not_needed_any_more_are_taken_out(
    blog: Blog, tmp_path: Path
) -> None:
    (tmp_path / "_redirects").write_text("/old /new 301\n")
    for server in (_INBOX, ""):
        place(wanted(blog.actor.who, server=server), "netlify", tmp_path)
    assert (tmp_path / "_redirects").read_text() == "/old /new 301\n"


def test_routes_of_the_site_come_after_ours(blog: Blog, tmp_path: Path) -> None:
    file = tmp_path / "vercel.json"
    own = {"src": "/old", "dest": "/new"}
    file.write_text(json.dumps({"version": 2, "routes": [own]}))
    for server in (_INBOX, "", _INBOX):
        place(wanted(blog.actor.who, server=server), "vercel", tmp_path)
    document = json.loads(file.read_text())
    assert document["version"] == 2
    assert document["routes"][-1] == own
    alone = HOSTS["vercel"](wanted(blog.actor.who, server=_INBOX))["vercel.json"]
    assert document["routes"][:-1] == json.loads(alone)["routes"]


@pytest.mark.parametrize(
    "host, name, content",
    [
        ("vercel", "vercel.json", '{"rewrites": []}'),
        ("vercel", "vercel.json", "[]"),
        ("vercel", "vercel.json", "{"),
        ("cloudflare", "_worker.js", "export default {}"),
        ("cloudflare", "_routes.json", "{}"),
    ],
)
def test_what_cannot_be_both_is_left_as_it_is(
    blog: Blog, tmp_path: Path, host: str, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(ConfigurationError, match=str(tmp_path)):
        place(wanted(blog.actor.who, server=_INBOX), host, tmp_path)
    assert [it.name for it in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == content
