"""`login` gets credentials, says whose they are, and shows them to nobody."""

from __future__ import annotations

import json
import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from click.testing import CliRunner, Result

from http_support import serve
from login_support import PLUGIN, Service, desktop, start
from registry_support import write
from share_bridge.cli import cli
from share_bridge.dispatch.questions import about_target
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.question import Kind

CONFIG = """
[plugins]
dirs = ["plugins"]

[network]
allow = ["127.0.0.0/8"]

[[sources]]
name = "blog"
feed = "feed.xml"
first_run = "all"

[targets.home]
publisher = "gate"
server = "{server}"
"""
FEED = """<rss version="2.0"><channel><title>B</title><item><title>One</title>
<link>https://example.org/1</link><guid isPermaLink="false">1</guid>
<description>Words.</description></item></channel></rss>"""
#: A code that the service gave out before.
CODE = {"early": {"redirect_uri": "http://127.0.0.1:8017/callback"}}


@pytest.fixture
def service() -> Service:
    return Service(codes=dict(CODE))


@pytest.fixture
def site(tmp_path: Path, service: Service) -> Iterator[Path]:
    """A blog with one post, and one target that nobody is logged in at."""
    with serve(service.handle) as server:
        config = CONFIG.format(server=server.url)
        write(tmp_path, {"share-bridge.toml": config, "feed.xml": FEED})
        write(tmp_path / "plugins", {"gate.py": PLUGIN})
        yield tmp_path


def run(folder: Path, *arguments: str, text: str = "", **environ: str) -> Result:
    """What `share-bridge ARGUMENTS` does where there is no browser."""
    config = str(folder / "share-bridge.toml")
    alone = {"DISPLAY": None, "WAYLAND_DISPLAY": None, "BROWSER": None}
    return CliRunner().invoke(
        cli, ["--config", config, *arguments], input=text, env={**alone, **environ}
    )


def saved() -> dict[str, str]:
    """What the credentials store holds for `home`."""
    file = Path(os.environ["XDG_CONFIG_HOME"]) / "share-bridge" / "credentials.json"
    if not file.exists():
        return {}
    values: dict[str, str] = json.loads(file.read_text())["home"]["values"]
    return values


def add(site: Path, text: str) -> None:
    """One more line under `[targets.home]`."""
    with (site / "share-bridge.toml").open("a") as file:
        file.write(f"{text}\n")


def test_a_login_says_who_is_logged_in_and_where_that_is_kept(site: Path) -> None:
    result = run(site, "login", "home", text="early\n")

    assert result.exit_code == 0, result.output
    assert "home: logged in as @ada (no end is known)." in result.stdout
    assert "credentials.json" in result.stdout


def test_a_token_is_kept_from_everybody_else(site: Path) -> None:
    result = run(site, "--verbose", "login", "home", text="early\n")
    file = Path(os.environ["XDG_CONFIG_HOME"]) / "share-bridge" / "credentials.json"

    assert saved() == {"token": "token-of-ada-0"}
    assert "token-of-ada" not in result.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_was_saved_is_used_from_then_on(site: Path) -> None:
    before = run(site, "publish")
    run(site, "login", "home", text="early\n")
    after = run(site, "publish")

    assert before.exit_code == 1
    assert "share-bridge login home" in before.output
    assert (after.exit_code, "1 sent." in after.stdout) == (0, True), after.output


def test_a_login_frees_a_blocked_target(site: Path, service: Service) -> None:
    """Also where the token stays the same text, the next run asks again."""
    run(site, "login", "home", text="early\n")
    service.tokens.clear()
    run(site, "publish")
    service.codes.update(CODE)
    run(site, "login", "home", text="early\n")
    with Ledger.open(site / "share-bridge.db") as ledger:
        found = ledger.targets.known("home")

    assert found is not None
    assert found.checked is None
    assert run(site, "publish").exit_code == 0


def test_another_account_is_told_and_not_bound(site: Path, service: Service) -> None:
    """A slip at the browser's account switcher moves no target."""
    run(site, "login", "home", text="early\n")
    run(site, "publish")
    service.account = "eve"
    service.codes.update(CODE)
    result = run(site, "login", "home", text="early\n")
    run(site, "publish")
    other = about_target(Kind.OTHER_ACCOUNT, target="home").id
    with Ledger.open(site / "share-bridge.db") as ledger:
        bound = ledger.targets.known("home")

    assert "logged in as @eve" in result.stdout
    assert "Before, home was @ada" in result.stdout
    assert other
    assert bound is not None
    assert bound.account == "id-ada"


def test_a_login_makes_no_ledger(site: Path) -> None:
    run(site, "login", "home", text="early\n")

    assert not (site / "share-bridge.db").exists()


def test_a_refused_code_saves_nothing(site: Path) -> None:
    result = run(site, "login", "home", text="wrong\n")

    assert result.exit_code == 1
    assert "targets.home: " in result.stderr
    assert saved() == {}


def test_a_token_that_does_not_work_is_told(site: Path, service: Service) -> None:
    service.token = lambda wire: bool(
        wire.respond(200, b'{"access_token": "nobody-knows"}') or True
    )

    result = run(site, "login", "home", text="early\n")

    assert result.exit_code == 1
    assert "was saved, but does not work yet: the token is refused" in result.stderr


def test_a_variable_that_wins_over_the_login_is_named(site: Path) -> None:
    result = run(
        site, "login", "home", text="early\n", SHARE_BRIDGE_HOME_TOKEN="an-older-one"
    )

    assert "logged in as @ada" in result.stdout
    assert "SHARE_BRIDGE_HOME_TOKEN holds another value" in result.stderr
    assert "an-older-one" not in result.output


