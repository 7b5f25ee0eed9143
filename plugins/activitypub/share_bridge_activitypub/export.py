"""The actor as files, for a site that has no server of its own.

Everything but the inbox can be one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from share_bridge.plugin import write_file
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.web.pages import Page, Pages

__all__ = ["Exported", "content_of", "export"]


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export came to.

    Attributes:
        written: Paths that are new or changed.
        same: How many were as they are.

    """

    written: tuple[str, ...]
    same: int


def export(actor: Actor, folder: Path, *, version: str) -> Exported:
    """Write every document that is not there as it should be; remove nothing.

    A document that vanished would be taken for a deletion: a tombstone is one more
    file.
    """
    pages, written, same = Pages(actor, version=version), [], 0
    for path in pages.paths():
        page = pages.at(path)
        if page is None:
            continue
        content = content_of(page)
        file = folder / path.removeprefix("/")
        if file.is_file() and file.read_bytes() == content:
            same += 1
            continue
        write_file(file, content)
        written.append(path)
    return Exported(tuple(written), same)


def content_of(page: Page) -> bytes:
    """The bytes of a document's file."""
    return json.dumps(page.document, ensure_ascii=False, indent=1).encode()
