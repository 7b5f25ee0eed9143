"""How title, teaser, link and hashtags stand together in plain text."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Layout", "link_line"]

_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur"})


class Layout(Struct, frozen=True):
    """The paragraphs of a message; an empty one is not there.

    Attributes:
        title: One line.
        warning: What a content warning says, where the service has no place for it.
        teaser: Plain text.
        link: The line with the address.
        tags: Hashtags without `#`.
        number: Of a part of a thread, such as `2/5`.

    """

    title: str = ""
    warning: str = ""
    teaser: str = ""
    link: str = ""
    tags: tuple[str, ...] = ()
    number: str = ""

    @property
    def text(self) -> str:
        """All of it, an empty line between the paragraphs."""
        hashtags = " ".join(f"#{tag}" for tag in self.tags)
        lines = (
            *(self.title, self.warning, self.teaser, self.link, hashtags),
            self.number,
        )
        return "\n\n".join(line for line in lines if line)

    @property
    def teaser_start(self) -> int:
        """Where in `text` the teaser starts."""
        return sum(len(line) + 2 for line in (self.title, self.warning) if line)


def link_line(words: str, link: str, language: str) -> str:
    """`Read more: https://…` as the language writes it.

    Right-to-left words get a line of their own, so that neither turns the other.
    """
    if not link or not words:
        return link
    main = language.lower().replace("_", "-").partition("-")[0]
    if main in _RIGHT_TO_LEFT:
        return f"{words}:\n{link}"
    if not words[-1].isalnum():
        return f"{words} {link}"
    return f"{words}\xa0: {link}" if main == "fr" else f"{words}: {link}"
