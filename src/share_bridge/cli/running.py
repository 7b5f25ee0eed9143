"""Makes a run of the bridge from what was typed, and tells what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from share_bridge import bridge
from share_bridge.cli.progress import Progress
from share_bridge.cli.results import (
    dry_lines,
    report_lines,
    source_problems,
)
from share_bridge.cli.runtime import make_errand, make_runtime, open_ledger, validate
from share_bridge.cli.terminal import complain, warn
from share_bridge.dispatch import border
from share_bridge.dispatch.runtime import Errand
from share_bridge.ledger.ledger import Ledger

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace
    from share_bridge.config.model import SourceConfig
    from share_bridge.dispatch.plan.seeding import Seed, Sown
    from share_bridge.dispatch.report.report import Report
    from share_bridge.dispatch.settle.rebuild import Rebuilt
    from share_bridge.ledger.records import PostRecord

__all__ = [
    "prepare_report",
    "publish_report",
    "run_approved",
    "run_publish",
    "run_rebuild",
    "run_retract",
    "run_seed",
]


def run_publish(
    workspace: Workspace,
    *,
    sources: Sequence[str],
    targets: Sequence[str],
    dry_run: bool,
    max_seconds: float,
    first_run: bool,
    as_json: bool,
    event: SourceConfig | None = None,
) -> int:
    """Read, plan, send and tell; the exit code. An event is read alone."""
    made: list[Report] = []
    try:
        with _interruptible(), Progress(enabled=not dry_run) as progress:
            report = publish_report(
                workspace,
                progress,
                sources=sources,
                targets=targets,
                dry_run=dry_run,
                max_seconds=max_seconds,
                first_run=first_run,
                as_json=as_json,
                event=event,
                keep=made.append,
            )
    finally:  # also where the ledger could not be closed: its last push may fail
        for one in made:
            _tell(one, as_json=as_json)
    return report.exit_code


def publish_report(
    workspace: Workspace,
    progress: Progress,
    *,
    sources: Sequence[str] = (),
    targets: Sequence[str] = (),
    dry_run: bool = False,
    max_seconds: float = 20,
    first_run: bool = False,
    as_json: bool = False,
    event: SourceConfig | None = None,
    reads: bool = True,
    keep: Callable[[Report], object] = lambda _: None,
) -> Report:
    """Read, unless `reads` says not to, plan and send; what came of it.

    `keep` gets it before the ledger is closed.
    """
    config = workspace.config
    errand = make_errand(workspace, sources, targets)
    if event is not None:
        errand = _of_event(errand, event)
    if not reads:
        errand = replace(errand, sources=())
    with open_ledger(config, dry=dry_run) as ledger:
        validate(workspace, config, ledger, dry=dry_run)
        runtime = make_runtime(
            workspace,
            config,
            ledger,
            progress=progress,
            as_json=as_json,
            max_seconds=max_seconds,
            first_run=first_run,
            dry=dry_run,
        )
        report = border.run(bridge.publish(runtime, errand))
        keep(report)
        return report


def prepare_report(workspace: Workspace, targets: Sequence[str]) -> Report:
    """Read, plan, and let publishers collect and prepare; nothing is sent."""
    config = workspace.config
    errand = make_errand(workspace, (), targets)
    with open_ledger(config) as ledger, Progress() as progress:
        validate(workspace, config, ledger, dry=False)
        runtime = make_runtime(workspace, config, ledger, progress=progress)
        return border.run(bridge.prepare(runtime, errand))


def run_retract(
    workspace: Workspace,
    choose: Callable[[Ledger], Mapping[str, Sequence[PostRecord]]],
    *,
    ask_if_many: bool,
    max_seconds: float,
    as_json: bool,
) -> int:
    """Take away, at each target that `choose` names, the copies of its posts."""
    config = workspace.config
    with _interruptible(), open_ledger(config) as ledger:
        validate(workspace, config, ledger, dry=False)
        posts = choose(ledger)
        errand = replace(make_errand(workspace, (), tuple(posts)), sources=())
        with Progress() as progress:
            runtime = make_runtime(
                workspace,
                config,
                ledger,
                progress=progress,
                as_json=as_json,
                max_seconds=max_seconds,
            )
            report = border.run(
                bridge.retract(runtime, errand, posts, ask_if_many=ask_if_many)
            )
    _tell(report, as_json=as_json)
    return report.exit_code


def run_approved(workspace: Workspace, targets: Sequence[str], *, as_json: bool) -> int:
    """Send what is due at these targets; no source is read."""
    config = workspace.config
    with _interruptible(), open_ledger(config) as ledger, Progress() as progress:
        errand = replace(make_errand(workspace, (), targets), sources=())
        runtime = make_runtime(
            workspace, config, ledger, progress=progress, as_json=as_json
        )
        report = border.run(bridge.publish(runtime, errand))
    _tell(report, as_json=as_json)
    return report.exit_code


def run_seed(workspace: Workspace, sown: Seed, *, targets: Sequence[str]) -> Sown:
    """Read the sources, and count posts as sent before."""
    config = workspace.config
    errand = make_errand(workspace, (), targets)
    with open_ledger(config) as ledger:
        runtime = make_runtime(workspace, config, ledger)
        return border.run(bridge.seed(runtime, errand, sown))


def run_rebuild(workspace: Workspace, *, targets: Sequence[str]) -> list[Rebuilt]:
    """Read the sources, and make the ledger anew from what stands at the targets."""
    config = workspace.config
    errand = make_errand(workspace, (), targets)
    with open_ledger(config) as ledger, Progress() as progress:
        runtime = make_runtime(workspace, config, ledger, progress=progress)
        return border.run(bridge.rebuild(runtime, errand))


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C loses nothing, which nobody can know who is not told."""
    try:
        yield
    except KeyboardInterrupt:
        complain(
            "stopped: what was sent is remembered, and the next run goes on; "
            "share-bridge status shows what went where"
        )
        raise


def _of_event(errand: Errand, event: SourceConfig) -> Errand:
    """What is named is meant, also by a target that never saw a post."""
    targets = tuple(replace(target, first_run=None) for target in errand.targets)
    return replace(errand, sources=(event,), targets=targets)


def _tell(report: Report, *, as_json: bool) -> None:
    for warning in report.warnings:
        warn(warning)
    for problem in source_problems(report.sources):
        complain(problem)
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
        return
    for line in dry_lines(report) if report.dry_run else report_lines(report):
        click.echo(line)
