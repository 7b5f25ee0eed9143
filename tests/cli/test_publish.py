"""`publish`, `status` and `ledger`, as people and pipelines use them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from cli_support import run
from lying_service import PLUGIN, LyingService

CONFIG = """
[site]
url = "https://example.org"

[[sources]]
name = "blog"
feed = "feed.xml"
first_run = "all"

[targets.page]
publisher = "page"
file = "out/index.html"

[targets.console]
publisher = "console"
"""
ITEM = """<item><title>{title}</title>
<link>https://example.org/{name}</link><guid isPermaLink="false">{name}</guid>
<description>About {title}.</description></item>"""


#: A publisher under which its owner loses patience.
STOPPED = """
import asyncio, signal
from share_bridge.plugin import (
    Account, Capabilities, Publisher, Registration, Settings, TextLimit, hookimpl,
)

class Stopped(Publisher):
    name = "stopped"
    title = "Stopped"
    settings = Settings
    capabilities = Capabilities(text=(TextLimit(300),), local=True)

    async def check(self, context):
        return Account("me")

    async def publish(self, message, context):
        signal.raise_signal(signal.SIGINT)
        await asyncio.sleep(60)

@hookimpl
def register_publishers():
    return [Registration("stopped", "Stopped", Stopped)]
"""


def feed(folder: Path, *names: str) -> None:
    items = "".join(ITEM.format(name=name, title=f"Title {name}") for name in names)
    (folder / "feed.xml").write_text(
        f'<rss version="2.0"><channel><title>B</title>{items}</channel></rss>'
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A blog with one post, a page and a console."""
    (tmp_path / "share-bridge.toml").write_text(CONFIG)
    feed(tmp_path, "one")
    return tmp_path


def report(result: Result) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_a_post_goes_everywhere_once(site: Path) -> None:
    """The second run says that there is nothing to send."""
    first, second = run(site, "publish"), run(site, "publish")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "2 sent." in first.stdout
    assert "Title one" in (site / "out" / "index.html").read_text()
    assert second.stdout == "Nothing to send: everything was sent before.\n"


def test_json_is_all_that_stdout_holds(site: Path) -> None:
    """What the console shows goes to stderr then."""
    result = run(site, "publish", "--json")
    document = report(result)

    assert list(document) == [
        "version",
        "dry_run",
        "run",
        "next_due",
        "warnings",
        "sources",
        "targets",
        "deliveries",
        "questions",
        "totals",
    ]
    assert document["version"] == 1
    assert document["sources"] == [
        {"source": "blog", "state": "read", "posts": 1, "new": 1, "error": None}
    ]
    assert {row["target"]: row["state"] for row in document["deliveries"]} == {
        "page": "delivered",
        "console": "delivered",
    }
    assert list(document["deliveries"][0]) == [
        "post",
        "target",
        "publisher",
        "action",
        "state",
        "recipients",
        "url",
        "reason",
        "attempts",
    ]
    assert document["totals"]["delivered"] == 2
    assert "Title one" in result.stderr


def test_dry_run_shows_the_text_and_writes_nothing(site: Path) -> None:
    """Not even a ledger."""
    before = sorted(site.rglob("*"))

    text = run(site, "publish", "--dry-run")
    document = report(run(site, "publish", "--dry-run", "--json"))

    assert "https://example.org/one" in text.stdout
    assert text.exit_code == 0
    assert document["dry_run"] is True
    assert "https://example.org/one" in document["deliveries"][0]["text"]
    assert sorted(site.rglob("*")) == before


def test_dry_run_names_the_pictures(site: Path) -> None:
    """Those that go along, by what they show; and how many do not."""
    media = '<media:content xmlns:media="http://search.yahoo.com/mrss/" medium="image"'
    pictures = "".join(
        f'{media} url="https://example.org/{number}.png">{words}</media:content>'
        for number, words in enumerate(
            ["<media:description>A hill</media:description>"] + 5 * [""]
        )
    )
    item = ITEM.format(name="one", title="Title one").replace(
        "</item>", f"{pictures}</item>"
    )
    (site / "feed.xml").write_text(
        f'<rss version="2.0"><channel>{item}</channel></rss>'
    )
    with (site / "share-bridge.toml").open("a") as config:
        config.write('[targets.home]\npublisher = "mastodon"\nserver = "m.example"\n')

    shown = run(site, "publish", "--dry-run", "--target", "home").stdout
    document = report(run(site, "publish", "--dry-run", "--json", "--target", "home"))

    assert "   + picture: A hill\n" in shown
    assert "   + picture: https://example.org/1.png, without a description\n" in shown
    assert "   - left out: 2 of 6 pictures\n" in shown
    assert document["deliveries"][0]["images"][0] == {
        "image": "https://example.org/0.png",
        "alt": "A hill",
    }


