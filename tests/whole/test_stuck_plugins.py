"""A plugin that does not stop keeps no run, and no end of the program, waiting."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_PLUGIN = """\
import asyncio
import time

from share_bridge.plugin import (
    Account, Capabilities, Publisher, Registration, Settings, Source, hookimpl,
)


async def deaf(told):
    while True:
        try:
            await asyncio.sleep(3600)
        except told:
            continue


class Well(Publisher):
    name, title, settings = "well", "Well", Settings
    capabilities = Capabilities(local=True)

    async def check(self, context):
        return Account(self.name, self.name)

    async def publish(self, message, context):
        context.print(message.text)


class Deaf(Well):
    name = "deaf"

    async def publish(self, message, context):
        await deaf(asyncio.CancelledError)


class Deafer(Well):
    name = "deafer"

    async def publish(self, message, context):
        await deaf(BaseException)


class Orphaning(Well):
    name = "orphaning"

    async def publish(self, message, context):
        await asyncio.shield(asyncio.ensure_future(deaf(asyncio.CancelledError)))


class Threaded(Well):
    name = "threaded"

    async def publish(self, message, context):
        await context.run_blocking(time.sleep, 3600)


class Listing(Well):
    name = "listing"

    async def publish(self, message, context):
        async for _ in self.list():
            pass

    async def list(self):
        yield await deaf(asyncio.CancelledError)


class DeafSource(Source):
    name = "deaf"

    async def read(self, previous, context):
        await deaf(asyncio.CancelledError)


@hookimpl
def register_publishers():
    for it in (Deaf, Deafer, Orphaning, Threaded, Listing):
        yield Registration(it.name, it.title, load=it)


@hookimpl
def register_sources():
    yield Registration("deaf", "Deaf", load=DeafSource)
"""

_CONFIG = """\
[[sources]]
name = "blog"
files = "posts/*.md"
permalink = "https://example.org/{slug}"
first_run = "all"

[[sources]]
name = "stuck"
kind = "deaf"
timeout = 0.2

[plugins]
dirs = ["."]
"""

_SAID = "it gave nothing within {} s, and did not stop when told to"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A target for each way to be stuck, and a source."""
    config = _CONFIG
    for name in ("deaf", "deafer", "orphaning", "threaded", "listing"):
        config += f'\n[targets.{name}]\npublisher = "{name}"\ntimeout = 0.2\n'
    (tmp_path / "share-bridge.toml").write_text(config)
    (tmp_path / "stuck.py").write_text(_PLUGIN)
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts/one.md").write_text(
        "---\ntitle: One\ndate: 2026-01-01\n---\nWords.\n"
    )
    return tmp_path


def run(folder: Path, *arguments: str) -> tuple[int, Any, str]:
    done = subprocess.run(
        [sys.executable, "-m", "share_bridge", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,  # of a sleep of an hour
    )
    return done.returncode, json.loads(done.stdout), done.stderr


def test_the_program_ends_and_says_what_is_stuck(folder: Path) -> None:
    """Without a word of the event loop's, and with the truth in the ledger."""
    code, report, said = run(folder, "publish", "--json", "--max-seconds", "1")

    assert code == 3
    states = {row["target"]: row["state"] for row in report["deliveries"]}
    assert set(states.values()) == {"waiting"}
    reasons = {row["target"]: row["reason"] for row in report["deliveries"]}
    assert {it for it, reason in reasons.items() if reason == _SAID.format(0.2)} == {
        "deaf",
        "deafer",
        "listing",
    }
    assert said.splitlines() == [f"share-bridge: stuck: {_SAID.format(0.4)}"]
