"""What each HTML element is to a post: allowed, dropped with its content, a block."""

from __future__ import annotations

__all__ = [
    "ALLOWED",
    "ATTRIBUTES",
    "BLOCK",
    "CLOSED_BY",
    "DROPPED",
    "LINKS",
    "RAW",
    "SCOPE",
    "TABLE_CELLS",
    "TABLE_PARTS",
    "VOID",
]


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


_INLINE = _names(
    "a abbr b br cite code del dfn em i img ins kbd mark q rp rt ruby s samp small"
    " strong sub sup time u var wbr"
)
#: Elements that stand apart from what is before and behind them.
BLOCK = _names(
    "address article aside blockquote caption dd details div dl dt figcaption figure"
    " footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table"
    " tbody td tfoot th thead tr ul"
)
#: All that is left of any HTML.
ALLOWED = _INLINE | BLOCK

#: Attributes that stay, by element; `*` for every element.
ATTRIBUTES = {
    "*": ("dir", "lang"),
    "a": ("href", "title"),
    "abbr": ("title",),
    "blockquote": ("cite",),
    "img": ("alt", "height", "src", "title", "width"),
    "ol": ("start",),
    "q": ("cite",),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan", "scope"),
    "time": ("datetime",),
}
#: Attributes that hold an address.
LINKS = frozenset({"cite", "href", "src"})

VOID = _names(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param"
    " source track wbr"
)
#: Elements whose content is no markup: skipped to their end tag.
RAW = _names(
    "iframe noembed noframes noscript plaintext script style textarea title xmp"
)
#: Elements that go with their content: nothing in them is prose.
DROPPED = _names(
    "applet audio button canvas datalist dialog frameset head map menuitem object"
    " option optgroup progress select svg template video"
)

_ENDS_PARAGRAPH = BLOCK - {"caption", "td", "th", "tr", "tbody", "thead", "tfoot"}
_HEADINGS = _names("h1 h2 h3 h4 h5 h6")
_CELLS = frozenset({"td", "th"})
_GROUPS = frozenset({"tbody", "tfoot", "thead", "caption"})

#: What the start of an element ends by itself, as HTML lets authors leave out.
CLOSED_BY = {
    **{name: frozenset({"p"}) for name in sorted(_ENDS_PARAGRAPH)},
    **dict.fromkeys(sorted(_HEADINGS), _HEADINGS | {"p"}),
    "a": frozenset({"a"}),
    "dd": frozenset({"dd", "dt"}),
    "dt": frozenset({"dd", "dt"}),
    "li": frozenset({"li"}),
}

#: Where the search for what is ended stops; "p" stands for all others.
SCOPE = {
    "dd": frozenset({"dl", "table"}),
    "dt": frozenset({"dl", "table"}),
    "li": frozenset({"ol", "ul", "table"}),
    "p": frozenset({"table", "td", "th", "caption"}),
}

#: The parts of a table, and what each stands in.
TABLE_PARTS = {
    **dict.fromkeys(sorted(_GROUPS), frozenset({"table"})),
    "tr": frozenset({"table", "tbody", "tfoot", "thead"}),
    **dict.fromkeys(sorted(_CELLS), frozenset({"table", "tr"})),
}
#: What has to be opened before anything else may stand in a part of a table.
TABLE_CELLS = {
    "table": ("tr", "td"),
    "tbody": ("tr", "td"),
    "tfoot": ("tr", "td"),
    "thead": ("tr", "td"),
    "tr": ("td",),
}
