"""What a publisher shows of a message before it goes out."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Rendering"]


class Rendering(Struct, frozen=True):
    """One more form in which readers get a message, for `share-bridge preview`.

    Attributes:
        title: What it is, such as `HTML mail`.
        text: Plain text; shown as it is.
        html: A whole document. It is shown in a frame of its own that runs no script
            and loads nothing, whatever it says.

    """

    title: str
    text: str = ""
    html: str = ""
