"""Draws an object as one kind of server shows it: a page that loads nothing."""

from __future__ import annotations

from share_bridge.plugin import for_html
from share_bridge_activitypub.preview.readers import Reader, Shown

__all__ = ["draw"]

_STYLE = """
:root{color-scheme:light dark;--paper:light-dark(#fff,#1b1e24);--ink:light-dark(#22252b,
#e7e6e3);--quiet:light-dark(#5a616c,#a5abb6);--line:light-dark(#dedad1,#333943);
--soft:light-dark(#f1efe9,#252932);--link:light-dark(#0b5aa8,#8fbdf7)}
*{box-sizing:border-box}
body{margin:0;padding:1rem;background:var(--paper);color:var(--ink);max-width:38rem;
font:1rem/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:var(--link)}h1{font-size:1.15rem;margin:.6rem 0;line-height:1.3}
p{margin:.6rem 0}pre{white-space:pre-wrap}
header{display:flex;flex-wrap:wrap;gap:.1rem .6rem;align-items:baseline}
header span,footer,.left{color:var(--quiet);font-size:.875rem}
main details{margin-top:.6rem}
summary{cursor:pointer;padding:.5rem .75rem;background:var(--soft);border-radius:.5rem}
summary>:first-child{display:inline}
.pictures{display:grid;gap:.4rem;padding:0;margin:.6rem 0;list-style:none;
grid-template-columns:repeat(auto-fit,minmax(min(100%,9rem),1fr))}
.pictures li{display:grid;place-items:center;text-align:center;min-height:6rem;
padding:.75rem;border:1px dashed var(--quiet);border-radius:.5rem;font-size:.875rem;
color:var(--quiet)}
.none{padding:.75rem;background:var(--soft);border-radius:.5rem}
footer,.left{border-top:1px solid var(--line);margin-top:1rem;padding-top:.6rem}
.left ul{margin:.2rem 0;padding-inline-start:1.2rem}
"""


def draw(
    reader: Reader, shown: Shown, *, handle: str, name: str, language: str, note: str
) -> str:
    """The page.

    Args:
        reader: Which kind of server.
        shown: What it makes of the object.
        handle: Of the actor.
        name: Of the actor.
        language: Of the post, or empty.
        note: More to know of it, or empty.

    """
    title = f"{name} at {reader.name}"
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{for_html(title)}</title><style>{_STYLE}</style></head><body>"
        f'<main><header><strong dir="auto">{for_html(name)}</strong> '
        f"<span>@{for_html(handle)}</span></header>{_post(shown, language)}</main>"
        f"{_left_out(shown)}<footer>{for_html(note)} Source: "
        f"{for_html(reader.source)}; read on {reader.date}.</footer></body></html>"
    )


def _post(shown: Shown, language: str) -> str:
    if shown.nothing:
        return f'<p class="none">Not shown. {for_html(shown.nothing)}</p>'
    title = f"<h1>{for_html(shown.title)}</h1>" if shown.title else ""
    link = for_html(shown.link)
    under = f'<p><a href="{link}">{link}</a></p>' if shown.link else ""
    post = f"{title}{shown.html}{under}{_pictures(shown)}"
    if shown.folded:
        post = f"<details><summary>{shown.folded}</summary>{post}</details>"
    return f'<div dir="auto" lang="{for_html(language or "und")}">{post}</div>'


def _pictures(shown: Shown) -> str:
    if not shown.pictures:
        return ""
    items = "".join(
        f"<li>{for_html(words) if words else 'A picture without words'}</li>"
        for words in shown.pictures
    )
    return f'<ul class="pictures">{items}</ul>'


def _left_out(shown: Shown) -> str:
    if not shown.left_out:
        return ""
    items = "".join(f"<li>{for_html(line)}</li>" for line in shown.left_out)
    return f'<div class="left">Left out:<ul>{items}</ul></div>'
