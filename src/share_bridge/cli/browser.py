"""Sends the person at the terminal to a service and back: `plugin.Browser`."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from secrets import token_urlsafe
from urllib.parse import parse_qsl, urlencode, urlsplit

import click

from share_bridge.cli.terminal import say
from share_bridge.errors import PermissionDeniedError, TransientError
from share_bridge.http.loopback import Loopback, callback, listen
from share_bridge.text.escape import for_line

__all__ = ["TerminalBrowser", "has_browser", "open_browser"]

_SECONDS = 300.0
_MAX_WORDS = 200
_TRIES = 3


def has_browser(environ: Mapping[str, str], *, platform: str = sys.platform) -> bool:
    """Whether a browser on this machine is one that the person sees."""
    if environ.get("BROWSER"):
        return True
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return False
    if platform in {"win32", "darwin"}:
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


@asynccontextmanager
async def open_browser(
    *,
    paste: bool,
    open_url: Callable[[str], bool] = webbrowser.open,
    seconds: float = _SECONDS,
) -> AsyncIterator[TerminalBrowser]:
    """A browser for one login.

    Args:
        paste: The person pastes what they see; nothing is opened or listened for.
        open_url: Shows an address to the person.
        seconds: How long they have to come back.

    """
    state = token_urlsafe(32)
    if paste:
        yield TerminalBrowser(state, None, open_url=open_url, seconds=seconds)
        return
    async with listen(state) as loopback:
        yield TerminalBrowser(state, loopback, open_url=open_url, seconds=seconds)


class TerminalBrowser:
    """See `share_bridge.plugin.Browser`; made by `open_browser`."""

    def __init__(
        self,
        state: str,
        loopback: Loopback | None,
        *,
        open_url: Callable[[str], bool],
        seconds: float,
    ) -> None:
        self._state = state
        self._loopback = loopback
        self._open_url = open_url
        self._seconds = seconds

    @property
    def redirect_uri(self) -> str:
        """Where the service sends the person back to."""
        return callback() if self._loopback is None else self._loopback.uri

    @property
    def state(self) -> str:
        """A random word of this login."""
        return self._state

    @property
    def pastes(self) -> bool:
        """Nobody can come back to this machine."""
        return self._loopback is None

    async def authorize(self, url: str) -> Mapping[str, str]:
        """Send the person to `url`, and wait until they are back."""
        url = self._with_state(url)
        if self._loopback is None:
            answer = await self._pasted(url)
        else:
            answer = await self._returned(url, self._loopback)
        if error := answer.get("error"):
            words = answer.get("error_description") or error
            said = for_line(f"{words} ({error})" if words != error else error)
            raise PermissionDeniedError(
                f"access was not allowed over there: {said[:_MAX_WORDS]}"
            )
        return answer

    async def ask(self, prompt: str, *, secret: bool = False) -> str:
        """Ask the person for one line."""
        try:
            with _interruptible():
                line: str = click.prompt(
                    for_line(prompt),
                    default="",
                    show_default=False,
                    hide_input=secret,
                    err=True,
                )
        except click.Abort as error:
            if isinstance(error.__context__, EOFError):
                raise TransientError("nobody is there to answer; try again") from error
            raise KeyboardInterrupt from error  # which no publisher catches
        return line.strip()

    def _with_state(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{url}: not the address of a page")
        if any(name == "state" for name, _ in parse_qsl(parts.query)):
            return url
        query = "&".join(filter(None, (parts.query, urlencode({"state": self._state}))))
        return parts._replace(query=query).geturl()

    async def _returned(self, url: str, loopback: Loopback) -> Mapping[str, str]:
        say("Allow access in your browser. If none opens, go to:")
        say(f"\n  {url}\n")
        # Some browsers take their time to start, and ours is waited for meanwhile.
        await asyncio.to_thread(self._open_url, url)
        say("Waiting for you to come back …")
        try:
            return await loopback.answer(seconds=self._seconds)
        except TimeoutError:
            raise TransientError(_too_late(loopback, self._seconds)) from None

    async def _pasted(self, url: str) -> Mapping[str, str]:
        say("Open this address in any browser, and allow access there:")
        say(f"\n  {url}\n")
        say("You end at a page with a code, or at a page that cannot be shown.")
        for _ in range(_TRIES):
            text = await self.ask("Paste the code, or the whole address of that page")
            answer, problem = self._understood(text)
            if answer is not None:
                return answer
            say(problem)
        raise TransientError("no code was given; nothing was saved")

    def _understood(self, text: str) -> tuple[Mapping[str, str] | None, str]:
        """What was pasted, or what is wrong with it."""
        if not text:
            return None, "That was empty."
        query = text if "?" not in text else text.partition("?")[2].partition("#")[0]
        answer = dict(parse_qsl(query)) if "=" in query else {}
        if "code" not in answer and "error" not in answer:
            if "://" in text or " " in text:
                return None, "There is no code in that."
            return {"code": text}, ""
        if answer.pop("state", "") != self._state:
            return None, "That is the answer to another login: open the address above."
        return answer, ""


def _too_late(loopback: Loopback, seconds: float) -> str:
    strangers = ""
    if loopback.strangers:
        strangers = "; what came was the answer to another login"
    return (
        f"nobody came back within {seconds / 60:.2g} minutes{strangers}. Try again; "
        "where the browser is on another machine, with --paste"
    )


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end a prompt: asyncio would wait for the line first."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
