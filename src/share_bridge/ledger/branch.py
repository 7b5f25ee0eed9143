"""A file on a branch of its own, read from the remote and replaced there at once.

Replaced by compare-and-swap: who comes second is told, and has changed nothing.

Nothing of this touches the work tree, the index or a branch of the clone: objects are
made by plumbing, and go straight to the remote.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from share_bridge.errors import LedgerError
from share_bridge.ledger.git import LONGEST, Git, GitError
from share_bridge.ledger.place import Branch

__all__ = ["RemoteFile"]

FILE = "share-bridge.jsonl"

#: Somebody else was faster; what the server says when both come at once.
_FASTER = (
    "[rejected]",
    "cannot lock ref",
    "failed to update ref",
    "incorrect old value",
    "reference already exists",
)
_DENIED = (
    "401",
    "403",
    "denied",
    "protected",
    "not allowed",
    "unauthorized",
    "permission",
    "authentication failed",
    "could not read username",
    "pre-receive hook declined",
)
_RIGHTS = {
    "GITHUB_ACTIONS": "give the job `permissions: contents: write`",
    "GITLAB_CI": (
        "allow the job token to push: Settings, CI/CD, Job token permissions, "
        "“Allow Git push requests to the repository”"
    ),
}


class RemoteFile:
    """One file on a branch of the remote.

    Args:
        branch: Which.
        environ: The environment variables.
        longest: How long one command of git may take, in seconds.

    """

    def __init__(
        self, branch: Branch, environ: Mapping[str, str], *, longest: float = LONGEST
    ) -> None:
        self.name = str(branch)
        self._branch = f"refs/heads/{branch.name}"
        self._seen = f"refs/share-bridge/{branch.name}"
        self._environ = environ
        self._git = Git(branch.folder, environ, longest=longest)
        self._remote = ""
        self._tip = ""

    def fetch(self) -> bytes:
        """What the file holds by now; nothing where the branch is not there yet.

        Raises:
            LedgerError: The remote cannot be reached, or this is no repository.

        """
        try:
            self._tip = self._fetch()
            return self._read()
        except GitError as error:
            raise LedgerError(
                f"{self.name}: it cannot be read: {error}; nothing is sent"
            ) from error

    def replace(self, content: bytes, *, whole: bool = False) -> bool:
        """Put `content` in its place, where it is still what `fetch` gave.

        Args:
            content: All of the file.
            whole: Forget what the branch held before.

        Returns:
            False: somebody else was faster, and nothing is changed.

        Raises:
            LedgerError: It may not be pushed, or cannot.

        """
        try:
            commit = self._commit(content, parent="" if whole else self._tip)
        except GitError as error:
            raise LedgerError(f"{self.name}: {error}; nothing more is sent") from error
        try:
            self._push(commit)
        except GitError as error:
            if self._arrived(commit):
                return True
            if any(sign in error.output for sign in _FASTER):
                return False
            raise LedgerError(self._refused(error)) from error
        self._tip = commit
        return True

    def lock_path(self) -> Path:
        """The path that the locks of this clone are named after."""
        folder = Path(self._git.line("rev-parse", "--absolute-git-dir"))
        return folder / "share-bridge" / quote(self.name, safe="")

    def _fetch(self) -> str:
        if not self._remote:
            remotes = self._git.line("remote").split()
            self._remote = "origin" if "origin" in remotes else next(iter(remotes), ".")
        shallow = self._git.line("rev-parse", "--is-shallow-repository") == "true"
        depth = ["--depth=1"] if shallow else []
        try:
            self._git.run(
                *("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", *depth),
                *(self._remote, f"+{self._branch}:{self._seen}"),
            )
        except GitError as error:
            if "couldn't find remote ref" in error.output:
                return ""
            raise
        return self._git.line("rev-parse", "--verify", self._seen)

    def _read(self) -> bytes:
        for line in self._entries():
            about, _, name = line.partition("\t")
            if name == FILE:
                return self._git.run("cat-file", "blob", about.split()[2])
        return b""

    def _entries(self) -> list[str]:
        return self._git.line("ls-tree", self._tip).splitlines() if self._tip else []

    def _commit(self, content: bytes, *, parent: str) -> str:
        blob = self._git.line("hash-object", "-w", "--stdin", stdin=content)
        others = [it for it in self._entries() if it.partition("\t")[2] != FILE]
        tree = "\n".join([*others, f"100644 blob {blob}\t{FILE}", ""])
        made = self._git.line("mktree", stdin=tree.encode())
        parents = ("-p", parent) if parent else ()
        message = b"Remember what was sent\n"
        return self._git.line("commit-tree", made, *parents, stdin=message)

    def _push(self, commit: str) -> None:
        """Compare and swap; without hooks of the clone, and nothing else with it."""
        self._git.run(
            *("push", "--porcelain", "--no-verify", "--recurse-submodules=no"),
            f"--force-with-lease={self._branch}:{self._tip}",
            *(self._remote, f"{commit}:{self._branch}"),
        )

    def _arrived(self, commit: str) -> bool:
        """A push whose answer was lost may have done its work."""
        try:
            tip = self._fetch()
        except GitError:
            return False
        if tip == commit:
            self._tip = tip
        return tip == commit

    def _refused(self, error: GitError) -> str:
        said = error.output.lower()
        fix = "nothing more is sent"
        if any(sign in said for sign in _DENIED):
            rights = (text for it, text in _RIGHTS.items() if self._environ.get(it))
            right = next(rights, "it needs the right to push to this branch")
            fix = f"{right}; {fix}"
        return f"{self.name}: it cannot be pushed to {self._remote}: {error}; {fix}"
