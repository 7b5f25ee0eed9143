"""A real browser without a window, that talks to nobody by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from needs import requires, requires_module

__all__ = ["chromium", "comes_true", "contrast"]

_ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update"),
    "--disable-sync",
]

# https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio (2026-11-22)
_CONTRAST = """selector => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = text => {
    const [r, g, b] = parse(text).map(v => v / 255)
      .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if (parse(color)[3] !== 0) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const all = [...document.querySelectorAll(selector)]
    .map(e => [light(getComputedStyle(e).color), light(behind(e))])
    .map(([a, b]) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  return Math.min(...all);
}"""


@contextmanager
def chromium() -> Iterator[Any]:
    """A `playwright` browser; meanwhile an event loop runs in this thread."""
    path = requires("chromium", "chromium-browser", "google-chrome")
    playwright = requires_module("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


def contrast(page: Any, selector: str) -> float:
    """Of the text there that is hardest to read, as `4.5` for 4.5 : 1."""
    return float(page.evaluate(_CONTRAST, selector))


def comes_true(page: Any, said: Callable[[], bool]) -> bool:
    """Whether that is so, if need be after a while."""
    for _ in range(300):
        if said():
            return True
        page.wait_for_timeout(100)
    return False
