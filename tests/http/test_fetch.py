"""Reading an address: redirects by hand, one clear line when it fails."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_network
from typing import Any

import httpx
import pytest

from http_support import (
    LOOPBACK,
    Handler,
    Wire,
    gzip_bomb,
    gzipped,
    redirect,
    reply,
    routes,
    serve,
)
from share_bridge.errors import ShareBridgeError
from share_bridge.http.addresses import Reach
from share_bridge.http.client import open_client
from share_bridge.http.fetch import Fetched, FetchError, fetch


def read(
    url: str,
    *,
    reach: Reach = LOOPBACK,
    client: dict[str, Any] | None = None,
    **options: Any,
) -> Fetched:
    """One fetch by a client of its own."""

    async def once() -> Fetched:
        async with open_client(reach, timeout=60, **(client or {})) as http:
            return await fetch(http, url, **options)

    return asyncio.run(once())


def read_site(
    handlers: dict[str, Handler], path: str = "/", **options: Any
) -> tuple[Fetched, str]:
    """One fetch from a site, and the site's address."""
    with serve(routes(handlers)) as server:
        return read(server.url + path, **options), server.url


def complaint(url: str, **options: Any) -> str:
    """What a person is told."""
    with pytest.raises(FetchError) as caught:
        read(url, **options)
    return str(caught.value)


@pytest.mark.parametrize("status", [200, 304, 404, 410, 429, 500, 503])
def test_every_status_is_an_answer(status: int) -> None:
    """What it means is the source's to say."""
    answer, url = read_site({"/": reply(status, b"", {"Retry-After": "9"})})

    assert answer.status == status
    assert answer.headers["Retry-After"] == "9"
    assert answer.url == url + "/"
    assert answer.moved == ""


def test_a_compressed_body_arrives_as_it_was() -> None:
    """Gzip is undone."""
    answer, _ = read_site({"/": gzipped(b"hello" * 1000)})

    assert answer.body == b"hello" * 1000


def test_validators_are_sent_as_they_came() -> None:
    """Even where an ETag is not ASCII."""
    with serve(reply(304)) as server:
        read(server.url, headers={"If-None-Match": '"é"'})

    assert (
        server.requests[0].headers["if-none-match"].encode("latin-1") == '"é"'.encode()
    )


def moved(*statuses: int) -> bool:
    """Whether redirects with these statuses, one after the other, are a move."""
    steps = {
        f"/{n}": redirect(f"/{n + 1}", status) for n, status in enumerate(statuses)
    }
    end = f"/{len(statuses)}"
    answer, url = read_site({**steps, end: reply(200, b"here")}, "/0")
    assert answer.body == b"here"
    assert answer.url == url + end
    assert answer.moved in ("", answer.url)
    return bool(answer.moved)


@pytest.mark.parametrize("statuses", [[301], [308], [301, 308]], ids=str)
def test_a_move_is_for_good_when_every_step_is(statuses: list[int]) -> None:
    """Only then may the configuration be told to change."""
    assert moved(*statuses)


@pytest.mark.parametrize(
    "statuses", [[302], [303], [307], [301, 302], [302, 301]], ids=str
)
def test_a_move_is_not_for_good_when_one_step_is_not(statuses: list[int]) -> None:
    """The next time it may lead elsewhere."""
    assert not moved(*statuses)


def test_redirects_to_the_same_place_in_other_words_are_followed() -> None:
    """Relative, with a fragment, without a scheme."""
    site = {
        "/a": redirect("b#top"),
        "/b": lambda wire: redirect(f"//{wire.request.headers['host']}/c")(wire),
        "/c": reply(200, b"here"),
    }
    answer, url = read_site(site, "/a")

    assert answer.moved == url + "/c"


def test_a_redirect_without_a_place_is_an_answer() -> None:
    """300 and a missing Location lead nowhere."""
    assert read_site({"/": reply(301, b"gone away")})[0].status == 301
    assert read_site({"/": reply(300, headers={"Location": "/x"})})[0].status == 300


@pytest.mark.parametrize(
    "first, then, said",
    [
        ("/", None, "in a circle"),
        ("/a", "/", "in a circle"),
        ("http://a.example:port/", None, "Invalid URL in location"),
        ("http://127.0.0.1:99999999/", None, "has no port 99999999"),
        ("file:///etc/passwd", None, "is not http or https"),
        ("https://10.0.0.1/", None, "10.0.0.1 is not a public address"),
        ("http://169.254.169.254/", None, "is not a public address"),
        ("http://[::ffff:10.0.0.1]/", None, "is not a public address"),
        ("http://8.8.8.8/", None, "use https"),
    ],
)
def test_a_redirect_to_nowhere_good_is_refused(
    first: str, then: str | None, said: str
) -> None:
    """Each hop is checked like the first."""
    site = {"/": redirect(first)} | ({first: redirect(then)} if then else {})
    with serve(routes(site)) as server:
        assert said in complaint(server.url + "/")


def test_redirects_end() -> None:
    """Five at most."""
    steps = {f"/{n}": redirect(f"/{n + 1}") for n in range(9)}
    with serve(routes(steps)) as server:
        assert "more than 5 redirects" in complaint(server.url + "/0")
        assert len(server.requests) == 6
        assert read(server.url + "/4", max_redirects=5).status == 404