@pytest.mark.parametrize(
    "line", ['token = { env = "NOT_SET" }', 'token = { command = ["false"] }']
)
def test_a_token_that_cannot_be_had_stands_in_no_way(site: Path, line: str) -> None:
    add(site, line)

    assert run(site, "login", "home", text="early\n").exit_code == 0


@pytest.mark.parametrize(
    "arguments, problem",
    [
        (["hmoe"], "hmoe: no such target; did you mean home?"),
        (["home", "--show", "tokn"], "--show tokn: gate has no such secret; did you"),
    ],
)
def test_wrong_names_are_told(site: Path, arguments: list[str], problem: str) -> None:
    result = run(site, "login", *arguments)

    assert result.exit_code == 2
    assert problem in result.stderr


def test_a_wrong_setting_is_told_before_anything_is_opened(site: Path) -> None:
    add(site, "sever = 1")

    result = run(site, "login", "home", text="early\n")

    assert result.exit_code == 2
    assert "targets.home.sever: unknown key" in result.stderr


def test_without_a_login_it_says_what_to_set(site: Path) -> None:
    add(site, '[targets.wall]\npublisher = "wall"\nserver = "x"')

    result = run(site, "login", "wall")

    assert result.exit_code == 2
    assert (
        "targets.wall: Wall has no login: set SHARE_BRIDGE_WALL_TOKEN "
        "(Made on the page of your account)"
    ) in result.stderr


def test_without_secrets_no_login_is_needed(site: Path) -> None:
    add(site, '[targets.screen]\npublisher = "console"')

    result = run(site, "login", "screen")

    assert (result.exit_code, result.stdout) == (
        0,
        "screen: Console needs no login.\n",
    )


# For CI


def remote(site: Path, url: str) -> None:
    write(site, {".git/config": f'[remote "origin"]\n  url = {url}\n'})


@pytest.mark.parametrize(
    "url, program",
    [
        ("git@github.com:ada/blog.git", " | gh secret set {}"),
        ("https://gitlab.example/ada/blog", " | glab variable set {} --masked"),
        ("https://git.example/ada/blog", ""),
    ],
)
def test_ci_gets_a_line_to_paste(site: Path, url: str, program: str) -> None:
    """It holds no secret: that goes from one program to the other."""
    remote(site, url)
    run(site, "login", "home", text="early\n")

    result = run(site, "login", "home", "--ci")

    ours = f"share-bridge login home --config {site}/share-bridge.toml --show token"
    assert result.exit_code == 0
    assert result.stdout == ours + program.format("SHARE_BRIDGE_HOME_TOKEN") + "\n"
    assert "SHARE_BRIDGE_HOME_TOKEN" in result.output


def test_for_ci_one_logs_in_where_nobody_is_logged_in(site: Path) -> None:
    """Standard output still holds the line alone."""
    result = run(site, "login", "home", "--ci", text="early\n")

    assert "logged in as @ada" in result.stderr
    assert result.stdout.startswith("share-bridge login home")
    assert len(result.stdout.splitlines()) == 1


def test_a_secret_is_shown_to_those_who_ask(site: Path) -> None:
    """As it is: a pipe takes it to where it is kept."""
    run(site, "login", "home", text="early\n")

    assert run(site, "login", "home", "--show", "token").stdout == "token-of-ada-0"


def test_a_secret_that_is_not_there_is_not_shown(site: Path) -> None:
    result = run(site, "login", "home", "--show", "token")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "share-bridge login home" in result.stderr


# In a process of its own, with a browser


@pytest.fixture
def browser(site: Path) -> dict[str, str]:
    """The environment of a desktop whose browser visits and comes back."""
    return desktop(site)


def test_the_browser_goes_there_and_comes_back(
    site: Path, browser: dict[str, str]
) -> None:
    """The whole of it, in processes of their own."""
    process = start(site, "login", "home", environ=browser)
    out, err = process.communicate(timeout=120)

    assert process.returncode == 0, err
    assert "home: logged in as @ada" in out
    assert "You are logged in" in (site / "page.html").read_text()
    assert "token-of" not in out + err


def test_a_person_who_says_no_is_heard(
    site: Path, service: Service, browser: dict[str, str]
) -> None:
    service.deny = True

    process = start(site, "login", "home", environ=browser)
    _, err = process.communicate(timeout=120)

    assert process.returncode == 1
    assert "targets.home: access was not allowed over there: access_denied" in err
    assert saved() == {}


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """Processes do not inherit that a shell in the background ignores Ctrl+C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
@pytest.mark.parametrize("arguments", [[], ["--paste"]], ids=["waiting", "asking"])
def test_ctrl_c_ends_it_at_once(site: Path, arguments: list[str]) -> None:
    """Also in the middle of a prompt."""
    nobody = {**os.environ, "BROWSER": "true %s"}
    wanted = "Paste the code" if arguments else "Waiting"
    with start(site, "login", "home", *arguments, environ=nobody) as process:
        assert process.stderr is not None
        seen = ""
        while wanted not in seen:
            seen += process.stderr.read(1)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)  # of the minutes that it would wait

    assert process.returncode == 130
    assert saved() == {}


def test_a_real_paste_needs_no_way_back(site: Path) -> None:
    """The address on the terminal leads to a code, whatever machine it is opened on."""
    nobody = {**os.environ, "SSH_CONNECTION": "1 2 3 4"}
    nobody.pop("BROWSER", None)
    process = start(site, "login", "home", environ=nobody)
    assert process.stderr is not None
    line = ""
    while "http://" not in line:
        line = process.stderr.readline()
    back = httpx.get(line.strip(), trust_env=False).headers["location"]
    out, _ = process.communicate(f"{back}\n", timeout=120)

    assert urlsplit(back).port == 8017
    assert process.returncode == 0
    assert "logged in as @ada" in out
