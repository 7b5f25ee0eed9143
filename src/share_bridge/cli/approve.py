"""`share-bridge approve`: read what would be sent, and say yes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from share_bridge.cli.options import config_option

if TYPE_CHECKING:
    from share_bridge.cli.approving import Desk, Draft
    from share_bridge.cli.workspace import Workspace

__all__ = ["approve"]

_KEYS = "[y]es, [e]dit, [l]eave it for later, [n]ever, [q]uit"


@click.command()
@click.argument("post", required=False)
@click.option(
    "--target", "targets", multiple=True, metavar="NAME", help="At this one only."
)
@click.option("--all", "everything", is_flag=True, help="All that waits, one question.")
@click.option("--yes", is_flag=True, help="Ask nothing: for programs.")
@click.option(
    "--seen",
    metavar="MARK",
    help="With --yes: only if the text is still that which --json showed.",
)
@click.option("--edit", is_flag=True, help="Open each in your $EDITOR first.")
@click.option("--publish", is_flag=True, help="Send at once what was approved.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
@click.pass_context
def approve(
    ctx: click.Context,
    post: str | None,
    targets: tuple[str, ...],
    *,
    everything: bool,
    yes: bool,
    seen: str | None,
    edit: bool,
    publish: bool,
    as_json: bool,
) -> None:
    """Read what waits for your approval, and send exactly that.

    For targets with `approve = true`. Each message is shown as readers will see it,
    and you are asked; in your $EDITOR you may change its words. What you approved goes
    out with the next run of publish, or at once with --publish. If the post changes
    before, you are asked again.

    \b
    share-bridge approve
    share-bridge approve https://example.org/hello/ --edit --publish
    share-bridge approve --all --yes

    Without a terminal and without --yes it shows what waits, and approves nothing.
    """  # noqa: D301 - click's mark of lines that stay lines
    from share_bridge.cli.approving import open_desk
    from share_bridge.cli.running import run_approved

    workspace: Workspace = ctx.obj
    if yes and not (post or targets or everything):
        raise click.UsageError("with --yes, name a POST, --target NAME, or --all")
    if seen and not (yes and post):
        raise click.UsageError("--seen goes with --yes and a POST")
    with open_desk(workspace, post=post, targets=targets) as desk:
        drafts = desk.drafts()
        if as_json and not yes:
            click.echo(json.dumps([draft.to_json() for draft in drafts], indent=2))
            return
        if yes:
            approved = [it for it in drafts if _approve(desk, it, edit=edit, seen=seen)]
        elif not _is_terminal():
            _list(drafts)
            ctx.exit(1 if drafts else 0)
        else:
            approved = _ask(desk, drafts, edit=edit, everything=everything)
    if as_json and not publish:
        click.echo(json.dumps([draft.to_json() for draft in approved], indent=2))
    elif not as_json:
        _tell(len(approved), len(drafts), publish=publish)
    if publish and approved:
        names = sorted({draft.target for draft in approved})
        ctx.exit(run_approved(workspace, names, as_json=as_json))
    ctx.exit(1 if yes and len(approved) < len(drafts) else 0)


def _approve(desk: Desk, draft: Draft, *, edit: bool, seen: str | None = None) -> bool:
    from share_bridge.cli.terminal import complain

    if seen is not None and seen != draft.mark:
        complain(f"{draft.name}: it is not what was seen; read it again")
        return False
    edited = _edited(desk, draft) if edit else draft
    if edited is None:
        return False
    if not desk.approve(edited):
        complain(f"{draft.name}: it changed just now; read it again")
        return False
    return True


def _ask(
    desk: Desk, drafts: list[Draft], *, edit: bool, everything: bool
) -> list[Draft]:
    """Go through them one by one, or all with one question."""
    if everything:
        _list(drafts)
        if drafts and click.confirm(f"Approve all {len(drafts)}?"):
            return [draft for draft in drafts if _approve(desk, draft, edit=edit)]
        return []
    approved = []
    for draft in drafts:
        _show(draft)
        answer = _answer(draft)
        if answer == "q":
            break
        if answer == "n":
            desk.refuse(draft)
        elif answer in {"y", "e"} and _approve(desk, draft, edit=edit or answer == "e"):
            approved.append(draft)
    return approved


def _answer(draft: Draft) -> str:
    keys = click.Choice(list("yelnq"), case_sensitive=False)
    answer: str = click.prompt(
        f"Send this to {draft.target}? {_KEYS}",
        type=keys,
        show_choices=False,
        default="l",
        show_default=False,
    )
    return answer


def _edited(desk: Desk, draft: Draft) -> Draft | None:
    """What its owner made of it; None: nothing that can be sent."""
    from share_bridge.cli.terminal import complain

    text = click.edit(draft.text, extension=".txt", require_save=False)
    if not (text or "").strip():
        complain(f"{draft.name}: nothing is left of it; it waits as it was")
        return None
    try:
        return desk.edited(draft, text or "")
    except ValueError as error:
        complain(f"{draft.name}: {error}; it waits as it was")
        return None


def _list(drafts: list[Draft]) -> None:
    for draft in drafts:
        _show(draft)
    if drafts and not _is_terminal():
        from share_bridge.cli.terminal import say

        say("Nothing was approved: run it in a terminal, or say --yes.")


def _show(draft: Draft) -> None:
    from share_bridge.cli.terminal import show
    from share_bridge.text.escape import for_line

    show(f"── {for_line(draft.name)}")
    for line in draft.around:
        show(for_line(line))
    show(draft.problem or draft.text)
    show("")


def _tell(approved: int, shown: int, *, publish: bool) -> None:
    if not shown:
        click.echo("Nothing waits for your approval.")
    elif not publish:
        click.echo(f"{approved} of {shown} approved; the next run sends them.")


def _is_terminal() -> bool:
    import sys

    return sys.stdin.isatty()
