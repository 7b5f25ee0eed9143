"""A journal on a branch: what is about to be sent is pushed before it leaves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

import msgspec

from share_bridge.errors import LedgerError
from share_bridge.ledger.branch import RemoteFile
from share_bridge.ledger.facts import Commit, encode, read
from share_bridge.ledger.history import History
from share_bridge.ledger.queries import migrations
from share_bridge.ledger.replayed import Replayed
from share_bridge.model.delivery import State

__all__ = ["BranchLog", "Shared"]

#: How long a push waits for the claims of other targets, in seconds.
_GATHER = 0.05
#: How often what was done is merged and pushed again before we give up.
_TRIES = 10


class BranchLog:
    """Commits of which some are not pushed yet."""

    def __init__(self, file: RemoteFile, *, dry: bool = False) -> None:
        self.name = file.name
        self.waiting: list[Commit] = []
        self._file = file
        self._dry = dry
        self._content: bytes | None = None

    def begin(self) -> list[Commit]:
        """Read the branch, the first time; later others are heard of when we push."""
        return self.fetch() if self._content is None else []

    def append(self, commit: Commit) -> None:
        """Keep it for the next push."""
        if not self._dry:
            self.waiting.append(commit)

    def end(self) -> None:
        """Nobody was kept out."""

    def fetch(self) -> list[Commit]:
        """All that is on the branch by now."""
        content = self._file.fetch()
        self._content = (
            content if not content or content.endswith(b"\n") else (content + b"\n")
        )
        return list(read(content, self.name, schema=len(migrations())))

    def push(self, commits: Sequence[Commit]) -> bool:
        """Add commits to the branch; False: somebody else did, and we did not."""
        content = (self._content or b"") + b"".join(map(encode, commits))
        if not self._file.replace(content):
            return False
        self._content = content
        return True

    def close(self) -> None:
        """Push what was done; what others did meanwhile is merged by reading both."""
        for _ in range(_TRIES):
            if not self.waiting or self.push(self.waiting):
                self.waiting = []
                return
            self.fetch()
        raise LedgerError(
            f"{self.name}: others push all the time: what was sent could not be "
            "written down; the next run looks for it before it sends anything"
        )

    def compact(self) -> tuple[int, int]:
        """Keep only what stands; what the branch was before is forgotten."""
        for _ in range(_TRIES):
            commits = [*self.fetch(), *self.waiting]
            history = History()
            history.add(commits)
            kept = list(history.standing(commits))
            content = b"".join(map(encode, kept))
            if self._file.replace(content, whole=True):
                self._content, self.waiting = content, []
                return len(commits), len(kept)
        raise LedgerError(f"{self.name}: others push all the time; try again")


class Shared(Replayed):
    """A ledger that other clones write to as well."""

    is_shared = True
    slack = 10

    def __init__(self, log: BranchLog, *, key: bytes | None = None) -> None:
        self._branch = log
        self._pushing: asyncio.Task[None] | None = None
        self._pushed: set[str] = set()
        self._refusals = 0
        super().__init__(log, key=key)

    async def confirm(self, attempt: timedelta) -> bool:
        """Push what was committed; what comes at once is pushed together.

        Args:
            attempt: How long one attempt of what was claimed may take.

        Returns:
            False: another clone was faster. Nothing that was claimed since the last
            push is claimed any more, and what the other one did is known.

        """
        longest = self.slack * attempt.total_seconds()
        until = time.monotonic() + longest
        mine = {commit.commit for commit in self._branch.waiting}
        refusals = self._refusals
        while not mine <= self._pushed and self._refusals == refusals:
            if self._pushing is None:
                self._pushing = asyncio.create_task(self._push())
            await asyncio.shield(self._pushing)
        if time.monotonic() > until:
            raise LedgerError(
                f"{self.name}: pushing took more than {longest:.0f} s; nothing more "
                "is sent"
            )
        return mine <= self._pushed

    async def _push(self) -> None:
        log = self._branch
        try:
            await asyncio.sleep(_GATHER)
            commits = list(log.waiting)
            if await asyncio.to_thread(log.push, commits):
                self._pushed |= {commit.commit for commit in commits}
                del log.waiting[: len(commits)]
            else:
                others = await asyncio.to_thread(log.fetch)
                log.waiting = list(_unclaimed(log.waiting))
                self._refusals += 1
                self.history = History()
                self.follow([*others, *log.waiting])
        except LedgerError:  # nothing of it may leave, and nothing of it did
            log.waiting = list(_unclaimed(log.waiting))
            raise
        finally:
            self._pushing = None


def _unclaimed(commits: Sequence[Commit]) -> Iterator[Commit]:
    """What was done, without what was only about to be sent."""
    for commit in commits:
        rows = [it.row for it in commit.facts if it.table == "delivery" and it.row]
        claimed = {
            fact.key[0]
            for fact in commit.facts
            if fact.table == "delivery"
            and fact.row is not None
            and fact.row["state"] == State.SENDING
        }
        others = {it["message"] for it in rows if it["state"] != State.SENDING}
        frozen = {it["message"] for it in rows if it["state"] == State.SENDING} - others
        facts = [it for it in commit.facts if it.key[0] not in claimed | frozen]
        if facts:
            yield msgspec.structs.replace(commit, facts=facts)
