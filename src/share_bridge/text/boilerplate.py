"""What machines put around a post: bylines, dates, pleas, "appeared first on"."""

from __future__ import annotations

import re

__all__ = ["is_machine_cut", "is_preamble", "without_tail"]

_MAX_NOTE = 160

# A whole short block, before the first real prose.
_PREAMBLE = re.compile(
    r"(?:by|von|par|por|di|av|af|door|autor)\s+\w[^.!?\n]{1,60}"
    r"|(?:posted|published|updated|written|last (?:updated|modified)|veröffentlicht"
    r"|publié|publicado|pubblicato)\b[^.!?\n]{0,60}"
    r"|(?:reading time|estimated reading time|lesezeit|temps de lecture)\b.{0,30}"
    r"|\d+\s*min(?:ute)?s?\.?\s*(?:read|lesezeit|de lecture)"
    r"|(?:\w{3,12},?\s+)?(?:\d{1,2}\.?\s+\w{3,12}|\w{3,12}\s+\d{1,2}),?\s+\d{4}"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    r"|(?:advertisement|sponsored|anzeige|werbung|publicité|table of contents|contents"
    r"|inhalt|inhaltsverzeichnis)\s*:?"
    r"|(?:subscribe|sign up|join (?:our|my) (?:newsletter|mailing)|follow (?:us|me)\b"
    r"|share this|click here to|listen to this|read this (?:post|article) (?:on|in))"
    r"\b.{0,120}",
    re.IGNORECASE,
)

_GO_ON = (
    r"(?:continue reading|read (?:more|on|the (?:rest|full|whole)\b[^.!?\n]{0,60})"
    r"|keep reading|weiterlesen|mehr lesen|lire la suite|leer más|seguir leyendo"
    r"|continua a leggere|leggi tutto|continuar (?:a ler|lendo)|leia mais|lees verder"
    r"|lees meer|czytaj (?:dalej|więcej)|läs mer|les mer|læs mere|lue lisää|číst dál)"
)
_ARROWS = r"[\s→»›>…\.\]\)&]*"
# At the end of the last block, as feeds of WordPress and others have it.
_TAIL = re.compile(
    r"\s*(?:"
    r"the post .{1,300} (?:appeared|was) first (?:appeared |published )?on .{1,200}"
    r"|this (?:post|article|entry) .{0,300}(?:was )?(?:originally|first) "
    r"(?:appeared|published|posted) (?:on|at|in) .{1,200}"
    r"|(?:originally|first) (?:appeared|published|posted) (?:on|at|in) .{1,200}"
    r"|der beitrag .{1,300} erschien zuerst auf .{1,200}"
    r"|l[’']article .{1,300} est apparu en premier sur .{1,200}"
    r"|la entrada .{1,300} (?:aparece primero en|se publicó primero en) .{1,200}"
    r"|l[’']articolo .{1,300} proviene da .{1,200}"
    rf"|[\(\[]?{_GO_ON}(?:\s[“\"‘][^\n]{{1,200}})?{_ARROWS}"
    r")$",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\s*[\[(](?:…|\.\.\.)[\])]\s*$")
_MACHINE = re.compile(
    rf"(?:[\[(](?:…|\.\.\.)[\])]|\b{_GO_ON}{_ARROWS})\s*$", re.IGNORECASE
)


def is_preamble(text: str) -> bool:
    """Whether a block before the prose is a byline, a date or a plea."""
    return len(text) <= _MAX_NOTE and bool(_PREAMBLE.fullmatch(text.strip()))


def is_machine_cut(text: str) -> bool:
    """Whether a summary says of itself that a machine cut it."""
    return bool(_MACHINE.search(text[-200:]))


def without_tail(text: str) -> str:
    """The text of a last block without "appeared first on", "Continue reading", […]."""
    start = max(0, len(text) - 600)
    kept = _TAIL.sub("", text[start:], count=1)
    return text[:start] + _BRACKETED.sub("", kept)
