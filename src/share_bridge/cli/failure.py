"""Turns what went wrong into one line on stderr and the exit code that says so."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from share_bridge.errors import (
    ConfigurationError,
    LedgerError,
    PluginError,
    ShareBridgeError,
    SourceError,
)

__all__ = ["BUG", "INTERRUPTED", "exit_code", "told"]

#: A signal ended it: 128 + SIGINT.
INTERRUPTED = 130
#: Nobody reads our output any more: 128 + SIGPIPE.
UNREAD = 141
#: A bug of ours, as sysexits.h has it (EX_SOFTWARE).
BUG = 70

_CODES: tuple[tuple[type[ShareBridgeError], int], ...] = (
    (ConfigurationError, 2),
    (LedgerError, 2),
    (PluginError, 2),
    (SourceError, 3),
)


def exit_code(error: ShareBridgeError) -> int:
    """What the process ends with when nothing caught this error."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), 1)


@contextmanager
def told(ctx: click.Context, *, verbose: bool) -> Iterator[None]:
    """Let nothing out but what click itself turns into an exit code."""
    try:
        yield
    except ShareBridgeError as error:
        raise _Told(error, verbose=verbose) from error
    except BrokenPipeError:
        _forget_stdout()
        ctx.exit(UNREAD)
    except (KeyboardInterrupt, click.Abort):
        click.echo(err=True)
        ctx.exit(INTERRUPTED)
    except (click.ClickException, click.exceptions.Exit):
        raise
    except Exception as error:
        raise _Bug(error, verbose=verbose) from error


class _Told(click.ClickException):
    def __init__(self, error: ShareBridgeError, *, verbose: bool) -> None:
        super().__init__(str(error))
        self.exit_code = exit_code(error)  # type: ignore[misc]  # click reads it here
        self._error = error
        self._verbose = verbose

    def show(self, file: IO[Any] | None = None) -> None:
        del file
        _complain(self.message, self._error if self._verbose else None)


class _Bug(click.ClickException):
    exit_code = BUG

    def __init__(self, error: Exception, *, verbose: bool) -> None:
        text = " ".join(str(error).split())
        super().__init__(f"unexpected {type(error).__name__}: {text}")
        self._error = error
        self._verbose = verbose

    def show(self, file: IO[Any] | None = None) -> None:
        del file
        if self._verbose:
            import traceback

            click.echo("".join(traceback.format_exception(self._error)), err=True)
            _complain(self.message, None)
        else:
            _complain(f"{self.message} (a bug: report it with --verbose)", None)


def _complain(message: str, error: Exception | None) -> None:
    from share_bridge.cli.terminal import complain

    for line in message.splitlines():
        complain(line)
    for cause in _causes(error) if error else ():
        complain(f"  because of {type(cause).__name__}: {cause}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = {id(error)}
    cause = error.__cause__
    while cause is not None and id(cause) not in seen:
        yield cause
        seen.add(id(cause))
        cause = cause.__cause__ or (
            None if cause.__suppress_context__ else cause.__context__
        )


def _forget_stdout() -> None:
    """Keep the interpreter from complaining when it flushes at its end."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(devnull, sys.stdout.fileno())
    finally:
        os.close(devnull)
