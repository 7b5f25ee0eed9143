"""What stands around a post and is none of it: bylines, pleas, "appeared first on"."""

from __future__ import annotations

import re

from share_bridge.text.pattern import pattern

__all__ = [
    "is_divider",
    "is_machine_cut",
    "is_note",
    "is_preamble",
    "is_warning",
    "without_tail",
]

_MAX_NOTE = 160

# A whole short block, before the first real prose.
_PREAMBLE = pattern(
    r"(?:by|von|par|por|di|av|af|door|autor|от|автор)\s+\w[^.!?\n]{1,60}"
    r"|(?:photos?|image|bild|foto|crédit photo|credits?)(?: by| von| par| de)?:?"
    r"\s+[^.!?\n]{1,60}"
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
_TAIL = pattern(
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
# A whole short block behind the prose: what themes and feeds add to every post.
_NOTE = pattern(
    r"(?:filed under|tagged(?: with)?|posted in)\b\s*:?.{1,120}"
    r"|(?:tags|categories|category|kategorien?|schlagw(?:ort|örter)|étiquettes"
    r"|catégories?|etiquetas|categorías?)\s*:.{1,120}"
    r"|(?:thanks|thank you) for reading.{0,100}"
    r"|(?:danke fürs lesen|merci d[’']avoir lu|gracias por leer).{0,100}"
    r"|\W*(?:reply|respond) (?:by|via) e-?mail\b.{0,60}"
    r"|(?:leave|post|add) a comment\b.{0,40}|\d+ comments?|comments?(?: \(\d+\))?"
    r"|(?:if you (?:enjoyed|liked)|did you (?:enjoy|like)|enjoyed this)\b.{0,140}"
    r"|(?:you can |please )?(?:subscribe|sign up|follow (?:us|me)\b|share this"
    r"|buy me a coffee|support (?:me|us|my work)"
    r"|join (?:our|my) (?:newsletter|mailing)).{0,120}"
    r"|you(?:’re|'re| are)? (?:receiv(?:e|ing)|gett?(?:ing)?) this .{0,100}"
    r"|unsubscribe\b.{0,100}"
    r"|this post (?:may )?contains? affiliate links.{0,100}"
    r"|(?:related (?:posts|articles)|see also:|you (?:may|might) also like).{0,100}"
    r"|(?:read|view|discuss)(?: this| the)? ?(?:post|article|original|comments?)? ?"
    r"(?:on|at) \S.{0,60}",
    re.IGNORECASE,
)
_WARNING = pattern(
    r"(?:[⚠️\W]*)(?:cw|tw|content (?:warning|note|notice)|trigger warning|spoilers?"
    r"(?: (?:warning|alert|ahead|below|follow))?|inhaltswarnung|triggerwarnung"
    r"|spoilerwarnung|attention spoilers?|avertissement|divulgâcheu(?:r|rs)"
    r"|aviso de contenido|ネタバレ(?:注意|あり)?)\s*(?:[:：!！.…]|$).{0,200}",
    re.IGNORECASE,
)
# "Continue reading" and a title: only where it is all of a block.
_ALONE = pattern(rf"\W*{_GO_ON}\b[^\n.!?]{{0,200}}{_ARROWS}", re.IGNORECASE)
_DIVIDER = pattern(r"[\s*~•·—–_=#.+<>/\\|§⁂❦❧☙⸻✻✽◆◇○●\[\]…-]{1,30}")
_BRACKETED = pattern(r"\s*[\[(](?:…|\.\.\.)[\])]\s*$")
_MACHINE = pattern(
    rf"(?:[\[(](?:…|\.\.\.)[\])]|\b{_GO_ON}{_ARROWS}"
    rf"|(?:…|\.\.\.|[.\])])\s*{_GO_ON}\b[^\n]{{0,200}})\s*$",
    re.IGNORECASE,
)


def is_preamble(text: str) -> bool:
    """Whether a block before the prose is a byline, a date or a plea."""
    return len(text) <= _MAX_NOTE and bool(_PREAMBLE.fullmatch(text.strip()))


def is_note(text: str) -> bool:
    """Whether a block behind the prose is what every post ends with, and no prose."""
    return len(text) <= _MAX_NOTE and bool(_NOTE.fullmatch(text.strip()))


def is_warning(text: str) -> bool:
    """Whether a block warns of what comes below it, which nobody is to read here."""
    return len(text) <= 2 * _MAX_NOTE and bool(_WARNING.fullmatch(text.strip()))


def is_divider(text: str) -> bool:
    """Whether a block is a line of signs between two parts: `* * *`."""
    return bool(_DIVIDER.fullmatch(text))


def is_machine_cut(text: str) -> bool:
    """Whether a summary says of itself that a machine cut it."""
    return bool(_MACHINE.search(text[-200:]))


def without_tail(text: str) -> str:
    """The text of a last block without "appeared first on", "Continue reading", […]."""
    start = max(0, len(text) - 600)
    kept = "" if _ALONE.fullmatch(text) else _TAIL.sub("", text[start:], count=1)
    return text[:start] + _BRACKETED.sub("", kept)
