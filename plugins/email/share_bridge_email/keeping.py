"""What the commands of `share-bridge email` do with a target's suppression list."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from share_bridge.plugin import (
    ConfigurationError,
    Context,
    TargetBlockedError,
    for_terminal,
)
from share_bridge_email.mailbox import mails_in
from share_bridge_email.readers import listed
from share_bridge_email.returned import Kind, Returned, read_returned
from share_bridge_email.settings import EmailSettings
from share_bridge_email.suppression import Suppressed, Suppression

__all__ = ["read_bounces", "show", "suppress_all", "unsuppress_all"]

_T = TypeVar("_T")
_WORTH = (Kind.LEFT, Kind.FAILED)


def suppress_all(workspace: Any, target: str, who: Sequence[str]) -> str:
    """Put them on the list; what became of it, in words."""

    def do(suppression: Suppression) -> str:
        added = suppression.add(_tokens(suppression, who), why="asked")
        there = len(who) - added
        already = f"; {there} there already" if there else ""
        return f"{added} suppressed{already}."

    return _with(workspace, target, do)


def unsuppress_all(
    workspace: Any, target: str, who: Sequence[str], *, unreadable: bool
) -> str:
    """Take them from the list; what became of it, in words."""

    def do(suppression: Suppression) -> str:
        tokens = _tokens(suppression, who)
        tokens += suppression.unreadable() if unreadable else []
        removed = suppression.remove(tokens)
        rest = len(tokens) - removed
        missing = f"; {rest} not on the list" if rest else ""
        return f"{removed} written to again{missing}."

    return _with(workspace, target, do)


def show(workspace: Any, target: str, *, as_json: bool) -> list[str]:
    """The list, by address where the list of readers has it."""

    async def do(context: Context) -> list[str]:
        names = await _names(context)
        found = list(Suppression(context))
        if as_json:
            rows = [{"who": names.get(it.token), **_row(it)} for it in found]
            return [json.dumps(rows, ensure_ascii=False, indent=2)]
        lines = [
            f"{it.since}  {for_terminal(names.get(it.token, it.token))}  {it.why}"
            for it in found
        ]
        return [*lines, f"{len(found)} suppressed, {len(names)} readers listed."]

    return asyncio.run(_in_target(workspace, target, do))


def read_bounces(
    workspace: Any, target: str, mailboxes: Sequence[Path], *, dry_run: bool
) -> list[str]:
    """Suppress whom the mails name, and tell what they were."""

    async def do(context: Context) -> list[str]:
        names = await _names(context)
        suppression = Suppression(context)
        counted: Counter[Kind] = Counter()
        lines = []
        for returned in _returned(mailboxes):
            counted[returned.kind] += 1
            if returned.kind in _WORTH and returned.token not in suppression:
                who = for_terminal(names.get(returned.token, returned.token))
                lines.append(f"suppressed  {who}  {returned.why}")
                if not dry_run:
                    suppression.add([returned.token], why=returned.why)
            elif returned.kind in {Kind.TROUBLE, Kind.UNPROVEN}:
                who = for_terminal(names.get(returned.token, returned.token))
                lines.append(f"{returned.kind:<10}  {who or '?'}  {returned.why}")
        return [*dict.fromkeys(lines), *_summary(counted, dry_run=dry_run)]

    return asyncio.run(_in_target(workspace, target, do))


def _returned(mailboxes: Sequence[Path]) -> Iterator[Returned]:
    for path in mailboxes:
        try:
            yield from map(read_returned, mails_in(path))
        except OSError as error:
            raise ConfigurationError(f"{path}: {error.strerror}") from error


def _summary(counted: Counter[Kind], *, dry_run: bool) -> Iterator[str]:
    yield (
        f"{counted.total()} mails read: {counted[Kind.FAILED]} of readers who are not "
        f"there any more, {counted[Kind.LEFT]} who want to leave, "
        f"{counted[Kind.TROUBLE]} of passing trouble, {counted[Kind.OTHER]} others."
    )
    if counted[Kind.UNPROVEN]:
        yield (
            f"{counted[Kind.UNPROVEN]} reports hold no mail of ours, so that they may "
            "be forged. Look at them, and use share-bridge email suppress."
        )
    if dry_run:
        yield "Nothing was changed."


def _row(entry: Suppressed) -> dict[str, str]:
    return {"token": entry.token, "since": entry.since, "why": entry.why}


def _tokens(suppression: Suppression, who: Sequence[str]) -> list[str]:
    tokens = []
    for number, name in enumerate(who, start=1):
        try:
            tokens.append(suppression.token(name))
        except ValueError as error:
            raise ConfigurationError(
                f"number {number} {error}, or a token; nothing was changed"
            ) from error
    return tokens


async def _names(context: Context) -> dict[str, str]:
    """Addresses of the list of readers, by token; empty where it cannot be read."""
    try:
        found = await listed(context)
    except TargetBlockedError:
        return {}
    return {context.pseudonym(address): address for address in found.readers}


def _with(workspace: Any, target: str, do: Callable[[Suppression], str]) -> str:
    async def run(context: Context) -> str:
        return do(Suppression(context))

    return asyncio.run(_in_target(workspace, target, run))


async def _in_target(
    workspace: Any, target: str, do: Callable[[Context], Awaitable[_T]]
) -> _T:
    async with workspace.target(target) as context:
        if not isinstance(context.settings, EmailSettings):
            raise ConfigurationError(f"targets.{target} is no e-mail target")
        return await do(context)