def test_target_names_the_only_one(site: Path) -> None:
    """The other gets its posts with the next run."""
    run(site, "publish", "--target", "page")
    document = report(run(site, "publish", "--json"))

    assert [row["target"] for row in document["deliveries"]] == ["console"]


@pytest.mark.parametrize(
    "content, code, words",
    [
        (None, 3, "No such file"),
        ("", 3, "empty"),
        ("<html><body>Hi</body></html>", 3, "web page, not a feed"),
        ("this is no feed", 3, "no RSS, Atom or JSON Feed"),
    ],
    ids=["missing", "empty", "a web page", "text"],
)
def test_a_broken_feed_is_one_line_and_exit_3(
    site: Path, content: str | None, code: int, words: str
) -> None:
    """What was sent before stays, and the next good reading goes on."""
    run(site, "publish")
    (site / "feed.xml").unlink()
    if content is not None:
        (site / "feed.xml").write_text(content)

    broken = run(site, "publish")
    feed(site, "two", "one")
    mended = run(site, "publish")

    assert broken.exit_code == code
    assert words in broken.stderr
    assert len(broken.stderr.strip().splitlines()) == 1
    assert mended.exit_code == 0
    assert "2 sent." in mended.stdout


def test_an_unreachable_feed_is_one_line_and_exit_3(site: Path) -> None:
    """The line names the source and the host."""
    config = CONFIG.replace('"feed.xml"', '"https://blog.invalid/feed.xml"')
    (site / "share-bridge.toml").write_text(config)

    result = run(site, "publish")

    assert result.exit_code == 3
    assert "blog.invalid" in result.stderr


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["publish", "--target", "nope"], "no such target"),
        (["publish", "nope"], "neither a source nor a file"),
        (["publish", "--max-seconds", "soon"], "max-seconds"),
        (["ledger", "adopt", "x", "page", "https://e.org"], "no such post"),
        (["ledger", "retry"], "name a POST"),
    ],
)
def test_wrong_usage_is_exit_2(site: Path, arguments: list[str], words: str) -> None:
    """And says what there is instead."""
    result = run(site, *arguments)

    assert result.exit_code == 2
    assert words in result.stderr


def test_wrong_settings_are_exit_2_before_anything_is_read(site: Path) -> None:
    """All of them at once, by their path."""
    config = CONFIG.replace('file = "out/index.html"', 'fyle = "x"')
    (site / "share-bridge.toml").write_text(config)

    result = run(site, "publish")

    assert result.exit_code == 2
    assert "targets.page.fyle" in result.stderr
    assert not (site / "out").exists()


def test_an_unknown_publisher_is_exit_2(site: Path) -> None:
    """With the name that was meant."""
    config = CONFIG.replace('"console"', '"consle"')
    (site / "share-bridge.toml").write_text(config)

    result = run(site, "publish")

    assert result.exit_code == 2
    assert "console" in result.stderr


def test_a_folder_that_may_not_be_written_blocks_its_target(tmp_path: Path) -> None:
    """The other target gets its post; the next run does the rest."""
    (tmp_path / "share-bridge.toml").write_text(
        CONFIG.replace("out/index.html", "blocked/index.html")
    )
    feed(tmp_path, "one")
    (tmp_path / "blocked").write_text("a file stands where the folder should be")

    blocked = report(run(tmp_path, "publish", "--json"))
    (tmp_path / "blocked").unlink()
    run(tmp_path, "ledger", "retry", "--all")
    mended = run(tmp_path, "publish")

    states = {row["target"]: row["state"] for row in blocked["deliveries"]}
    assert states["console"] == "delivered"
    assert states["page"] in {"held", "waiting"}
    assert mended.exit_code == 0
    assert (tmp_path / "blocked" / "index.html").exists()


