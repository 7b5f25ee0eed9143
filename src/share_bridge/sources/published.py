"""Whether the page at a post's address is that post's, and fit to be linked to."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import urlsplit

from share_bridge.model.post import Image
from share_bridge.sources.head import Head
from share_bridge.sources.pictures import images
from share_bridge.text.links import absolute, canonical

__all__ = [
    "card_gaps",
    "card_image",
    "host_of",
    "is_own_page",
    "is_private",
    "not_its_page",
]

#: What link cards are made of, and what else a service takes in its place.
_CARD = (
    ("og:title", ("twitter:title",)),
    ("og:description", ("twitter:description", "description")),
    ("og:image", ("og:image:url", "og:image:secure_url", "twitter:image")),
)


def not_its_page(url: str, *, shown: str, head: Head) -> str:
    """Why the page that came is not that of the post, or empty.

    Args:
        url: The post's canonical address.
        shown: Where the answer came from, after redirects.
        head: What the page says of itself.

    """
    named = absolute(head.canonical, shown)
    if named:
        same = is_own_page(named, url)
        return "" if same else f"its page says that its address is {named}"
    return "" if is_own_page(shown, url) else f"it leads to {shown}"


def is_own_page(a: str, b: str) -> bool:
    """Whether two addresses mean one page, with `www.` or without."""
    return _bare(canonical(a)) == _bare(canonical(b))


def card_gaps(head: Head) -> tuple[str, ...]:
    """The tags that a link card is made of and the page lacks."""
    return tuple(
        name
        for name, others in _CARD
        if not any(head.metas.get(key) for key in (name, *others))
    )


def card_image(head: Head, url: str) -> Image | None:
    """The picture that a page names for link cards, with its words."""
    metas = head.metas
    _, others = _CARD[-1]
    source = next((metas[it] for it in ("og:image", *others) if metas.get(it)), "")
    alt = metas.get("og:image:alt") or metas.get("twitter:image:alt", "")
    chosen = images((), found=[(source, alt)], base=url)
    return chosen[0] if chosen else None


def host_of(url: str) -> str:
    """The host of an address, lower case, without `www.`."""
    return (urlsplit(canonical(url)).hostname or "").removeprefix("www.")


def is_private(host: str, *, allow: Collection[IPv4Network | IPv6Network] = ()) -> bool:
    """Whether only this machine, or its network, can reach a host of that name.

    Args:
        host: A name or an address.
        allow: Networks that count as public, for tests.

    """
    name = "127.0.0.1" if host == "localhost" else host
    try:
        address = ip_address(name)
    except ValueError:
        return host.endswith((".localhost", ".local"))
    return not address.is_global and not any(address in network for network in allow)


def _bare(link: str) -> str:
    return link.replace("://www.", "://", 1)
