"""`doctor` finds what is wrong, says what to do about it, and changes nothing."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from http_support import Server, Wire, redirect, reply, routes, serve
from login_support import PLUGIN
from registry_support import write
from share_bridge.cli import cli
from share_bridge.cli.findings import Area, Finding, Grade, exit_code, lines
from share_bridge.ledger.hosts import HostRecord
from share_bridge.ledger.ledger import Ledger

TOKEN = "the-token-itself"
FEED = """<rss version="2.0"><channel><title>B</title>
<item><title>One</title><link>https://example.org/1</link><guid>1</guid>
<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate><description>W</description></item>
<item><title>Two</title><link>https://example.org/2</link><guid>2</guid>
<pubDate>Thu, 19 Nov 2026 08:00:00 GMT</pubDate><description>V</description></item>
</channel></rss>"""
CONFIG = """
[plugins]
dirs = ["plugins"]

[network]
allow = ["127.0.0.0/8"]

[[sources]]
name = "blog"
feed = "feed.xml"

[targets.home]
publisher = "gate"
server = "{server}"
token = {{ env = "GATE" }}
"""
#: The gate with limits of its own, and its neighbours in trouble.
PLUGINS = {
    "gate.py": PLUGIN,
    "hall.py": """
        from share_bridge.plugin import (
            Account, Capabilities, Publisher, Receipt, Settings, TextLimit, hookimpl,
        )


        class HallSettings(Settings):
            discover: str = "fine"


        class Hall(Publisher):
            name = "hall"
            title = "Hall"
            settings = HallSettings
            capabilities = Capabilities(
                text=(TextLimit(500),), discover=True, local=True
            )

            async def check(self, context):
                return Account("hall", scopes=("read", "write"))

            async def discover(self, context):
                if context.settings.discover != "fine":
                    raise RuntimeError("no idea")
                return Capabilities(text=(TextLimit(5000),))

            async def publish(self, message, context):
                return Receipt("1")


        @hookimpl
        def register_publishers():
            return [Hall]
    """,
    "attic.py": """
        from share_bridge.plugin import (
            Account, Capabilities, Grade, Publisher, Receipt, Remark, Settings,
            hookimpl,
        )


        class AtticSettings(Settings):
            trouble: str = "remark"


        class Attic(Publisher):
            name = "attic"
            title = "Attic"
            settings = AtticSettings
            capabilities = Capabilities(local=True)

            async def check(self, context):
                return Account("attic")

            async def examine(self, context):
                if context.settings.trouble != "remark":
                    raise RuntimeError("no light")
                return [Remark(Grade.WARNING, "the roof leaks", "call a roofer")]

            async def publish(self, message, context):
                return Receipt("1")


        @hookimpl
        def register_publishers():
            return [Attic]
    """,
}


class Home:
    """A service that knows one token, and a time of its own."""

    def __init__(self) -> None:
        self.account = "ada"
        self.ahead = timedelta(0)
        self.together = threading.Barrier(1)
        self.headers: dict[str, str] = {}

    def handle(self, wire: Wire) -> None:
        """Who that is, when enough have asked."""
        self.together.wait(60)
        date = format_datetime(datetime.now(UTC) + self.ahead, usegmt=True)
        headers = {"Date": date, **self.headers}
        if wire.request.headers.get("authorization") != f"Bearer {TOKEN}":
            wire.respond(401, b"{}", headers)
            return
        me = {"id": self.account, "username": self.account}
        wire.respond(200, json.dumps(me).encode(), headers)


@pytest.fixture
def home() -> Home:
    return Home()


@pytest.fixture
def server(home: Home) -> Iterator[Server]:
    with serve(home.handle) as server:
        yield server


@pytest.fixture
def site(tmp_path: Path, server: Server) -> Path:
    """A blog that is in order."""
    config = CONFIG.format(server=server.url)
    write(tmp_path, {"share-bridge.toml": config, "feed.xml": FEED})
    write(tmp_path / "plugins", PLUGINS)
    return tmp_path


def doctor(site: Path, *arguments: str, **environ: str) -> Result:
    """What `share-bridge doctor` says, with the token set."""
    config = str(site / "share-bridge.toml")
    return CliRunner().invoke(
        cli, ["--config", config, "doctor", *arguments], env={"GATE": TOKEN, **environ}
    )


def found(result: Result, grade: str) -> list[dict[str, Any]]:
    """The findings of that grade."""
    findings = json.loads(result.stdout)["findings"]
    return [it for it in findings if it["grade"] == grade]


def texts(result: Result, grade: str) -> str:
    return "\n".join(f"{it['text']} → {it['fix']}" for it in found(result, grade))


def change(site: Path, old: str, new: str) -> None:
    """Another word in the configuration."""
    file = site / "share-bridge.toml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def add(site: Path, text: str) -> None:
    with (site / "share-bridge.toml").open("a") as file:
        file.write(f"{text}\n")


def test_servers_that_are_dead_are_told_of(site: Path) -> None:
    """A few by name; each is tried again by itself."""
    failed = datetime(2026, 11, 1, tzinfo=UTC)
    with Ledger.open(site / "share-bridge.db") as ledger:
        target = ledger.targets.named("home", "gate").id
        for name, days in (("a", 7), ("b", 9), ("c", 7), ("d", 7), ("e", 6)):
            host = HostRecord(
                f"{name}.example",
                failures=9,
                failed=failed,
                days=days,
                reason="no answer",
            )
            ledger.hosts.save(target, host)

    said = texts(doctor(site, "--json"), "warning")

    assert "a.example has not taken anything since 2026-11-01: no answer" in said
    assert "and 1 more" in said
    assert "e.example" not in said
    assert "share-bridge ledger retry --target home" in said


def test_where_all_is_well_every_line_says_so(site: Path) -> None:
    result = doctor(site)
    *told, last = result.stdout.splitlines()

    assert result.exit_code == 0, result.output
    assert all(line.startswith("ok ") for line in told)
    assert last == "All is well."
    assert "2 posts, the newest of 2026-11-20" in result.stdout
    assert "@ada" in result.stdout
    assert "token comes from env GATE" in result.stdout
    assert "length of a text: 500 graphemes" in result.stdout
    assert "its clock and ours agree" in result.stdout


def test_the_report_for_programs_has_a_shape(site: Path) -> None:
    document = json.loads(doctor(site, "--json").stdout)

    assert list(document) == ["version", "findings", "totals"]
    assert document["totals"]["problem"] == 0
    assert {tuple(it) for it in document["findings"]} == {
        ("area", "name", "grade", "text", "fix")
    }


def test_it_changes_nothing(site: Path) -> None:
    """Not even a ledger comes to be."""
    before = sorted(site.rglob("*.*"))
    doctor(site)

    after = [path for path in sorted(site.rglob("*.*")) if ".pyc" not in path.name]
    assert after == before
    assert not Path(os.environ["XDG_CONFIG_HOME"]).exists()


def test_a_ledger_stays_as_it_is(site: Path) -> None:
    config = str(site / "share-bridge.toml")
    run = CliRunner().invoke(
        cli, ["--config", config, "publish"], env={"GATE": "wrong"}
    )
    before = (site / "share-bridge.db").read_bytes()

    result = doctor(site, "--json")

    assert run.exit_code == 1
    assert (site / "share-bridge.db").read_bytes() == before
    assert "ledger retry --target home" in texts(result, "warning")


def test_no_secret_is_ever_shown(site: Path) -> None:
    change(site, '{ env = "GATE" }', f'"{TOKEN}"')
    first, second = doctor(site), doctor(site, "--json", "--config", str(site / "x"))

    assert "a secret stands in the configuration itself" in first.stdout
    assert TOKEN not in first.output + second.output


# Sources


@pytest.mark.parametrize(
    "old, new, problem",
    [
        ('"feed.xml"', '"gone.xml"', "No such file"),
        ('"feed.xml"', '"plugins/gate.py"', "plugins/gate.py"),
        ('"feed.xml"', '"http://127.0.0.1:9/feed.xml"', "127.0.0.1:9"),
    ],
)
def test_a_source_that_cannot_be_read_is_a_problem(
    site: Path, old: str, new: str, problem: str
) -> None:
    change(site, old, new)

    result = doctor(site, "--json")

    assert result.exit_code == 3
    (finding,) = found(result, "problem")
    assert (finding["area"], finding["name"]) == ("source", "blog")
    assert problem in finding["text"]


def test_a_feed_that_moved_over_plain_http_is_warned_about(site: Path) -> None:
    pages = {
        "/old.xml": redirect("/new.xml", 301),
        "/new.xml": reply(200, FEED.encode()),
    }
    with serve(routes(pages)) as served:
        change(site, '"feed.xml"', f'"{served.url}/old.xml"')
        result = doctor(site, "--json")

    assert result.exit_code == 0
    assert f'write feed = "{served.url}/new.xml"' in texts(result, "warning")
    assert "comes over plain http" in texts(result, "warning")


def test_a_feed_that_is_gone_for_good_is_a_problem(site: Path) -> None:
    with serve(reply(410)) as served:
        change(site, '"feed.xml"', f'"{served.url}/feed.xml"')
        result = doctor(site, "--json")

    assert result.exit_code == 3
    assert "gone for good" in texts(result, "problem")


def test_a_feed_without_posts_is_worth_a_word(site: Path) -> None:
    (site / "feed.xml").write_text('<rss version="2.0"><channel/></rss>')

    assert "no posts are in it" in texts(doctor(site, "--json"), "warning")


# Targets


def test_a_missing_token_says_how_to_get_one(site: Path) -> None:
    change(site, 'token = { env = "GATE" }', "")

    result = doctor(site)

    assert result.exit_code == 1
    assert "run `share-bridge login home`" in result.stdout


def test_a_refused_token_leads_to_the_login(site: Path) -> None:
    result = doctor(site, "--json", GATE="an-old-one")

    assert result.exit_code == 1
    (finding,) = found(result, "problem")
    assert finding["text"] == "the token is refused"
    assert finding["fix"] == "share-bridge login home"
    assert "token comes from env GATE" in texts(result, "ok")


def test_without_a_login_the_variable_is_named(site: Path) -> None:
    change(site, '"gate"', '"wall"')

    result = doctor(site, "--json", GATE="an-old-one")

    assert found(result, "problem")[0]["fix"] == "set SHARE_BRIDGE_HOME_TOKEN anew"


def test_a_server_that_is_down_is_tried_later(site: Path, server: Server) -> None:
    change(site, server.url, "http://127.0.0.1:9")

    result = doctor(site, "--json")

    assert result.exit_code == 1
    assert found(result, "problem")[0]["fix"] == "try again later"


def test_a_wrong_setting_is_one_of_the_configuration(site: Path) -> None:
    add(site, "sever = 1")

    result = doctor(site, "--json")

    assert result.exit_code == 2
    assert "targets.home.sever: unknown key" in texts(result, "problem")
    assert "2 posts" in texts(result, "ok")


def test_a_publisher_that_is_not_there_is_a_problem(site: Path) -> None:
    change(site, '"gate"', '"gaet"')

    result = doctor(site, "--json")

    assert result.exit_code == 1
    assert "did you mean gate?" in texts(result, "problem")


def test_another_account_than_before_is_a_problem(site: Path, home: Home) -> None:
    config = str(site / "share-bridge.toml")
    CliRunner().invoke(cli, ["--config", config, "publish"], env={"GATE": TOKEN})
    home.account = "eve"

    result = doctor(site, "--json")

    assert result.exit_code == 1
    assert "@eve, but before it was @ada" in texts(result, "problem")
    assert "ledger retry --target home" in texts(result, "problem")


def _day(**span: float) -> str:
    return f"{datetime.now(UTC) + timedelta(**span):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    "ends, grade, code",
    [
        (_day(days=90), "ok", 0),
        (_day(days=10), "warning", 0),
        (_day(days=-1), "problem", 1),
    ],
)
def test_the_end_of_a_token_is_told_in_time(
    site: Path, ends: str, grade: str, code: int
) -> None:
    add(site, f"expires = {ends}")

    result = doctor(site, "--json")

    assert result.exit_code == code
    assert "its token end" in texts(result, grade)


def test_limits_are_those_of_the_server(site: Path) -> None:
    add(site, '[targets.hall]\npublisher = "hall"')

    told = texts(doctor(site, "--json"), "ok")

    assert "5000 graphemes; images: none (as the server says)" in told
    assert "it may read write" in told


def test_limits_that_cannot_be_asked_for_are_no_problem(site: Path) -> None:
    add(site, '[targets.hall]\npublisher = "hall"\ndiscover = "not"')

    result = doctor(site, "--json")

    assert result.exit_code == 0
    assert "its limits could not be asked for" in texts(result, "warning")
    assert "500 graphemes" in texts(result, "ok")


@pytest.mark.parametrize(
    "trouble, told",
    [
        ("remark", "the roof leaks → call a roofer"),
        ("all", "it could not be examined further: RuntimeError: no light"),
    ],
)
def test_a_publisher_has_remarks_of_its_own(
    site: Path, trouble: str, told: str
) -> None:
    add(site, f'[targets.attic]\npublisher = "attic"\ntrouble = "{trouble}"')

    result = doctor(site, "--json")

    assert result.exit_code == 0
    assert told in texts(result, "warning")


@pytest.mark.parametrize(
    "ahead, told",
    [(95, "9[45] seconds behind the server's"), (-300, "30[01] seconds ahead of the")],
)
def test_a_clock_that_is_wrong_is_warned_about(
    site: Path, home: Home, ahead: int, told: str
) -> None:
    home.ahead = timedelta(seconds=ahead)

    result = doctor(site, "--json")

    assert result.exit_code == 0
    assert re.search(told, texts(result, "warning"))
    assert "set the clock" in texts(result, "warning")


@pytest.mark.parametrize(
    "headers", [{"Date": "yesterday"}, {"Date": ""}, {"Age": "3600"}]
)
def test_a_time_that_is_not_the_servers_is_not_believed(
    site: Path, home: Home, headers: dict[str, str]
) -> None:
    home.ahead, home.headers = timedelta(hours=-1), headers

    assert "clock" not in doctor(site).stdout


def test_everything_is_asked_at_once(site: Path, server: Server, home: Home) -> None:
    for number in range(4):
        add(
            site,
            f'[targets.home{number}]\npublisher = "gate"\nserver = "{server.url}"\n'
            f'token = {{ env = "GATE" }}',
        )
    home.together = threading.Barrier(5)
    result = doctor(site)

    assert result.exit_code == 0


# All around


def test_a_ledger_that_is_none_stops_nothing_else(site: Path) -> None:
    (site / "share-bridge.db").write_bytes(b"not a database, but as long as one" * 50)

    result = doctor(site, "--json")

    assert result.exit_code == 2
    assert found(result, "problem")[0]["area"] == "ledger"
    assert "@ada" in texts(result, "ok")


def test_a_plugin_that_failed_is_named(site: Path) -> None:
    write(site / "plugins", {"broken.py": "1 / 0"})

    result = doctor(site, "--json")

    (finding,) = found(result, "problem")
    assert result.exit_code == 1
    assert (finding["area"], finding["name"]) == ("plugin", "broken")
    assert 'disable = ["broken"]' in finding["fix"]


def test_an_open_network_is_warned_about(site: Path) -> None:
    change(site, "[network]", '[network]\nallow_from_content = ["10.0.0.0/8"]')

    assert "for test networks only" in texts(doctor(site, "--json"), "warning")


def test_a_proxy_is_said_to_be_passed_by(site: Path) -> None:
    result = doctor(site, "--json", HTTPS_PROXY="http://proxy.example:3128")

    assert "HTTPS_PROXY set: share-bridge uses no proxy" in texts(result, "warning")


def test_an_empty_configuration_is_not_a_healthy_one(tmp_path: Path) -> None:
    write(tmp_path, {"share-bridge.toml": ""})

    result = doctor(tmp_path, "--json")

    assert result.exit_code == 0
    assert "there are no sources" in texts(result, "warning")
    assert "there are no targets" in texts(result, "warning")


def test_a_broken_configuration_is_told_as_ever(tmp_path: Path) -> None:
    write(tmp_path, {"share-bridge.toml": "nonsense"})

    result = doctor(tmp_path)

    assert result.exit_code == 2
    assert "not valid TOML" in result.stderr


@pytest.mark.parametrize(
    "areas, code",
    [
        ([], 0),
        ([Area.SOURCE], 3),
        ([Area.SOURCE, Area.TARGET], 1),
        ([Area.PLUGIN], 1),
        ([Area.SOURCE, Area.TARGET, Area.LEDGER], 2),
        ([Area.CONFIGURATION], 2),
    ],
)
def test_the_worst_decides_the_exit_code(areas: list[Area], code: int) -> None:
    problems = [Finding(area, "x", Grade.PROBLEM, "bad") for area in areas]
    warnings = [Finding(area, "x", Grade.WARNING, "so so") for area in Area]

    assert exit_code([*warnings, *problems]) == code


def test_what_a_server_says_does_not_move_the_cursor() -> None:
    finding = Finding(Area.TARGET, "home", Grade.PROBLEM, "no\x1b[2J\nway", "do\nit")

    assert list(lines([finding])) == [
        "problem  target home  no way",
        "         → do it",
    ]
