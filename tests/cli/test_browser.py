"""The browser of `login`: it waits for the right answer, or takes what is pasted."""

from __future__ import annotations

import asyncio
import hashlib
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

import click
import httpx
import pytest
from click.testing import CliRunner, Result

from http_support import serve
from login_support import Person, Service, go
from share_bridge.cli.browser import TerminalBrowser, has_browser, open_browser
from share_bridge.errors import PermissionDeniedError, PublishError, TransientError
from share_bridge.plugin import Pkce

PAGE = "https://service.example/authorize?client_id=a"


def authorize(
    service: Service, person: Person, *, seconds: float = 5
) -> Mapping[str, str]:
    """One visit to the service, with a browser on this machine."""

    async def run(base: str) -> Mapping[str, str]:
        async with open_browser(
            paste=False, open_url=person.open, seconds=seconds
        ) as browser:
            back = browser.redirect_uri
            url = f"{base}/oauth/authorize?redirect_uri={back}"
            return await browser.authorize(url)

    with serve(service.handle) as server:
        try:
            return asyncio.run(run(server.url))
        finally:
            person.wait()


def paste(*lines: str | Callable[[str], str], secret: bool = False) -> Result:
    """What comes of lines that are pasted; `{state}` is the right one."""

    @click.command()
    def command() -> None:
        async def run() -> None:
            async with open_browser(paste=True) as browser:
                answer = await browser.authorize(PAGE)
                click.echo(f"answer {sorted(answer.items())}")

        asyncio.run(run())

    return CliRunner().invoke(command, input="".join(f"{line}\n" for line in lines))


def test_the_person_comes_back_with_a_code() -> None:
    person = Person()

    answer = authorize(Service(), person)

    assert answer == {"code": "code-0"}
    assert "You are logged in" in person.pages[0].text


def test_a_refusal_says_who_refused() -> None:
    with pytest.raises(PermissionDeniedError, match="not allowed over there: access"):
        authorize(Service(deny=True), Person())


def test_an_answer_with_another_state_is_not_taken() -> None:
    """It is another login's, or somebody's who wants theirs to be used here."""
    person = Person()

    with pytest.raises(TransientError, match="the answer to another login"):
        authorize(Service(state="wrong"), person, seconds=0.5)
    assert person.pages[0].status_code == 400


def test_nobody_is_waited_for_for_ever() -> None:
    with pytest.raises(TransientError, match=r"nobody came back .* --paste"):
        authorize(Service(), Person(lambda url: httpx.Response(200)), seconds=0.2)


def test_every_login_has_a_state_of_its_own() -> None:
    seen: set[str] = set()

    async def run() -> None:
        async with open_browser(paste=True) as browser:
            seen.add(browser.state)

    asyncio.run(run())
    asyncio.run(run())

    assert len(seen) == 2
    assert min(map(len, seen)) >= 32


def test_a_state_that_is_in_the_address_stays() -> None:
    """Where a service wants it in a place of its own, the publisher put it there."""
    visited: list[str] = []

    def visit(url: str) -> httpx.Response:
        visited.append(url)
        return go(url)

    async def run(base: str) -> Mapping[str, str]:
        person = Person(visit)
        async with open_browser(paste=False, open_url=person.open) as browser:
            url = f"{base}/oauth/authorize?redirect_uri={browser.redirect_uri}"
            return await browser.authorize(f"{url}&state={browser.state}")

    with serve(Service().handle) as server:
        asyncio.run(run(server.url))

    assert len(parse_qs(urlsplit(visited[0]).query)["state"]) == 1


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "/x", ""])
def test_only_pages_are_opened(url: str) -> None:
    opened: list[str] = []

    async def run() -> None:
        async with open_browser(
            paste=False, open_url=lambda it: bool(opened.append(it))
        ) as browser:
            await browser.authorize(url)

    with pytest.raises(ValueError, match="not the address of a page"):
        asyncio.run(run())
    assert opened == []


@pytest.mark.parametrize(
    "line, answer",
    [
        ("abc-DEF_123", "[('code', 'abc-DEF_123')]"),
        ("  abc  ", "[('code', 'abc')]"),
        ("YWJj==", "[('code', 'YWJj==')]"),
    ],
)
def test_a_code_is_pasted_as_it_is(line: str, answer: str) -> None:
    assert f"answer {answer}" in paste(line).stdout


def test_a_whole_address_is_pasted_too() -> None:
    browser = TerminalBrowser("s", None, open_url=lambda _: True, seconds=1)

    answer, _ = browser._understood("http://127.0.0.1:8017/callback?code=c&state=s#x")

    assert answer == {"code": "c"}


def test_a_pasted_address_of_another_login_is_refused() -> None:
    """Who is talked into pasting it would post to somebody else's account."""
    address = "http://127.0.0.1:8017/callback?code=c&state=other"

    result = paste(address, address, address)

    assert "the answer to another login" in result.stderr
    assert isinstance(result.exception, TransientError)


@pytest.mark.parametrize("line", ["", "http://127.0.0.1:8017/callback", "no idea"])
def test_what_holds_no_code_is_asked_for_again(line: str) -> None:
    result = paste(line, "the-code")

    assert "answer [('code', 'the-code')]" in result.stdout


def test_after_three_tries_it_ends() -> None:
    result = paste("", "", "", "the-code")

    assert isinstance(result.exception, PublishError)
    assert "nothing was saved" in str(result.exception)


def test_where_nobody_is_there_nobody_is_asked_again() -> None:
    """Standard input has ended, as it has in CI."""
    result = paste()

    assert isinstance(result.exception, TransientError)
    assert "nobody is there" in str(result.exception)


def test_a_secret_is_not_shown_while_it_is_typed() -> None:
    @click.command()
    def command() -> None:
        async def run() -> None:
            async with open_browser(paste=True) as browser:
                password = await browser.ask("App \x1b[31mpassword", secret=True)
                click.echo(f"length {len(password)}")

        asyncio.run(run())

    result = CliRunner().invoke(command, input="hush-hush \n")

    assert "length 9" in result.stdout
    assert "hush" not in result.output
    assert "\x1b" not in result.output


@pytest.mark.parametrize(
    "environ, platform, seen",
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "1 2 3 4"}, "linux", False),
        (
            {"SSH_CONNECTION": "1 2 3 4", "BROWSER": "code --openExternal"},
            "linux",
            True,
        ),
        ({}, "darwin", True),
        ({}, "win32", True),
        ({"SSH_TTY": "/dev/ttys001"}, "darwin", False),
    ],
)
def test_a_browser_that_nobody_sees_is_none(
    environ: dict[str, str], platform: str, *, seen: bool
) -> None:
    assert has_browser(environ, platform=platform) is seen


def test_the_proof_fits_its_challenge() -> None:
    """As RFC 7636 §4 has it."""
    proof = Pkce()
    digest = hashlib.sha256(proof.verifier.encode()).digest()

    assert urlsafe_b64decode(proof.challenge + "=") == digest
    assert 43 <= len(proof.verifier) <= 128
    assert proof.verifier not in repr(proof)
    assert Pkce().verifier != proof.verifier


def test_the_proof_is_that_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    proof = Pkce("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")

    assert proof.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
