"""Shows the newest teasers on a page of its own, or between two markers of any file."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from share_bridge.plugin import (
    Account,
    Capabilities,
    Check,
    Context,
    Format,
    GoneError,
    Message,
    Publisher,
    Receipt,
    Settings,
    Support,
    TextLimit,
)
from share_bridge_page.entries import GONE, Entry, entry_id
from share_bridge_page.page import MARKDOWN, Page

__all__ = ["PagePublisher", "PageSettings"]

PREFIX = "entry/"
SUFFIXES = frozenset({".html", ".htm", *MARKDOWN})


def _known_kind(file: str) -> str:
    if Path(file).suffix.lower() not in SUFFIXES:
        raise ValueError(f"has to end in {', '.join(sorted(SUFFIXES))}")
    return file


def _fits_a_comment(marker: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*", marker):
        raise ValueError("has to be letters and digits, joined by - _ or .")
    return marker


class PageSettings(Settings):
    """What `[targets.NAME]` of a page may say."""

    file: Annotated[str, Check(_known_kind)]
    """Where the page is, relative to the configuration: HTML or Markdown."""

    marker: Annotated[str, Check(_fits_a_comment)] = "SHARE-BRIDGE"
    """The entries stand between `<!-- MARKER:START -->` and `<!-- MARKER:END -->`."""

    count: Annotated[int, Meta(ge=1, le=1000)] = 10
    """How many entries are shown; older ones make room."""

    title: str = "Latest posts"
    """The heading of a page of its own."""

    language: str = ""
    """Of a page of its own, such as `en`; empty: that of the newest post."""


class PagePublisher(Publisher):
    """Keep the newest entries in a file; the rest of it stays as it is."""

    name = "page"
    title = "Page"
    settings = PageSettings
    capabilities: ClassVar = Capabilities(
        text=(TextLimit(500),),
        digest=(TextLimit(5_000),),
        formats=frozenset({Format.PLAIN, Format.HTML, Format.MARKDOWN}),
        has_title=True,
        has_tags=False,
        local=True,
        honours_keys=timedelta.max,
        edit=Support.FULL,
        delete=Support.FULL,
        content_warning=Support.FULL,
        language=Support.FULL,
    )

    async def check(self, context: Context) -> Account:
        """See that there is a place for entries; the file is its own account."""
        page = _page(context)
        await context.run_blocking(page.verify)
        name = f"{context.settings.file}#{context.settings.marker}"
        return Account(id=name, name=context.settings.file, url=page.path.as_uri())

    async def publish(self, message: Message, context: Context) -> Receipt:
        """Put the entry on the page; the same post twice is one entry."""
        kept = context.state.get(PREFIX + entry_id(message)) or {}
        added = kept.get("added") or context.now().isoformat()
        entry = Entry.of(message, added=added)
        await _show(context, {entry.id: entry.to_json()})
        page = _page(context).path.as_uri()
        return Receipt(remote_id=entry.id, url=f"{page}#post-{entry.id}")

    async def update(
        self, receipt: Receipt, message: Message, context: Context
    ) -> Receipt:
        """Draw the entry anew, at the place that its date gives it."""
        if context.state.get(PREFIX + receipt.remote_id) == GONE:
            raise GoneError(f"{context.settings.file}: the entry was taken off")
        return await self.publish(message, context)

    async def delete(self, receipt: Receipt, context: Context) -> None:
        """Take the entry off, and remember that, lest the page be read back."""
        known = context.state.get(PREFIX + receipt.remote_id) not in (None, GONE)
        await _show(context, {receipt.remote_id: dict(GONE)})
        if not known:
            raise GoneError(f"{context.settings.file}: has no such entry")


def _page(context: Context) -> Page:
    settings: PageSettings = context.settings
    return Page(
        path=(context.folder / settings.file).absolute(),
        shown=settings.file,
        marker=settings.marker,
        count=settings.count,
        title=settings.title,
        language=settings.language,
    )


async def _show(context: Context, changed: dict[str, dict[str, Any]]) -> None:
    """Rewrite the page first: what is kept was seen to stand there."""
    kept = {
        key.removeprefix(PREFIX): entry for key, entry in context.state.scan(PREFIX)
    }
    found = await context.run_blocking(_page(context).rewrite, kept | changed)
    context.state.batch(
        [(PREFIX + name, entry) for name, entry in {**found, **changed}.items()]
    )
