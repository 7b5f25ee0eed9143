"""share-bridge.toml becomes a Config, or everything wrong with it is said at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config_support import problems, read
from share_bridge.config.load import _config, _reader, load, load_plugins
from share_bridge.config.model import FirstRun, PluginsConfig, Site
from share_bridge.errors import ConfigurationError
from share_bridge.ledger.place import Branch

WHOLE = """
ledger = "state/posts.db"

[site]
url = "https://example.org"
title = "Example"
language = "en"

[[sources]]
name = "blog"
feed = "https://example.org/feed.xml"
first_run = "all"

[[sources]]
files = ["content/posts/**/*.md"]
permalink = "https://example.org/{slug}/"
timeout = "2m"

[targets.home]
publisher = "mastodon"
server = "https://mastodon.example"
token = { env = "TOKEN" }
timeout = 12
give_up_after = "3d"
expires = 2027-01-31
ca_file = "ca.pem"

[plugins]
disable = ["email"]
dirs = ["plugins"]

[network]
allow = ["127.0.0.0/8", "::1/128"]
"""


def test_every_table_is_read(tmp_path: Path) -> None:
    """The design's example comes out right by type, paths made absolute."""
    config = read(tmp_path, WHOLE)
    blog, posts = config.sources
    (home,) = config.targets

    assert config.ledger == tmp_path / "state/posts.db"
    assert config.site == Site(
        url="https://example.org", title="Example", language="en"
    )
    assert (blog.name, blog.kind, blog.first_run) == ("blog", "feed", FirstRun.ALL)
    assert (posts.name, posts.kind) == ("posts", "files")
    assert posts.files == ("content/posts/**/*.md",)
    assert posts.timeout == timedelta(minutes=2)
    assert home.settings == {
        "server": "https://mastodon.example",
        "token": {"env": "TOKEN"},
    }
    assert home.timeout == timedelta(seconds=12)
    assert home.give_up_after == timedelta(days=3)
    assert home.expires == datetime(2027, 1, 31, tzinfo=UTC)
    assert home.ca_file == tmp_path / "ca.pem"
    assert config.plugins == PluginsConfig(
        disable=frozenset({"email"}), dirs=(tmp_path / "plugins",)
    )
    assert config.network.allow == (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    assert config.warnings == ()


def test_an_empty_file_is_a_configuration(tmp_path: Path) -> None:
    """Everything has a default."""
    config = read(tmp_path, "")

    assert config.ledger == tmp_path / "share-bridge.db"
    assert config.sources == ()
    assert config.targets == ()


@pytest.mark.parametrize(
    "text, problem",
    [
        ("ledgr = 'x'", "ledgr: unknown key; did you mean ledger?"),
        (
            "[site]\nurl = 'example.org'",
            'site.url: write a whole address such as "https',
        ),
        ("[site]\nlanguage = 'English!'", "site.language: write a language tag such"),
        ("[[sources]]\nname = 'a'", 'sources.a: say where posts are: feed = "…" or'),
        (
            "[[sources]]\nfeed = 'https://a.example'\nfrist_run = 'all'",
            "sources[0].frist_run: unknown key; did you mean first_run?",
        ),
        (
            "[[sources]]\nfeed = 'a.xml'\nfirst_run = 'some'",
            'sources[0].first_run: write one of "newest", "none", "all", not "some"',
        ),
        (
            "[[sources]]\nname='b'\nfeed = 'a.xml'\nfiles = 'x'",
            "sources.b: feed and files are two sources: write two [[sources]]",
        ),
        (
            "[[sources]]\nfeed = 'a.xml'\npermalink = 'https://a.example/{slug}'",
            "sources[0].permalink: only files need it",
        ),
        ("[[sources]]\nfeed = 'ftp://a.example/f'", "sources[0].feed: write a whole"),
        ("[[sources]]\nname = 'a b'\nfeed = 'x'", "sources[0].name: write letters"),
        ("[[sources]]\nfiles = []", "sources[0].files: name a file, a folder or"),
        ("[[sources]]\nkind = 'files'", "sources[0]: a source of kind files needs fil"),
        ("[sources.blog]\nfeed = 'x'", "sources: write [[sources]], once for each"),
        ("sources = 3", "sources: write [[sources]], once for each source"),
        ("targets = [1]", "targets: write [targets.NAME], once for each target"),
        ("[targets]\nhome = 1", "targets: write a table for each target"),
        ("[targets.Home]\npublisher = 'x'", "targets.Home: name it with lower-case"),
        ("[targets.home]", 'targets.home: needs publisher = "…"'),
        (
            "[targets.home]\npublisher = 'x'\nmax_per_run = 0",
            "targets.home.max_per_run: write a whole number from 1, not 0",
        ),
        (
            "[targets.home]\npublisher = 'x'\ntimeout = 'soon'",
            'targets.home.timeout: write seconds, or "90s", "5m", "12h", "3d"; not "so',
        ),
        (
            "[targets.home]\npublisher = 'x'\ntimeout = 0",
            "targets.home.timeout: write more than 0 seconds",
        ),
        (
            "[targets.home]\npublisher = 'x'\nexpires = 2027-01-31T12:00:00",
            "targets.home.expires: add the time zone: 2027-01-31T12:00:00Z, or 2027-",
        ),
        (
            "[targets.home]\npublisher = 'x'\nexpires = 3",
            "targets.home.expires: write a date such as",
        ),
        (
            "[targets.home]\npublisher = 'x'\ndelete = 'yes'",
            'targets.home.delete: write one of "hold", "send", "never", not "yes"',
        ),
        (
            "[targets.home]\npublisher = 'x'\nfilters = { tag = ['a'] }",
            "targets.home.filters: tag: unknown key",
        ),
        (
            "[targets.home]\npublisher = 'x'\n[targets.home.filters]\nmax_age = 0",
            "targets.home.filters: max_age: write more than 0 seconds",
        ),
        (
            "[targets.home]\npublisher = 'x'\n[targets.home.filters]\ncategories = 'a'",
            "targets.home.filters: categories: categories are tags here",
        ),
        ("[plugins]\nstrict = 1", "plugins.strict: write true or false, not 1"),
        ("[network]\nallow = ['10.0.0.1/8']", "network.allow: write networks such as"),
        ("site = 1", "site: write a table: [site]"),
    ],
)
def test_a_mistake_is_named_by_its_toml_path(
    tmp_path: Path, text: str, problem: str
) -> None:
    """The one line starts with the path and says what to write."""
    (found,) = problems(tmp_path, text)

    assert found.startswith(problem)


@pytest.mark.parametrize(
    "text, path",
    [
        ("[[sources]]\noutbox = 'x'", "sources[0].outbox"),
        ("ledger = 'postgresql://localhost/x'", "ledger"),
    ],
)
def test_what_is_not_built_is_refused(tmp_path: Path, text: str, path: str) -> None:
    """A key of the design that does nothing yet is never ignored."""
    (found,) = problems(tmp_path, text)

    assert found.startswith(f"{path}: ")
    assert "not built yet" in found


def test_a_template_in_a_file_counts_as_part_of_the_configuration(
    tmp_path: Path,
) -> None:
    """It is read beside the configuration; a change of it is checked again."""
    text = "[targets.home]\npublisher = 'x'\ntemplate = { file = 'home.txt' }"
    (tmp_path / "home.txt").write_text("{{ title }}")
    first = read(tmp_path, text)
    (tmp_path / "home.txt").write_text("{{ teaser }}")
    second = read(tmp_path, text)

    assert first.targets[0].template == "{{ title }}"
    assert second.targets[0].template == "{{ teaser }}"
    assert first.hash != second.hash


@pytest.mark.parametrize(
    "value, problem",
    [
        ("{ file = 'none.txt' }", "cannot be read: No such file"),
        ("{ file = 'latin.txt' }", "is not UTF-8"),
        ("{ file = 'long.txt' }", "is longer than 40,000 bytes"),
        ("{ files = 'home.txt' }", "write a text, or { file ="),
        ("''", "write a text in quotes"),
    ],
)
def test_a_template_that_cannot_be_read_is_named(
    tmp_path: Path, value: str, problem: str
) -> None:
    """With what to do about it."""
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    (tmp_path / "long.txt").write_text("x" * 40_001)

    (found,) = problems(
        tmp_path, f"[targets.home]\npublisher = 'x'\ntemplate = {value}"
    )

    assert found.startswith("targets.home.template: ")
    assert problem in found


def test_a_ledger_on_a_branch(tmp_path: Path) -> None:
    """Of the repository that the configuration is in."""
    config = read(tmp_path, "ledger = 'git:state/share-bridge'")

    assert config.ledger == Branch(tmp_path, "state/share-bridge")


@pytest.mark.parametrize(
    "name", ["", "-x", "a..b", "a b", "a~1", "/a", "a/", "a//b", "a.lock", "@{0}", "."]
)
def test_a_branch_has_a_name_that_git_takes(tmp_path: Path, name: str) -> None:
    """Said before git says it in its own words."""
    (found,) = problems(tmp_path, f"ledger = 'git:{name}'")

    assert found.startswith("ledger: name a branch")


def test_hours_of_a_target(tmp_path: Path) -> None:
    """By its own zone, else by the site's."""
    config = read(
        tmp_path,
        """
        [site]
        zone = "Europe/Berlin"
        [targets.home]
        publisher = "mastodon"
        min_interval = "2h"
        quiet_hours = "22:00-07:00"
        [targets.work]
        publisher = "mastodon"
        windows = ["mon-fri 09:00-12:00", "sat 10:00-11:00"]
        zone = "America/New_York"
        """,
    )
    home, work = config.targets

    assert (home.zone, work.zone) == ("Europe/Berlin", "America/New_York")
    assert home.min_interval == timedelta(hours=2)
    assert [str(span) for span in home.quiet_hours] == ["22:00-07:00"]
    assert [span.start for span in work.windows] == [9 * 60, 10 * 60]


@pytest.mark.parametrize(
    "keys, path, words",
    [
        ("quiet_hours = '22:00-07:00'", "", "add zone"),
        ("quiet_hours = 'nightly'\nzone = 'UTC'", ".quiet_hours", "22:00-07:00"),
        ("quiet_hours = []\nzone = 'UTC'", ".quiet_hours", "22:00-07:00"),
        ("zone = 'Europe/Atlantis'", ".zone", "Europe/Berlin"),
        ("zone = '../etc/passwd'", ".zone", "Europe/Berlin"),
        ("quiet_hours = '00:00-24:00'\nzone = 'UTC'", "", "no time to send"),
        (
            "windows = 'mon 8:00-9:00'\nquiet_hours = '7:00-9:00'\nzone = 'UTC'",
            "",
            "no time to send",
        ),
    ],
)
def test_hours_that_cannot_be(tmp_path: Path, keys: str, path: str, words: str) -> None:
    """Each says what to write instead."""
    (found,) = problems(tmp_path, f"[targets.home]\npublisher = 'x'\n{keys}")

    assert found.startswith(f"targets.home{path}: ")
    assert words in found


@pytest.mark.parametrize(
    "written, shown",
    [
        ("every = 'day', at = '08:00'", "every day, 08:00"),
        ("every = 'week', at = 'Mon 08:00'", "every week, mon 08:00"),
        ("every = 'week', at = 'sun 7:05'", "every week, sun 07:05"),
        ("every = 'month', at = '31 23:59'", "every month, on day 31, 23:59"),
    ],
)
def test_a_digest_says_when_it_goes(tmp_path: Path, written: str, shown: str) -> None:
    config = read(
        tmp_path,
        f"[targets.home]\npublisher = 'x'\nzone = 'UTC'\ndigest = {{ {written} }}",
    )

    assert str(config.targets[0].digest) == shown


@pytest.mark.parametrize(
    "keys, problem",
    [
        ("true", 'write a table: { every = "week", at = "Mon 08:00" }'),
        ("{ at = '08:00' }", 'needs every = "day", "week" or "month"'),
        ("{ every = 'year' }", 'every: write one of "day", "week", "month"'),
        ("{ every = 'week' }", 'needs at = "Mon 08:00"'),
        ("{ every = 'month' }", 'needs at = "1 08:00"'),
        (
            "{ every = 'week', at = '08:00' }",
            'at: for a week write "Mon 08:00" or so, not "08:00"',
        ),
        ("{ every = 'week', at = 'Mon 24:00' }", 'not "Mon 24:00"'),
        ("{ every = 'day', at = 'Mon 08:00' }", 'for a day write "08:00"'),
        ("{ every = 'month', at = '32 08:00' }", 'for a month write "1 08:00"'),
        ("{ every = 'month', at = '0 08:00' }", 'for a month write "1 08:00"'),
        ("{ every = 'day', at = '08:00', zone = 'Mars' }", "zone: write a time zone"),
        ("{ every = 'day', at = '08:00', title = '{sit}' }", "did you mean site?"),
        ("{ every = 'day', at = '08:00', titel = 'x' }", "did you mean title?"),
        ("{ every = 'day', at = '08:00' }", "say whose clock it goes by"),
    ],
)
def test_a_digest_that_cannot_be(tmp_path: Path, keys: str, problem: str) -> None:
    """Each says what to write instead."""
    (found,) = problems(tmp_path, f"[targets.home]\npublisher = 'x'\ndigest = {keys}")

    assert found.startswith("targets.home.digest: ")
    assert problem in found


def test_a_digest_is_no_thread(tmp_path: Path) -> None:
    digest = "digest = { every = 'day', at = '08:00', zone = 'UTC' }"
    (found,) = problems(
        tmp_path, f"[targets.home]\npublisher = 'x'\nthread = true\n{digest}"
    )

    assert found == "targets.home: has a digest and a thread: take one of them out"


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Nobody has to run the command five times."""
    found = problems(
        tmp_path, "ledger = 1\n[site]\nurl = 2\n[targets.a]\n[plugins]\nonyl = []"
    )

    assert len(found) == 4


@pytest.mark.parametrize(
    "source, name",
    [
        ("feed = 'https://blog.example.org/feed.xml'", "blog.example.org"),
        ("feed = 'out/feed.xml'", "feed"),
        ("feed = '-'", "stdin"),
        ("files = 'content/posts/**/*.md'", "posts"),
        ("files = 'content/my posts'", "my-posts"),
        ("files = 'notes/hello.md'", "hello"),
        ("files = '*.md'", "files"),
        ("kind = 'bookmarks'\ntag = 'share'", "bookmarks"),
    ],
)
def test_a_source_without_a_name_gets_one(
    tmp_path: Path, source: str, name: str
) -> None:
    """It is called after its host or its folder."""
    config = read(tmp_path, f"[[sources]]\n{source}")

    assert [source.name for source in config.sources] == [name]


def test_source_names_are_unique(tmp_path: Path) -> None:
    """They scope the guids of their entries."""
    feed = "[[sources]]\nfeed = 'https://example.org/a.xml'\n"
    (found,) = problems(tmp_path, feed + feed)

    assert found.startswith("sources[1]: two sources are called example.org")


def test_a_plugins_source_keeps_its_own_keys(tmp_path: Path) -> None:
    """What its plugin understands is not ours to judge."""
    text = "[[sources]]\nkind = 'bookmarks'\ntag = 'x'\nlanguage = 'de'"
    (source,) = read(tmp_path, text).sources

    assert source.options == {"tag": "x"}
    assert source.language == "de"


def test_targets_never_share_their_variables(tmp_path: Path) -> None:
    """`a-b` and `a_b` would read the same secrets."""
    text = "[targets.a-b]\npublisher='x'\n[targets.a_b]\npublisher='x'"
    (found,) = problems(tmp_path, text)

    assert found == (
        "targets.a_b: shares the variables SHARE_BRIDGE_A_B_… with targets.a-b: "
        "rename one"
    )


@pytest.mark.parametrize(
    "content, problem",
    [
        (b"[site]\nurl = \n", "not valid TOML: Invalid value (at line 2, column 7)"),
        (b"# \xff", "line 1 is not UTF-8: save the file as UTF-8"),
        (b"[a" + b"=[" * 5000, "not valid TOML"),
    ],
)
def test_a_broken_file_is_named_with_the_line(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    """What an editor shows, one can go to."""
    (tmp_path / "share-bridge.toml").write_bytes(content)

    with pytest.raises(ConfigurationError) as caught:
        load(None, environ={}, cwd=tmp_path)

    assert problem in str(caught.value)


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    """Some editors write one."""
    (tmp_path / "share-bridge.toml").write_bytes(b"\xef\xbb\xbfledger = 'x.db'")

    assert load(None, environ={}, cwd=tmp_path).ledger == tmp_path / "x.db"


def test_a_missing_file_says_how_to_write_one(tmp_path: Path) -> None:
    """The first command of a newcomer leads to the right one."""
    with pytest.raises(ConfigurationError, match="share-bridge init"):
        load(None, environ={}, cwd=tmp_path)


def test_paths_start_at_the_file_not_at_the_current_folder(tmp_path: Path) -> None:
    """A job may run from anywhere."""
    (tmp_path / "blog").mkdir()
    file = tmp_path / "blog" / "share.toml"
    file.write_text("ledger = 'a.db'\n[plugins]\ndirs = ['~/plugins']")
    config = load(Path("blog/share.toml"), environ={"HOME": "/home/ada"}, cwd=tmp_path)

    assert config.ledger == tmp_path / "blog" / "a.db"
    assert config.plugins.dirs == (Path("/home/ada/plugins"),)


def test_the_hash_follows_the_bytes(tmp_path: Path) -> None:
    """New bytes are validated anew."""
    assert (
        read(tmp_path, "").hash == read(tmp_path, "").hash != read(tmp_path, "#").hash
    )


def test_a_network_open_to_strangers_is_warned_about(tmp_path: Path) -> None:
    """At every start, so that no test network is forgotten."""
    text = "[network]\nallow_from_content = ['127.0.0.0/8']"
    (warning,) = read(tmp_path, text).warnings

    assert warning.startswith("network.allow_from_content: what strangers write")


def test_plugins_are_readable_where_the_rest_is_wrong(tmp_path: Path) -> None:
    """`plugins list` helps who is still writing the file."""
    (tmp_path / "share-bridge.toml").write_text(
        "nonsense = 1\n[plugins]\ndisable = ['email']"
    )
    plugins = load_plugins(None, environ={}, cwd=tmp_path)

    assert plugins.disable == {"email"}


def test_plugins_need_no_file(tmp_path: Path) -> None:
    """But one that is named has to be there."""
    assert load_plugins(None, environ={}, cwd=tmp_path) == PluginsConfig()
    with pytest.raises(ConfigurationError, match="is not there"):
        load_plugins(Path("x.toml"), environ={}, cwd=tmp_path)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=6,
)
_KEYS = st.sampled_from(
    ["ledger", "site", "sources", "targets", "plugins", "network", "url", "feed", "x"]
)


@given(document=st.dictionaries(_KEYS, _JSON | st.dictionaries(_KEYS, _JSON)))
def test_nothing_but_a_configuration_error_comes_out(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, object]
) -> None:
    """Whatever TOML can say ends in a Config or in lines for people."""
    reader = _reader(tmp_path_factory.getbasetemp() / "x.toml", {})
    _config(document, reader, content=b"")

    assert all(": " in problem for problem in reader.problems)
