"""What has not changed costs no parser."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sources_support import item, rss, write

HEAVY = {"feedparser", "bleach", "nh3", "markdown_it", "yaml", "regex"}

_READ = """
import asyncio, json, logging, sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from share_bridge.config.model import SourceConfig
from share_bridge.plugin.source import Previous
from share_bridge.sources.open import open_source

config = SourceConfig(name="b", **json.loads(sys.argv[1]))
context = SimpleNamespace(
    name="b", settings=config, folder=Path(), log=logging.getLogger(),
    now=lambda: datetime(2026, 11, 22, tzinfo=UTC),
)
kept = Path("validators.json")
previous = Previous(json.loads(kept.read_text()) if kept.exists() else {})
reading = asyncio.run(open_source(config).read(previous, context))
kept.write_text(json.dumps(dict(reading.validators)))
print(reading.state, *sys.modules)
"""


@pytest.mark.parametrize(
    "settings, parser",
    [
        ({"kind": "feed", "feed": "feed.xml"}, "feedparser"),
        (
            {"kind": "files", "files": ["posts"], "permalink": "https://e.org/{slug}"},
            "markdown_it",
        ),
    ],
    ids=["feed", "files"],
)
def test_an_unchanged_source_imports_nothing_heavy(
    settings: dict[str, object], parser: str, tmp_path: Path
) -> None:
    write(tmp_path, "feed.xml", rss(item(title="T", guid="1")))
    write(tmp_path, "posts/one.md", "---\ntitle: T\n---\nText")

    def read() -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", _READ, json.dumps(settings)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.split()

    first, second = read(), read()

    assert (first[0], second[0]) == ("read", "unchanged")
    assert parser in first
    assert HEAVY & set(second) == set()
