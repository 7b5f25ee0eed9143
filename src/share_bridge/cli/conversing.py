"""What `share-bridge conversation` does with the documents of targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from share_bridge.cli.runtime import make_runtime, open_ledger
from share_bridge.cli.terminal import complain, show, table
from share_bridge.config.select import select_targets
from share_bridge.conversation.gather import Gathered, gather
from share_bridge.conversation.moderate import block, listed, moderate
from share_bridge.conversation.patience import Patience
from share_bridge.conversation.told import export
from share_bridge.dispatch import border
from share_bridge.dispatch.target.opened import open_target
from share_bridge.errors import (
    ConfigurationError,
    PluginError,
    PublishError,
    UnsupportedError,
)
from share_bridge.model.interaction import Interaction, Moderation
from share_bridge.plugin.interactions import Interactions
from share_bridge.text.escape import for_line

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace
    from share_bridge.config.model import TargetConfig
    from share_bridge.dispatch.runtime import Runtime
    from share_bridge.ledger.documents import TargetDocuments
    from share_bridge.ledger.ledger import Ledger

__all__ = [
    "block_everywhere",
    "decide",
    "export_all",
    "fetch_all",
    "fetch_due",
    "show_all",
]

_SOMETHING_FAILED = 4


def fetch_all(workspace: Workspace, targets: Sequence[str], *, most: int) -> int:
    """Ask every target that can be asked; the exit code."""
    chosen = select_targets(workspace.config, targets)
    failed = asked = False
    with open_ledger(workspace.config) as ledger:
        runtime = make_runtime(workspace, workspace.config, ledger)
        for target in chosen:
            try:
                came = border.run(_fetch(runtime, target, most=most))
            except UnsupportedError as error:
                if targets:
                    complain(f"targets.{target.name}: {error}")
                    failed = True
                continue
            except PublishError as error:
                came = Gathered.stopped(error)
            asked = True
            show(_told(target.name, came))
            failed = failed or bool(came.problem)
    if not asked and not failed:
        show("No target can be asked what was said.")
    return _SOMETHING_FAILED if failed else 0


def fetch_due(workspace: Workspace, patience: Patience, *, most: int) -> None:
    """Ask every target whose time has come, and tell what is new or wrong.

    Raises:
        LedgerError: The ledger cannot be used.

    """
    now = datetime.now(UTC)
    due = [
        target
        for target in select_targets(workspace.config, ())
        if _can_be_asked(workspace, target) and patience.is_due(target.name, now=now)
    ]
    if not due:
        return
    with open_ledger(workspace.config) as ledger:
        runtime = make_runtime(workspace, workspace.config, ledger)
        for target in due:
            record = ledger.targets.named(target.name, target.publisher)
            if record.paused_until is not None and record.paused_until > now:
                continue
            try:
                came = border.run(_fetch(runtime, target, most=most))
            except (ConfigurationError, PluginError, PublishError) as error:
                came = Gathered.stopped(error)
            patience.asked(target.name, came, now=now)
            if came.new or came.changed or came.gone or came.problem:
                show(_told(target.name, came))


def _can_be_asked(workspace: Workspace, target: TargetConfig) -> bool:
    try:
        publisher = workspace.plugins.publisher(target.publisher)
    except PluginError:  # publishing tells of it
        return False
    return publisher.capabilities.interactions


async def _fetch(runtime: Runtime, target: TargetConfig, *, most: int) -> Gathered:
    capabilities = runtime.publishers.publisher(target.publisher).capabilities
    if not capabilities.interactions:
        raise UnsupportedError("its service cannot be asked what was said")
    ledger = runtime.ledger
    record = ledger.targets.named(target.name, target.publisher)
    opened = open_target(runtime, target, record)
    try:
        state = ledger.targets.documents(record.id)
        return await gather(opened, state, ledger.copies, most=most)
    finally:
        await opened.close()


def _told(name: str, came: Gathered) -> str:
    line = (
        f"{name}: {came.posts} posts asked about, {came.new} new, "
        f"{came.changed} changed, {came.gone} gone"
    )
    return f"{line}; stopped: {for_line(came.problem)}" if came.problem else line


def show_all(workspace: Workspace, targets: Sequence[str], *, everything: bool) -> None:
    """One line each, with the name that `approve` and `hide` take."""
    with _states(workspace, targets) as (_, states):
        rows = list(listed(states, everything=everything))
    for line in table(rows) if rows else ["Nothing waits for your word."]:
        show(line)


def decide(
    workspace: Workspace, targets: Sequence[str], names: Sequence[str], word: str
) -> None:
    """Say of some whether they are shown."""
    with _states(workspace, targets) as (_, states):
        chosen = moderate(states, names, Moderation(word))
    for it in chosen:
        show(f"{word}: {for_line(it.handle or it.name or it.actor)}")


def block_everywhere(
    workspace: Workspace, targets: Sequence[str], name: str, *, undo: bool
) -> None:
    """Take nothing more from somebody, or do again."""
    with _states(workspace, targets) as (_, states):
        count = block(states, name, undo=undo, now=datetime.now(UTC))
    known = for_line(name)
    if undo:
        show(f"{known} is heard again.")
    else:
        gone = "1 entry is" if count == 1 else f"{count} entries are"
        said = f"; {gone} forgotten" if count else ""
        show(f"{known} is not heard any more{said}.")


def export_all(
    workspace: Workspace, targets: Sequence[str], folder: Path, *, at: str
) -> None:
    """Write the conversation of every post that was published."""
    with _states(workspace, targets) as (ledger, states):
        done: dict[str, list[Interaction]] = {
            post: []
            for name in states
            for post, _ in ledger.copies.at(_record_id(ledger, workspace, name))
        }
        for state in states.values():
            for it in Interactions(state).of():
                done.setdefault(it.post, []).append(it)
        posts = {post: (_link(ledger, post), found) for post, found in done.items()}
    count = export(folder, posts, at=at)
    show(f"{count} {'post was' if count == 1 else 'posts were'} talked about.")


def _record_id(ledger: Ledger, workspace: Workspace, name: str) -> str:
    (target,) = select_targets(workspace.config, [name])
    return ledger.targets.named(target.name, target.publisher).id


def _link(ledger: Ledger, post: str) -> str:
    try:
        return ledger.posts.get(post).post.url
    except KeyError:  # its ledger was made anew
        return ""


@contextmanager
def _states(
    workspace: Workspace, names: Sequence[str]
) -> Iterator[tuple[Ledger, dict[str, TargetDocuments]]]:
    """The documents of targets, without opening those: no secret is needed."""
    with open_ledger(workspace.config) as ledger:
        states = {}
        for target in select_targets(workspace.config, names):
            record = ledger.targets.named(target.name, target.publisher)
            if ledger.is_sealed(record.id):
                raise ConfigurationError(
                    f"what the ledger keeps for targets.{target.name} is encrypted: "
                    "set SHARE_BRIDGE_KEY as it was when that was written"
                )
            states[target.name] = ledger.targets.documents(record.id)
        yield ledger, states