def test_what_blocks_a_target_is_said_once(tmp_path: Path) -> None:
    """In the question, not beside each post that it holds as well."""
    feed(tmp_path, "one", "two")
    (tmp_path / "share-bridge.toml").write_text(
        CONFIG.replace(
            '"page"\nfile = "out/index.html"', '"mastodon"\nserver = "x.example"'
        )
    )

    result = run(tmp_path, "publish", "--target", "page")

    assert result.exit_code == 1
    assert result.output.count("no secret found") == 1
    assert "held     page  Title one\n" in result.stdout
    assert "share-bridge login page" in result.stdout


def test_ctrl_c_says_that_nothing_is_lost(site: Path) -> None:
    """It comes while a post is being sent."""
    (site / "plugins").mkdir()
    (site / "plugins" / "stopped.py").write_text(STOPPED)
    with (site / "share-bridge.toml").open("a") as config:
        config.write(
            '[targets.last]\npublisher = "stopped"\n[plugins]\ndirs = ["plugins"]\n'
        )

    result = run(site, "publish", "--target", "last")

    assert result.exit_code == 130, result.output
    assert "share-bridge: stopped: what was sent is remembered" in result.stderr
    assert "Title one" in run(site, "status").stdout


def test_files_nearby_are_told_by_their_path(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Relative to where the command runs; elsewhere by the whole address."""
    away = run(site, "publish", "--target", "page").stdout
    monkeypatch.chdir(site)
    near = run(site, "status").stdout

    assert f"sent     page  Title one → {site.as_uri()}/out/index.html#" in away
    assert "    page  out/index.html\n" in near


def test_questions_are_told_and_answered(tmp_path: Path) -> None:
    """A lost post that nobody can find: adopt says where it stands."""
    (tmp_path / "plugins").mkdir()
    plugin = PLUGIN.replace("recent=Support.FULL", "recent=Support.UNSUPPORTED")
    (tmp_path / "plugins" / "liar.py").write_text(plugin)
    service = LyingService(_Always("500 after"))
    (tmp_path / "share-bridge.toml").write_text(
        CONFIG.replace(
            '[targets.page]\npublisher = "page"\nfile = "out/index.html"',
            f'[targets.home]\npublisher = "liar"\nserver = "{service.url}"\n'
            "timeout = 0.2\nsettle_after = 0.1",
        )
        + '[plugins]\ndirs = ["plugins"]\n[network]\nallow = ["127.0.0.0/8"]\n'
    )
    feed(tmp_path, "one")

    held = run(tmp_path, "publish")
    while "held" not in held.stdout:
        held = run(tmp_path, "publish")
    status = run(tmp_path, "status")
    url = "https://service.example/1"
    adopted = run(tmp_path, "ledger", "adopt", "https://example.org/one", "home", url)
    after = run(tmp_path, "publish")
    service.close()

    assert held.exit_code == 1
    assert "share-bridge ledger adopt " in held.stdout
    assert "share-bridge ledger adopt " in status.stdout
    assert adopted.exit_code == 0
    assert after.exit_code == 0
    assert after.stdout == "Nothing to send: everything was sent before.\n"
    assert len(service.posts) == 1


class _Always:
    def __init__(self, lie: str) -> None:
        self._lie = lie

    def choice(self, _: object) -> str:
        return self._lie


def test_forget_sends_anew(site: Path) -> None:
    """The owner says that it does not stand there."""
    run(site, "publish")

    forgotten = run(site, "ledger", "forget", "https://example.org/one", "console")
    again = run(site, "publish")

    assert forgotten.exit_code == 0
    assert "1 sent." in again.stdout


TWIN = """<item><title>Twin</title><link>https://blog.invalid/{name}</link>
<guid isPermaLink="false">{name}</guid><description>Same words.</description>
<pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate></item>"""


def test_retry_all_sends_no_double(site: Path) -> None:
    """A post that may be the double of another is sent by its own name only."""
    for names in (["a"], ["a", "b"]):
        items = "".join(TWIN.format(name=name) for name in names)
        (site / "feed.xml").write_text(
            f'<rss version="2.0"><channel><title>B</title>{items}</channel></rss>'
        )
        last = run(site, "publish", "--target", "console")

    run(site, "ledger", "retry", "--all", "--target", "console")
    still = run(site, "publish", "--target", "console")
    run(site, "ledger", "retry", "https://blog.invalid/b", "--target", "console")
    named = run(site, "publish", "--target", "console")

    assert "1 held." in last.stdout
    assert "1 held." in still.stdout
    assert "1 sent." in named.stdout


def test_a_flood_is_answered_without_touching_what_was_planned(site: Path) -> None:
    """Twelve at once are held; what `max_per_run` left before is still sent."""
    run(site, "publish", "--target", "console")
    feed(site, "one", *(f"early{n}" for n in range(8)))
    run(site, "publish", "--target", "console")
    late = [f"late{n}" for n in range(12)]
    feed(site, "one", *(f"early{n}" for n in range(8)), *late)
    flood = run(site, "publish", "--target", "console", "--max-seconds", "0")

    answer = next(
        line.split()[1:] for line in flood.stdout.splitlines() if "--held" in line
    )
    answered = run(site, *answer)
    after = run(site, "publish", "--target", "console")

    assert "12 held" in flood.stdout
    assert answered.stdout == "12 held posts now count as sent before\n"
    assert "3 sent." in after.stdout


def test_seed_counts_everything_as_sent(site: Path) -> None:
    """For those who come from another tool; what comes later is sent."""
    seeded = run(site, "ledger", "seed", "--all")
    nothing = run(site, "publish")
    feed(site, "two", "one")
    later = run(site, "publish")

    assert seeded.exit_code == 0
    assert "Nothing to send" in nothing.stdout
    assert "2 sent." in later.stdout


def test_status_reads_the_ledger_alone(site: Path) -> None:
    """Before and after the first run."""
    before = run(site, "status")
    run(site, "publish")
    after = run(site, "status")
    document = report(run(site, "status", "--json"))

    assert before.stdout == "Nothing was published yet.\n"
    assert "Title one" in after.stdout
    assert len(document["published"]) == 2


def test_two_runs_at_once_send_once(site: Path) -> None:
    """One waits for the other."""
    feed(site, *(f"post{n}" for n in range(5)))
    command = [sys.executable, "-m", "share_bridge", "publish", "--json"]
    runs = [
        subprocess.Popen(
            command,
            cwd=site,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ.copy(),
        )
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=60) for process in runs]

    shown = b"".join(stderr for _, stderr in outputs).decode()
    assert [process.returncode for process in runs] == [0, 0]
    assert [shown.count(f"Title post{n}\n") for n in range(5)] == [1] * 5


def test_hostile_titles_do_not_reach_the_terminal(site: Path) -> None:
    """No escape sequence, no bidi override."""
    (site / "feed.xml").write_text(
        '<rss version="2.0"><channel><title>B</title><item>'
        "<title>Red \u202e &#x9b;31m &lt;script&gt;x&lt;/script&gt; end</title>"
        "<link>https://example.org/x</link></item></channel></rss>"
    )

    result = run(site, "publish")

    assert not set(result.output) & set("\x1b\x9b\u202e")
    assert "<script>" not in result.output


COUNT = """
import asyncio
import click
from share_bridge.plugin import hookimpl


@hookimpl
def register_commands(cli):
    @cli.command()
    @click.argument("target")
    @click.pass_obj
    def visits(workspace, target):
        '''Count visits to a target.'''

        async def count():
            async with workspace.target(target) as context:
                number = (context.state.get("visits") or 0) + 1
                context.state.put("visits", number)
                return number

        click.echo(f"{asyncio.run(count())} visits to {target}")
"""


def test_commands_of_plugins_get_a_target_s_context(site: Path) -> None:
    """What they keep for it outlives the run."""
    (site / "plugins").mkdir()
    (site / "plugins" / "count.py").write_text(COUNT)
    (site / "share-bridge.toml").write_text(f'{CONFIG}[plugins]\ndirs = ["plugins"]\n')

    run(site, "visits", "page")
    second = run(site, "visits", "page")
    unknown = run(site, "visits", "nope")

    assert second.stdout == "2 visits to page\n"
    assert unknown.exit_code == 2
