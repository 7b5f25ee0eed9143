"""Runs git, for what is not in the work tree: quiet, bounded, without questions."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from share_bridge.errors import LedgerError

__all__ = ["LONGEST", "Git", "GitError"]

#: Of one command, in seconds: a fetch or a push over a slow line.
LONGEST = 120.0
#: Set where share-bridge runs in a hook; they would lead elsewhere.
_PLACES = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
)
_OWN = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "share-bridge",
    "GIT_AUTHOR_EMAIL": "share-bridge@localhost",
    "GIT_COMMITTER_NAME": "share-bridge",
    "GIT_COMMITTER_EMAIL": "share-bridge@localhost",
}
_ERRORS = ("fatal:", "remote: ", "ERROR:", "! ")
_FULL = ("No space left on device", "File too large", "Disk quota exceeded")
_HELD = re.compile(r"'([^']+\.lock)': File exists")
_SETTINGS = ("-c", "push.followTags=false", "-c", "push.gpgSign=false")
_SSH = "ssh -oBatchMode=yes"
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")


class GitError(LedgerError):
    """Git said no.

    Args:
        message: The last of what it said, without credentials.
        output: All of it.

    """

    def __init__(self, message: str, *, output: str = "") -> None:
        super().__init__(message)
        self.output = output


class Git:
    """The git of one folder.

    Args:
        folder: In a repository.
        environ: The environment variables.
        longest: How long one command may take, in seconds.

    """

    def __init__(
        self, folder: Path, environ: Mapping[str, str], *, longest: float = LONGEST
    ) -> None:
        self._folder = folder
        self._longest = longest
        self._environ = {it: text for it, text in environ.items() if it not in _PLACES}
        self._environ.update(_OWN)
        self._environ.setdefault("GIT_SSH_COMMAND", _SSH)

    def run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """What the command prints.

        Raises:
            GitError: It failed, took too long, or there is no git.

        """
        program = shutil.which("git", path=self._environ.get("PATH"))
        if program is None:
            raise GitError("git is not installed, and the ledger is kept in git")
        process = subprocess.Popen(  # noqa: S603 - git, with arguments of ours
            [program, "-C", str(self._folder), *_SETTINGS, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self._environ,
            start_new_session=True,
        )
        try:
            out, err = process.communicate(stdin, timeout=self._longest)
        except BaseException as error:
            _kill(process)
            if isinstance(error, subprocess.TimeoutExpired):
                message = f"git {arguments[0]} took more than {self._longest:.0f} s"
                raise GitError(message) from error
            raise
        if process.returncode:
            said = _CREDENTIALS.sub("", (out + err).decode("utf-8", "replace"))
            raise GitError(_what(said, process.returncode), output=said)
        return out

    def line(self, *arguments: str, stdin: bytes = b"") -> str:
        """The one line that the command prints."""
        return self.run(*arguments, stdin=stdin).decode("utf-8", "replace").strip()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """With whatever it started: ssh, a helper."""
    with suppress(OSError, AttributeError):  # it ended; or there are no groups
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.communicate()


def _what(said: str, code: int) -> str:
    """What went wrong: the last line that names an error, else the last."""
    if any(sign in said for sign in _FULL):
        return "the disk is full; make room and run again"
    if held := _HELD.search(said):
        return f"another git is at work here; if none is, remove {held[1]}"
    if code < 0:
        return f"git was ended by signal {-code}"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    named = [it for it in lines if it.startswith(_ERRORS)]
    line = next(iter([*named[::-1], *lines[::-1]]), "git failed")
    return " ".join(line.removeprefix("fatal:").split())
