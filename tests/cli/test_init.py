"""`init` finds a site's feed, and writes a configuration that works as it is."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli_support import run
from registry_support import write
from share_bridge.cli import cli
from share_bridge.config.load import load
from share_bridge.config.model import Config
from share_bridge.config.settings import validate
from share_bridge.registry.registry import load_registry

RSS = """<?xml version="1.0"?><rss version="2.0"><channel>
<title><![CDATA[Ada &amp; "friends"]]></title>
<language>pt-br</language></channel></rss>"""
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>A</title></feed>'
JSON = '{"version": "https://jsonfeed.org/version/1.1", "title": "J", "language": "fr"}'
LINK = '<link rel="alternate" type="application/rss+xml" href="%s">'


@contextmanager
def site(pages: dict[str, str]) -> Iterator[str]:
    """A site on this machine, and its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path)
            self.send_response(200 if page is not None else 404)
            self.end_headers()
            self.wfile.write((page or "").encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def init(folder: Path, *arguments: str) -> Result:
    """What `share-bridge init ARGUMENTS` does in `folder`."""
    return CliRunner().invoke(
        cli, ["--config", str(folder / "share-bridge.toml"), "init", *arguments]
    )


def _config(folder: Path) -> Config:
    return load(folder / "share-bridge.toml", environ={}, cwd=folder)


@pytest.mark.parametrize(
    "pages, feed, title, language",
    [
        (
            {
                "/": "<html lang=en><title> My\n blog </title>"
                + LINK % "/comments/feed"
                + LINK % "/feed.xml"
            },
            "/feed.xml",
            "My blog",
            "en",
        ),
        ({"/": RSS}, "/", 'Ada & "friends"', "pt-br"),
        ({"/": ATOM}, "/", "A", "de"),
        ({"/": JSON}, "/", "J", "fr"),
        ({"/": "<html><p>hi</p>", "/atom.xml": ATOM}, "/atom.xml", "", ""),
    ],
)
def test_the_feed_of_a_site_is_found(
    tmp_path: Path, pages: dict[str, str], feed: str, title: str, language: str
) -> None:
    """By its links, by itself, or where feeds usually are."""
    with site(pages) as address:
        result = init(tmp_path, address)
    config = _config(tmp_path)

    assert result.exit_code == 0
    assert config.sources[0].feed.rstrip("/") == f"http://{address}{feed}".rstrip("/")
    assert (config.site.title, config.site.language) == (title, language)
    assert config.site.url.startswith(f"http://{address}")


def test_a_site_on_this_machine_stays_allowed(tmp_path: Path) -> None:
    """Who types it means it, also in the runs that follow."""
    with site({"/": RSS}) as address:
        init(tmp_path, address)

    assert [str(it) for it in _config(tmp_path).network.allow] == [
        "127.0.0.0/8",
        "::1/128",
    ]


def test_other_feeds_are_named(tmp_path: Path) -> None:
    page = "<html>" + LINK % "/a.xml" + LINK % "/b.xml"
    with site({"/": page}) as address:
        init(tmp_path, address)
    text = (tmp_path / "share-bridge.toml").read_text()

    assert f'# also found: "http://{address}/b.xml"' in text


@pytest.mark.parametrize(
    "argument, code, problem",
    [
        ("ftp://example.org", 2, "neither a folder nor an address such as https://"),
        ("https://[", 2, "neither a folder nor an address"),
        ("http://127.0.0.1:9/", 3, "http://127.0.0.1:9"),
    ],
)
def test_what_is_no_site_leaves_no_file(
    tmp_path: Path, argument: str, code: int, problem: str
) -> None:
    result = init(tmp_path, argument)

    assert result.exit_code == code
    assert problem in result.stderr
    assert not (tmp_path / "share-bridge.toml").exists()


@pytest.mark.parametrize(
    "pages, problem",
    [({"/": "<html>hi"}, "no feed found"), ({}, "answered 404; check the address")],
)
def test_a_site_without_a_feed_is_told(
    tmp_path: Path, pages: dict[str, str], problem: str
) -> None:
    with site(pages) as address:
        result = init(tmp_path, address)

    assert result.exit_code == 3
    assert problem in result.stderr
    assert not (tmp_path / "share-bridge.toml").exists()


def test_a_file_that_is_there_is_never_changed(tmp_path: Path) -> None:
    """Whatever it holds, and before anything is asked of the network."""
    (tmp_path / "share-bridge.toml").write_text("mine")
    result = init(tmp_path, "https://example.org")

    assert result.exit_code == 2
    assert "is there already" in result.stderr
    assert (tmp_path / "share-bridge.toml").read_text() == "mine"


@pytest.mark.parametrize(
    "files, argument, pattern",
    [
        (["content/posts/a.md", "blog/b.md"], None, "content/posts/**/*.md"),
        (["_posts/a.markdown"], None, "_posts/**/*.markdown"),
        ([], None, "posts/**/*.md"),
        (["notes/deep/a.html"], "notes", "notes/**/*.html"),
        (["a.md"], ".", "**/*.md"),
        (["notes/a.md"], "notes/a.md", "notes/a.md"),
    ],
)
def test_posts_on_disk_need_no_site(
    tmp_path: Path, files: list[str], argument: str | None, pattern: str
) -> None:
    """Where site generators keep them, or where one says."""
    write(tmp_path, dict.fromkeys(files, "x"))
    arguments = [] if argument is None else [str(tmp_path / argument)]
    result = init(tmp_path, *arguments)

    assert result.exit_code == 0
    assert _config(tmp_path).sources[0].files == (pattern,)


def test_a_feed_on_disk_is_a_feed(tmp_path: Path) -> None:
    write(tmp_path, {"out/feed.xml": RSS})
    init(tmp_path, str(tmp_path / "out/feed.xml"))

    assert _config(tmp_path).sources[0].feed == "out/feed.xml"


def test_what_is_commented_out_works(tmp_path: Path) -> None:
    """Taking away the # of a target is all that is needed."""
    init(tmp_path)
    file = tmp_path / "share-bridge.toml"
    text = re.sub(r"(?m)^# (?=\[targets|[a-z_]+ = )", "", file.read_text())
    file.write_text(text)
    registry = load_registry()
    targets = _config(tmp_path).targets
    for target in targets:
        validate(target, registry.publisher(target.publisher).settings, {})

    assert [it.name for it in targets] == ["terminal", "archive", "mail"]


def test_what_was_written_is_published(tmp_path: Path) -> None:
    """The next command that is named works."""
    entry = "<item><title>Hello</title><link>https://a.example/1</link></item>"
    with site({"/": RSS.replace("</channel>", f"{entry}</channel>")}) as address:
        said = init(tmp_path, address).stderr
        result = run(tmp_path, "publish", "--dry-run")

    assert "share-bridge publish --dry-run" in said
    assert result.exit_code == 0
    assert "Hello" in result.stdout


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    result = init(tmp_path / "nowhere")

    assert result.exit_code == 2
    assert "cannot be written: No such file or directory" in result.stderr
