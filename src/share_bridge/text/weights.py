"""Networks that count as nobody else does: X, Threads, LinkedIn, Slack.

Each function takes a plain text and says how long that network finds it. Where what a
network does is not known for sure, the larger count is given: a teaser that is a word
shorter is better than one that is refused.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

from share_bridge.model.capabilities import Unit
from share_bridge.text.domains import is_known
from share_bridge.text.little_text import little_text
from share_bridge.text.measure import length
from share_bridge.text.pattern import pattern

__all__ = ["after_little_text", "emoji_as_bytes", "escaped_for_slack", "weighted"]

#: What X makes of every link (twitter-text, config/v3.json: transformedURLLength).
_LINK = 23
#: 63 octets, of which "xn--" takes four (RFC 1035, RFC 3490).
_MAX_LABEL = 60
# Beyond the ranges of config/v3.json, which weigh 1, all weighs 2.
_HEAVY = pattern("[^\x00-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
_LIGHT = pattern("[\x00-\u10ff\u2000-\u200c\u2010-\u201f\u2032-\u2037]*")
_SPACE = pattern(r"\s")
# What may be a link to X as far as it surely goes: what is behind that is counted as it
# is written. Without a scheme, names of ASCII letters are links.
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_TLD = r"(?:[A-Za-z]{2,63}(?![A-Za-z0-9-])|xn--[A-Za-z0-9-]{1,59}|[^\W\d_A-Za-z]{2,63})"
_BARE_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_ADDRESS = pattern(
    rf"(?:([Hh][Tt][Tt][Pp][Ss]?://)((?:{_LABEL}\.){{1,9}}{_TLD})|((?:{_BARE_LABEL}\.){{1,9}}{_TLD}))"
    r"(?::\d+)?(?:/(?:(?:(?![Hh][Tt][Tt][Pp][Ss]?:)[A-Za-z0-9!*';:=+,.$/%#\[\]_~@|&-])*[A-Za-z0-9=_#/+-])?)?"
    r"(?:\?[A-Za-z0-9!?*'@();:&=+$/%#\[\]_.,~|-]*[A-Za-z0-9_&=#/-])?",
)
_NO_LINK_BEHIND, _NO_LINK_BEFORE = pattern(r"[\w@＠$#＃/.-]"), pattern(r"[\w@＠]")


def weighted(text: str) -> int:
    """The length of a text at X: a link is 23, an emoji 2, most Western letters 1.

    Never less than twitter-text 3.1 says, which knows Emoji 11: a newer sequence is
    the emoji that it is made of. A name without a scheme (`example.org`) is a link.
    """
    text = unicodedata.normalize("NFC", text)
    total = end = 0
    for found in _addresses(text):
        total += _weight(text[end : found.start()]) + _weight_of_link(found)
        end = found.end()
    return total + _weight(text[end:])


def emoji_as_bytes(text: str) -> int:
    """The length of a text at Threads: graphemes, but of an emoji every byte."""
    if text.isascii():
        return len(text)
    pictures = _pictures().findall(text)
    shown = _pictures().sub("", text)
    return length(shown, Unit.GRAPHEMES) + sum(len(it.encode()) for it in pictures)


def after_little_text(text: str) -> int:
    """The length of a text at LinkedIn, in UTF-16 units of what is sent.

    Whether its escapes count is not documented: they are counted.
    """
    return length(little_text(text), Unit.UTF16)


def escaped_for_slack(text: str) -> int:
    """The length of a text at Slack, whose `&`, `<` and `>` are sent as entities."""
    return len(html.escape(text, quote=False))


def _addresses(text: str) -> Iterator[re.Match[str]]:
    """What may be a link: only where a full stop stands within a word."""
    end, dot = 0, text.find(".")
    while dot >= 0:
        if text[dot + 1 : dot + 2].isalnum():
            start = max(end, text.rfind(" ", end, dot), text.rfind("\n", end, dot))
            space = _SPACE.search(text, dot)
            end = space.start() if space else len(text)
            yield from _ADDRESS.finditer(text, start, end)
        dot = text.find(".", max(end, dot + 1))


def _weight_of_link(found: re.Match[str]) -> int:
    """23 where it surely is a link, else the most that it can be."""
    scheme, host = found[1] or "", found[2] or found[3]
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    doubtful = _NO_LINK_BEHIND.match(before) or _NO_LINK_BEFORE.match(after)
    if is_known(host) and not doubtful and _resolves(host):
        return _LINK
    start = len(scheme) + len(host)
    if before in {"@", "＠"} and not scheme:
        # A mention: "@ada@example.org".
        return _weight(found[0][:start]) + weighted(found[0][start:])
    written = _weight(found[0][:start]) + weighted(found[0][start:])
    if not host.isascii():
        return len(scheme) + _LINK + written
    return max(len(scheme) + _LINK, written)


def _resolves(host: str) -> bool:
    """Whether every label is short enough for DNS, written as it is there."""
    labels = () if host.isascii() else host.split(".")
    return all(len(label.encode("punycode")) < _MAX_LABEL for label in labels)


def _weight(text: str) -> int:
    if _LIGHT.fullmatch(text):
        return len(text)
    text = _known_emoji().sub("\u3000", text)
    return len(text) + len(_HEAVY.findall(text))


@cache
def _pictures() -> Any:
    """Every emoji, with all that belongs to it."""
    import regex  # type: ignore[import-untyped]  # noqa: PLC0415 - for few texts

    return regex.compile(
        r"(?=\p{RI}\p{RI}|[\p{Extended_Pictographic}--[©®™]]|[#*0-9©®™]\ufe0f)\X",
        flags=regex.VERSION1,
    )


@cache
def _known_emoji() -> Any:
    """The sequences that X counts as one: those of Emoji 11, which twemoji knew."""
    import regex  # noqa: PLC0415 - for few texts

    tone = "[\U0001f3fb-\U0001f3ff]"
    # Of what came with Emoji 12 and later nothing is taken for a base.
    newer = (
        "[\u267e\u26a7\U0001fa60-\U0001faff\U0001f46b-\U0001f46d\U0001f48f\U0001f491\U0001f90c"
        "\U0001f90f\U0001f91d\U0001f977\U0001f9bb\U0001f9cd-\U0001f9cf]"
    )
    person = f"[\U0001f468\U0001f469]{tone}?"
    work = "[\u2695\u2696\u2708]\ufe0f|[🌾🍳🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦰-🦳]"
    gendered = "[🏃🏄🏊👮👯👱👳👷💁💂💆💇🙅-🙇🙋🙍🙎🚣🚴-🚶🤦🤷-🤹🤼-🤾🦸🦹🧖-🧟]"
    adults, children = "[\U0001f468\U0001f469]", "[\U0001f466\U0001f467]"
    base = rf"[\p{{Emoji_Modifier_Base}}--{newer}]"
    return regex.compile(
        f"{person}\u200d(?:{work})"
        f"|{adults}\u200d\u2764\ufe0f\u200d(?:\U0001f48b\u200d)?{adults}"
        f"|{adults}(?:\u200d{adults})?(?:\u200d{children}){{1,2}}"
        f"|(?:{gendered}{tone}?|[\u26f9🏋🏌🕵](?:{tone}|\ufe0f))\u200d[\u2640\u2642]\ufe0f"
        "|\U0001f3f3\ufe0f\u200d\U0001f308|\U0001f3f4\u200d\u2620\ufe0f|\U0001f441\u200d\U0001f5e8"
        "|\U0001f3f4\U000e0067\U000e0062[\U000e0061-\U000e007a]{3}\U000e007f"
        rf"|{base}{tone}|[#*0-9]\ufe0f?\u20e3|\p{{RI}}{{2}}"
        rf"|[\p{{Emoji}}--\p{{Emoji_Presentation}}--[#*0-9]--{newer}]\ufe0f",
        flags=regex.VERSION1,
    )
