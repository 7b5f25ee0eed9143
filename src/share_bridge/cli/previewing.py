"""Makes a preview of what was typed, as lines or as a page."""

from __future__ import annotations

import shutil
import sys
import tempfile
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from share_bridge import bridge
from share_bridge.cli.preview_lines import lines
from share_bridge.cli.runtime import make_errand, make_runtime, open_ledger
from share_bridge.cli.terminal import complain, say, warn
from share_bridge.config.check import check_settings
from share_bridge.dispatch import border
from share_bridge.errors import ConfigurationError, PublishError
from share_bridge.plugin.files import write_file
from share_bridge.preview.looking import Wish
from share_bridge.text.networks import Network, networks
from share_bridge.text.suggest import suggestion

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace
    from share_bridge.dispatch.runtime import Errand, Runtime
    from share_bridge.preview.cards import Preview

__all__ = ["Page", "run_preview"]

_WIDTH = 80


class Page(Struct, frozen=True):
    """Where the page goes.

    Attributes:
        file: None: a temporary file; `-`: standard output.
        opens: Show it in the browser.

    """

    file: str | None
    opens: bool


def run_preview(
    workspace: Workspace,
    *,
    sources: Sequence[str],
    targets: Sequence[str],
    networks: Sequence[str],
    newest: int | None,
    check_links: bool,
    page: Page | None,
    open_url: Callable[[str], bool] = webbrowser.open,
) -> int:
    """Read, compose and show; the exit code."""
    config = workspace.config
    wish = Wish(networks=_profiles(networks), newest=newest, check_links=check_links)
    errand = make_errand(workspace, sources, targets)
    check_settings(config, workspace.registry)
    with open_ledger(config, dry=True) as ledger:
        runtime = make_runtime(
            workspace,
            config,
            ledger,
            as_json=True,
            dry=True,
        )
        preview, drawn = border.run(_make(runtime, errand, wish, page))
    for problem in preview.failed:
        complain(problem)
    if page is None:
        for warning in preview.warnings:
            warn(warning)
        for line in lines(preview, width=_columns()):
            click.echo(line)
    else:
        _deliver(drawn, preview, page, workspace.cwd, open_url)
    return 3 if preview.failed else 0


def _profiles(names: Sequence[str]) -> tuple[Network, ...]:
    known = networks()
    for name in names:
        if name not in known:
            wrong = f"--as {name}: no such network{suggestion(name, known)}"
            raise ConfigurationError(wrong)
    return tuple(known[name] for name in dict.fromkeys(names))


async def _make(
    runtime: Runtime, errand: Errand, wish: Wish, page: Page | None
) -> tuple[Preview, str]:
    """What was found, and the page of it, where one is wanted."""
    preview = await bridge.preview(runtime, errand, wish)
    if page is None:
        return preview, ""
    from share_bridge.preview.page import draw
    from share_bridge.preview.pictures import embedded

    pictures = await embedded(runtime, preview)
    made = runtime.now().astimezone()
    return preview, "".join(draw(preview, pictures=pictures, made=made))


def _deliver(
    drawn: str,
    preview: Preview,
    page: Page,
    cwd: Path,
    open_url: Callable[[str], bool],
) -> None:
    """Put the page where it is wanted, and say where it is."""
    content = drawn.encode("utf-8", "replace")
    if page.file == "-":
        sys.stdout.buffer.write(content)
        return
    path = _temporary() if page.file is None else cwd / page.file
    try:
        write_file(path, content, shown=page.file or str(path))
    except PublishError as error:
        raise ConfigurationError(f"--html {error}") from error
    count = len(preview.posts)
    posts = "1 post" if count == 1 else f"{count} posts"
    click.echo(f"{page.file or path}: {posts}. Nothing was sent.")
    if page.opens and not open_url(path.absolute().as_uri()):
        say("No browser could be opened: open the file yourself.")


def _temporary() -> Path:
    """A file that only its owner reads, and that the browser still finds later."""
    return Path(tempfile.mkdtemp(prefix="share-bridge-")) / "preview.html"


def _columns() -> int:
    """Of the terminal; elsewhere those that everyone has."""
    if not sys.stdout.isatty():
        return _WIDTH
    return min(shutil.get_terminal_size().columns, 100)
