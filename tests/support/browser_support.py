"""A real browser without a window, that talks to nobody by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from needs import requires, requires_module

__all__ = ["chromium"]

_ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update"),
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Any]:
    """A `playwright` browser; meanwhile an event loop runs in this thread."""
    path = requires("chromium", "chromium-browser", "google-chrome")
    playwright = requires_module("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()