def test_https_does_not_become_http() -> None:
    """Nor where plain http would be allowed."""
    down = httpx.MockTransport(
        lambda _: httpx.Response(301, headers={"Location": "http://a.example/feed"})
    )

    said = complaint(
        "https://a.example/feed", client={"transport": down, "http_allowed": True}
    )

    assert "from https to plain http" in said


def test_credentials_stay_with_their_origin() -> None:
    """Authorization is for the host that was named; validators go along."""
    headers = {"Authorization": "Bearer t", "Cookie": "s=1", "If-None-Match": '"1"'}
    with serve(reply()) as other, serve(redirect(other.url)) as first:
        read(first.url, headers=headers)

    assert first.requests[0].headers["authorization"] == "Bearer t"
    assert "authorization" not in other.requests[0].headers
    assert "cookie" not in other.requests[0].headers
    assert other.requests[0].headers["if-none-match"] == '"1"'


def test_user_and_password_are_used_and_not_told() -> None:
    """They stay on the way within the origin, and never come back."""
    with serve(routes({"/": redirect("/feed"), "/feed": reply()})) as server:
        url = server.url.replace("//", "//me:secret@")
        answer = read(url)

    assert [r.headers["authorization"] for r in server.requests] == [
        "Basic bWU6c2VjcmV0",
        "Basic bWU6c2VjcmV0",
    ]
    assert answer.url == answer.moved == server.url + "/feed"


# One line, with the address, without its secrets.


def drip(wire: Wire) -> None:
    wire.head(200, {"Content-Length": "1000"})
    wire.drip(b"x" * 1000, every=0.05)


def cut_off(wire: Wire) -> None:
    wire.head(200, {"Content-Length": "100"})
    wire.drop()


@pytest.mark.parametrize(
    "handler, said",
    [
        (drip, "no complete answer within 0.3 s; try again later"),
        (reply(200, b"x" * 2001), "over 2,000 bytes; raise max_bytes"),
        (
            reply(200, gzip_bomb(3_000_000), {"Content-Encoding": "gzip"}),
            "over 2,000 bytes; raise max_bytes",
        ),
        (
            reply(200, b"<rss/>", {"Content-Encoding": "gzip"}),
            "not the gzip that it says",
        ),
        (
            reply(200, gzip_bomb(1000)[:-4], {"Content-Encoding": "gzip"}),
            "is cut off; fix the server's compression",
        ),
        (cut_off, "what came is not HTTP, or not all of it"),
        (lambda wire: wire.send(b"\xff\xfe\r\n\r\n") or wire.drop(), "is not HTTP"),
        (lambda wire: wire.drop(), "is not HTTP, or not all of it"),
        (lambda wire: wire.reset(), "the connection broke"),
        (lambda wire: wire.head(200, {"X": "x" * 200_000}), "is not HTTP"),
    ],
    ids=[
        "drip",
        "large",
        "bomb",
        "not gzip",
        "half gzip",
        "cut off",
        "garbage",
        "hang up",
        "reset",
        "long header",
    ],
)
def test_trouble_is_one_clear_line(handler: Handler, said: str) -> None:
    """What, where, what to do; without user, password and query."""
    with serve(handler) as server:
        url = server.url.replace("//", "//me:hidden@") + "/feed.xml?token=hidden#x"
        line = complaint(url, max_bytes=2000, deadline=0.3 if handler is drip else 60)

    assert line.startswith(f"{server.url}/feed.xml?***: ")
    assert said in line
    assert "hidden" not in line
    assert "\n" not in line


@pytest.mark.parametrize(
    "url, said",
    [
        ("https://nowhere.invalid/f?t=hidden", "nowhere.invalid is not found"),
        ("https://127.0.0.1/", "list 127.0.0.1 under [network] allow"),
        ("https://localhost/", "list 127.0.0.1 under [network] allow"),
        ("http://8.8.8.8/", "use https"),
        ("ftp://a.example/", "starts with https://"),
        ("/etc/passwd", "starts with https://"),
        ("", "starts with https://"),
        ("https://", "starts with https://"),
        ("https://me:hid/den@a.example/", "starts with https://"),
        ("https://[::1/", "starts with https://"),
        ("https://a.example:port/", "starts with https://"),
        ("https://a.example/\0", "starts with https://"),
    ],
)
def test_a_bad_address_is_one_clear_line(url: str, said: str) -> None:
    """Nothing was asked."""
    line = complaint(url, reach=Reach((ip_network("::1/128"),)))

    assert said in line
    assert "hid" not in line
    assert "\n" not in line


def test_nobody_there_is_one_clear_line() -> None:
    """Connection refused."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    assert complaint(f"http://127.0.0.1:{port}/") == (
        f"http://127.0.0.1:{port}/: no connection to 127.0.0.1 (Connection refused); "
        "check the address, or try again later"
    )


def test_trouble_on_the_way_names_where_it_was() -> None:
    """The address that fails, not the one that was asked for."""
    with serve(redirect("https://nowhere.invalid/feed")) as server:
        assert complaint(server.url).startswith("https://nowhere.invalid/feed: ")


def test_time_is_counted_over_all_hops() -> None:
    """Each hop in time does not make the whole in time."""

    def slow(wire: Wire) -> None:
        wire.wait(0.2)
        redirect(wire.request.path + "x")(wire)

    with serve(slow) as server:
        line = complaint(server.url + "/", deadline=0.5, max_redirects=50)

    assert "redirect" not in line


def test_a_fetch_error_is_one_of_ours() -> None:
    """Uncaught, it is still one line and not a traceback."""
    assert issubclass(FetchError, ShareBridgeError)
