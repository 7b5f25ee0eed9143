"""`share-bridge status`: what went where, what waits, what is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from share_bridge.cli.options import config_option

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace
    from share_bridge.dispatch.report import TargetReport
    from share_bridge.ledger.ledger import Ledger

__all__ = ["status"]


@click.command()
@click.option(
    "--count",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="How many of the newest deliveries to list.",
)
@click.option("--skipped", is_flag=True, help="List also what was not sent, and why.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
@click.pass_context
def status(ctx: click.Context, *, count: int, skipped: bool, as_json: bool) -> None:
    """Show what went where, what waits until when, and every question.

    It reads the ledger alone: nothing is fetched, sent or written.
    """
    from share_bridge.cli.running import open_ledger

    workspace: Workspace = ctx.obj
    with open_ledger(workspace.config, dry=True) as ledger:
        states = _states(workspace, ledger)
        if as_json:
            document = _document(ledger, count, states, skipped=skipped)
            click.echo(json.dumps(document, indent=2))
        else:
            for line in _lines(ledger, count, states, skipped=skipped):
                click.echo(line)


def _states(workspace: Workspace, ledger: Ledger) -> dict[str, TargetReport]:
    """How each configured target is, by its name."""
    from share_bridge.cli.running import is_paused
    from share_bridge.dispatch.target_state import target_report

    return {
        target.name: target_report(
            ledger,
            workspace.plugins,
            target,
            now=datetime.now(UTC),
            paused=is_paused(workspace),
        )
        for target in workspace.config.targets
    }


def _lines(
    ledger: Ledger, count: int, states: Mapping[str, TargetReport], *, skipped: bool
) -> list[str]:
    from share_bridge.cli.results import message_line, question_lines
    from share_bridge.dispatch.report import messages_of
    from share_bridge.text.escape import for_line

    open_messages = messages_of(ledger.deliveries.report())
    done = messages_of(ledger.deliveries.history(count))
    left = messages_of(ledger.filtered.skipped(count)) if skipped else []
    everything = [*open_messages, *done, *left]
    width = max((len(message.target) for message in everything), default=0)
    lines = ["Published:"] if done else ["Nothing was published yet."]
    lines += [f"  {message.post}  {message_line(message, width)}" for message in done]
    if open_messages:
        lines += ["", "Open:"]
        lines += [
            f"  {message.post}  {message_line(message, width)}"
            for message in open_messages
        ]
    if left:
        lines += ["", "Not sent:"]
        lines += [
            f"  {message.post}  {message_line(message, width)}" for message in left
        ]
    if targets := ledger.targets.all():
        lines += ["", "Targets:"]
    for target in targets:
        name = f"{target.name}: {target.publisher} {target.account_name}".rstrip()
        lines.append(f"  {for_line(name + _state(states.get(target.name)))}")
    for question in ledger.questions():
        lines += question_lines(question)
    return lines


def _state(report: TargetReport | None) -> str:
    """How a target is, behind its name; what blocks it is asked below."""
    if report is None:
        return ", not in the configuration"
    if report.state == "blocked":
        return ", blocked"
    if report.reason:
        return f", {report.reason}"
    if report.expires is not None:
        return f", token until {report.expires:%Y-%m-%d}"
    return ""


def _document(
    ledger: Ledger, count: int, states: Mapping[str, TargetReport], *, skipped: bool
) -> dict[str, Any]:
    from share_bridge.dispatch.report import Report, messages_of

    report = Report(
        run=ledger.run,
        targets=tuple(states.values()),
        deliveries=tuple(messages_of(ledger.deliveries.report())),
        questions=tuple(ledger.questions()),
    ).to_json()
    history = messages_of(ledger.deliveries.history(count))
    left = messages_of(ledger.filtered.skipped(count)) if skipped else []
    document = {
        "version": report["version"],
        "next_due": report["next_due"],
        "published": [message.to_json() for message in history],
        "open": report["deliveries"],
        "targets": report["targets"],
        "questions": report["questions"],
    }
    if skipped:
        document["skipped"] = [message.to_json() for message in left]
    return document
