"""The table of networks, as the reference shows it.

`python tests/support/network_page.py` writes it into docs/reference/networks.md; a
test fails while the page is not current.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from share_bridge.model.capabilities import Capabilities, TextLimit
from share_bridge.text.networks import Card, Network, networks

__all__ = ["PAGE", "with_networks"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "networks.md"

_BLOCK = re.compile(r"(<!-- networks -->\n).*?(<!-- end of networks -->)", re.DOTALL)
_HEAD = "| network | length of a text | hashtags | link card | pictures | read on |"


def with_networks(text: str) -> str:
    """The page with its table made current."""
    table = "\n".join([_HEAD, "|---|---|---|---|---|---|", *_rows()])
    return _BLOCK.sub(lambda found: f"{found[1]}{table}\n{found[2]}", text)


def _rows() -> Iterator[str]:
    for each in networks().values():
        links = " ".join(
            f"[{number}]({link})" for number, link in enumerate(each.documents, 1)
        )
        cells = (
            f"{each.title} (`{each.name}`)",
            " and ".join(_limit(limit) for limit in each.capabilities.text),
            _hashtags(each.capabilities),
            _card(each),
            _pictures(each),
            f"{each.checked:%Y-%m-%d} {links}",
        )
        yield f"| {' | '.join(cells)} |"


def _limit(limit: TextLimit) -> str:
    counting = limit.counting
    words = f"{limit.maximum:,} {counting.words}"
    if counting.url_length is not None:
        words += f", a link {counting.url_length}"
    return words + (", a mention without its server" * counting.remote_mentions)


def _hashtags(capabilities: Capabilities) -> str:
    if not capabilities.has_tags:
        return "none"
    most = capabilities.max_tags
    return "80 characters" if most is None else str(most)


def _card(network: Network) -> str:
    if not network.clickable:
        return "none; links cannot be followed"
    if network.card is Card.NONE:
        return "none"
    words = "fetched" if network.card is Card.FETCHED else "sent"
    return words + (", not in the text" * network.capabilities.sends_link)


def _pictures(network: Network) -> str:
    media = network.capabilities.media
    if not media.max_count:
        return "none"
    words = [f"{media.max_count}"]
    if media.max_bytes is not None:
        words.append(f"{media.max_bytes / 1_000_000:.3g} MB")
    if media.max_pixels is not None:
        words.append(f"{media.max_pixels / 1_000_000:.3g} million pixels")
    if media.max_edge is not None:
        words.append(f"{media.max_edge:,} pixels a side")
    if media.max_alt is not None:
        words.append(f"{media.max_alt:,} characters")
    return ", ".join(words) + ("; one is needed" * network.needs_image)


def main() -> None:
    """Write the page."""
    PAGE.write_text(with_networks(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{PAGE} is current", file=sys.stderr)  # noqa: T201 - a tool for people


if __name__ == "__main__":
    main()
