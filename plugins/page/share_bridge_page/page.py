"""Brings a file on the disk to the state of its entries, in one step or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from msgspec import Struct

from share_bridge.plugin import TargetBlockedError, file_error, write_file
from share_bridge_page.draw import as_html, as_markdown
from share_bridge_page.entries import Entry, newest, read_back
from share_bridge_page.region import Region, find_region
from share_bridge_page.skeleton import is_untouched, new_markdown, new_page

__all__ = ["MARKDOWN", "Page"]

MARKDOWN = frozenset({".md", ".markdown"})

_Documents = Mapping[str, Mapping[str, Any]]


class Page(Struct, frozen=True, kw_only=True):
    """One file, and how many entries stand where in it.

    Attributes:
        path: Where it is.
        shown: What people are told it is called.

    """

    path: Path
    shown: str
    marker: str
    count: int
    title: str
    language: str

    def verify(self) -> None:
        """Say whether `rewrite` would know where to write.

        Raises:
            TargetBlockedError: The file is not ours and has no pair of markers.

        """
        self._region(self._read(), self.language)

    def rewrite(self, documents: _Documents) -> dict[str, dict[str, Any]]:
        """Show the newest of these, and of the entries that only the page knows.

        Returns: the latter, as documents by id: what a lost ledger has forgotten.
        """
        with self._alone():
            content = self._read()
            known = {} if content is None else self._unknown(content, documents)
            entries = newest({**known, **documents}, self.count)
            drawn = self._filled(content, entries)
            if drawn != content:
                write_file(self.path, drawn, shown=self.shown)
        return known

    def _read(self) -> bytes | None:
        try:
            return self.path.read_bytes() or None
        except FileNotFoundError:
            return None
        except OSError as error:
            raise file_error(error, self.shown) from error

    def _unknown(
        self, content: bytes, documents: _Documents
    ) -> dict[str, dict[str, Any]]:
        region = self._region(content, self.language)
        return {
            entry.id: entry.to_json()
            for entry in read_back(region.inside)
            if entry.id not in documents
        }

    def _filled(self, content: bytes | None, entries: list[Entry]) -> bytes:
        language = self.language or (entries[0].language if entries else "")
        region = self._region(content, language)
        if self.path.suffix.lower() in MARKDOWN:
            return region.filled(as_markdown(entries), is_html=False)
        if is_untouched(region):
            region = self._region(None, language)
        return region.filled(as_html(entries), is_html=True)

    def _region(self, content: bytes | None, language: str) -> Region:
        if content is None:
            content = self._skeleton(language)
        region = find_region(content, self.marker, shown=self.shown)
        if region is None:
            raise TargetBlockedError(
                f"{self.shown}: has no markers and was not made by share-bridge; put "
                f"<!-- {self.marker}:START --> and <!-- {self.marker}:END --> where "
                "the teasers belong, or name another file"
            )
        return region

    def _skeleton(self, language: str) -> bytes:
        if self.path.suffix.lower() in MARKDOWN:
            return new_markdown(title=self.title, marker=self.marker)
        return new_page(title=self.title, language=language, marker=self.marker)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep others away who write to the same folder, another marker for example."""
        folder = self.path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(folder, os.O_RDONLY)
        except PermissionError as error:
            if os.name != "nt":  # folders cannot be opened there
                raise file_error(error, self.shown) from error
            handle = None
        except OSError as error:
            raise file_error(error, self.shown) from error
        try:
            if handle is not None:
                _lock(handle)
            yield
        finally:
            if handle is not None:
                os.close(handle)


def _lock(handle: int) -> None:
    """Wait for the lock, which ends with the handle; some network disks have none."""
    with suppress(ImportError, OSError):
        import fcntl  # noqa: PLC0415 - not on Windows

        fcntl.flock(handle, fcntl.LOCK_EX)
