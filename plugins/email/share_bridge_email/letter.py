"""Draws a teaser as an HTML letter: one column, light and dark, at most one picture."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from string import Template

from share_bridge.plugin import Image, Message, for_html, for_line
from share_bridge_email.addresses import parse
from share_bridge_email.settings import EmailSettings
from share_bridge_email.words import words

__all__ = ["draw", "picture"]

#: Characters that mail programs show behind the subject.
PREHEADER = 90

_CODE = "background:#f3f0ea;font-family:ui-monospace,Menlo,Consolas,monospace;"
_STYLES = {
    "a": "color:#0b5aa8;",
    "blockquote": "margin:0 0 14px;padding-left:14px;border-left:3px solid #e6e2da;"
    "color:#5d646f;",
    "code": _CODE + "font-size:15px;",
    "li": "margin:0 0 4px;",
    "ol": "margin:0 0 14px;padding-left:22px;",
    "p": "margin:0 0 14px;",
    "pre": _CODE + "margin:0 0 14px;padding:12px 14px;border-radius:6px;"
    "white-space:pre-wrap;",
    "ul": "margin:0 0 14px;padding-left:22px;",
}
_STYLED = re.compile(rf"<({'|'.join(_STYLES)})(?=[ >])")
# As the sanitizer writes it: quoted attributes, in which `>` may stand.
_IMAGE = re.compile(r'<img(?:[^>"]|"[^"]*")*>')
_BUTTON = (
    "display:inline-block;padding:10px 18px;border-radius:8px;background:#0b5aa8;"
    "color:#ffffff;font-weight:600;text-decoration:none;"
)
#: Around it, since Outlook pads no links.
_FRAME = (
    '<table role="presentation" cellpadding="0" cellspacing="0" border="0" '
    'style="margin:6px 0 0;"><tr><td class="button" bgcolor="#0b5aa8" '
    'style="border-radius:8px;mso-padding-alt:10px 18px;">{}</td></tr></table>'
)
#: Languages that are written from right to left.
_LEFTWARD = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
_PICTURE = (
    "display:block;width:100%;max-width:100%;height:auto;margin:0 0 18px;border:0;"
    "border-radius:8px;color:#5d646f;font-size:14px;"
)


def draw(message: Message, settings: EmailSettings, *, subject: str, leave: str) -> str:
    """The whole letter.

    Args:
        message: What it says.
        settings: Of the target.
        subject: One line.
        leave: Where its reader unsubscribes.

    """
    address = parse(settings.sender)
    sender = address.display_name or address.addr_spec
    leftward = message.language.lower().partition("-")[0] in _LEFTWARD
    return _template().substitute(
        direction="rtl" if leftward else "ltr",
        start="right" if leftward else "left",
        language=for_html(message.language or "en"),
        subject=for_html(subject),
        preheader=for_html(_preheader(message)),
        sender=for_html(for_line(sender)),
        title=for_html(for_line(message.title) or subject),
        picture=_picture(picture(message, settings)),
        body=_body(message),
        button=_button(message),
        ending=_ending(message, settings, sender=sender, leave=leave),
    )


def picture(message: Message, settings: EmailSettings) -> Image | None:
    """The post's first picture, if it is to be shown and could be read just now.

    A mail cannot be mended: what is not there is not linked.
    """
    if not settings.images or message.content_warning:
        return None
    shown = (image for image in message.images if image.data and _is_web(image.url))
    return next(shown, None)


@cache
def _template() -> Template:
    letter = files(__package__).joinpath("letter.html")
    return Template(letter.read_text(encoding="utf-8"))


def _picture(image: Image | None) -> str:
    if image is None:
        return ""
    alt, url = for_html(for_line(image.alt)), for_html(for_line(image.url))
    return f'<img src="{url}" alt="{alt}" width="550" style="{_PICTURE}">'


def _ending(
    message: Message, settings: EmailSettings, *, sender: str, leave: str
) -> str:
    """Why the mail came, how to leave, and the owner's own line."""
    why, word = words(message.language)
    link = f'<a href="{for_html(leave)}" style="color:#5d646f;">{for_html(word)}</a>'
    lines = [f"{for_html(why.replace('{sender}', for_line(sender)))} {link}"]
    lines += [for_html(for_line(settings.footer))] if settings.footer else []
    return "<br>".join(lines)


def _is_web(url: str) -> bool:
    return url.lower().startswith(("https://", "http://"))


def _preheader(message: Message) -> str:
    line = for_line(message.content_warning or message.teaser)
    if len(line) <= PREHEADER:
        return line
    return line[: PREHEADER - 1].rpartition(" ")[0] + "…"


def _body(message: Message) -> str:
    if message.content_warning:
        return _styled(f"<p>⚠ {for_html(for_line(message.content_warning))}</p>")
    body = message.html or f"<p>{for_html(message.teaser or message.text)}</p>"
    return _styled(_without_last_link(_IMAGE.sub("", body), message.link))


def _without_last_link(body: str, link: str) -> str:
    """The body without a closing paragraph that is the link alone: it gets a button."""
    if not link:
        return body
    pattern = r'\s*<p>\s*<a [^>]*href="{}"[^>]*>[^<]*</a>\s*</p>\s*\Z'
    return re.sub(pattern.format(re.escape(for_html(link))), "", body)


def _styled(body: str) -> str:
    """Many mail programs know no style sheets, so each element carries its style."""
    return _STYLED.sub(
        lambda tag: f'{tag[0]} style="{_STYLES[tag[1]]}"',
        body,
    )


def _button(message: Message) -> str:
    if not _is_web(message.link):
        return ""
    words = for_html(for_line(message.read_more) or message.link.partition("://")[2])
    address = for_html(message.link)
    link = f'<a class="button" href="{address}" style="{_BUTTON}">{words}</a>'
    return _FRAME.format(link)
