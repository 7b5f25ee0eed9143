"""Links: which are the same, which may be followed, and where they stand in a text."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

from share_bridge.text.pattern import pattern

__all__ = ["absolute", "canonical", "is_home_page", "same_link", "url_spans", "urls_in"]

# Parameters that say how a reader came, never what is read. The names are those
# that the services document or that lists of trackers agree on (2026-11-22).
_TRACKING = pattern(
    r"utm_\w+|mtm_\w+|pk_(?:campaign|kwd|keyword|source|medium|content|cid)|hsa_\w+"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|li_fat_id"
    r"|igsh|igshid|mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|vero_id|vero_conv|oly_anon_id"
    r"|oly_enc_id|_openstat|wickedid|s_cid|srsltid|ref_src|ref_url|spm|rb_clickid",
    re.IGNORECASE,
)
_SCHEME = pattern(r"[A-Za-z][A-Za-z0-9+.-]*:")
_AUTHORITY = pattern(
    r"(?:\[[0-9A-Fa-f:.]{2,45}\]|[\w-]{1,63}(?:\.[\w-]{1,63})*\.?)(?::(\d{1,5})?)?"
)
_MAIL = pattern(r"mailto:[^\s@:/?#<>\"]+@[\w.-]+(?:\?[^\s<>\"]*)?", re.IGNORECASE)
# Control and format characters, separators other than a space, a backslash (which
# browsers read as a slash), and what is no character: no honest address has them.
_DECEIT = pattern(
    "[\x00-\x1f\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    "\u3000\ud800-\udfff\ufeff\ufff9-\uffff\U000e0000-\U000e007f\\\\]"
)
_ENDS = "\t\n\x0c\r "
_UNSAFE = pattern(r"[ \"<>`{}|^]")
_MAX_CHARS = 4_000
_INDEX = pattern(r"/(?:index|default)\.(?:html?|php|aspx?)", re.IGNORECASE)
_ESCAPED = pattern(r"(?:%[0-9A-Fa-f]{2})+")
_UNRESERVED = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
)
_IN_TEXT = pattern(
    '(?<![\\w@/])https?://[^\\s<>"\u2028\u2029\u3000-\u3002\u300a-\u3011'
    "\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f“”«»]+",
    re.IGNORECASE,
)
_TRAILING = ".,:;!?'’\"*_~…–—"
_PAIRS = {")": "(", "]": "[", "}": "{"}


def canonical(url: str) -> str:
    """The form in which two addresses of one page are equal: for comparing only.

    http and https are one; the host is lower case and IDNA; the default port, a
    trailing slash, the fragment and tracking parameters (`utm_*`, `fbclid` …) are
    dropped; `www.`, the path and the rest of the query, in its order, are kept;
    percent-encoding is spelled one way. What is no web address comes back as it
    is, without space at its ends.
    """
    stripped = url.strip()
    try:
        parts = urlsplit(stripped)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return stripped
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return stripped
    where = _ascii_host(host) + (f":{port}" if port not in {None, 80, 443} else "")
    path = _encode(_without_dots(parts.path)).rstrip("/")
    query = _encode(_without_tracking(parts.query))
    return f"https://{where}{path}" + (f"?{query}" if query else "")


def same_link(a: str, b: str) -> bool:
    """Whether two addresses, as a whole, lead to one page."""
    return bool(a) and canonical(a) == canonical(b)


def is_home_page(url: str) -> bool:
    """Whether it leads to the front of a site, which is no post's own address."""
    parts = urlsplit(canonical(url))
    return not parts.query and (not parts.path or bool(_INDEX.fullmatch(parts.path)))


def absolute(url: str, base: str) -> str:
    """The address that `url` on the page `base` means, if it may be followed.

    Returns:
        An absolute http, https or mailto address, or "": for any other scheme, for
        control, format or other deceiving characters, a user name before the host,
        no host, or a relative address without a base to start from.

    """
    link = url.strip(_ENDS)
    if not link or len(link) > _MAX_CHARS or _deceives(link):
        return ""
    if scheme := _SCHEME.match(link):
        return _checked(link, scheme[0].lower())
    if not base:
        return _checked(f"https:{link}", "https:") if link.startswith("//") else ""
    start = absolute(base, "")
    if not start.startswith("http"):
        return ""
    try:
        joined = urljoin(start, link)
    except ValueError:
        return ""
    scheme = _SCHEME.match(joined)
    return _checked(joined, scheme[0].lower()) if scheme else ""


def _deceives(link: str) -> bool:
    if link.isascii():
        return "\\" in link or not link.isprintable()
    return bool(_DECEIT.search(link))


def urls_in(text: str) -> tuple[str, ...]:
    """Every web address in plain text, whole, as people and networks read it."""
    return tuple(text[start:end] for start, end in url_spans(text))


def url_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where the web addresses stand in plain text: half-open, in code points.

    A full stop, comma or bracket that ends the sentence is not part of one.
    """
    if "://" not in text:
        return ()
    spans = ((match.start(), _end(match[0])) for match in _IN_TEXT.finditer(text))
    return tuple(
        (start, start + length) for start, length in spans if length > len("https://")
    )


def _checked(link: str, scheme: str) -> str:
    if scheme == "mailto:":
        return link if _MAIL.fullmatch(link) else ""
    if scheme not in {"http:", "https:"} or link[len(scheme) :][:2] != "//":
        return ""
    rest = link[len(scheme) + 2 :]
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    host = _AUTHORITY.fullmatch(authority)
    if not host or int(host[1] or 0) > 65_535:  # noqa: PLR2004 - ports are 16 bits
        return ""
    return scheme + "//" + _UNSAFE.sub(lambda bad: quote(bad[0]), rest)


def _ascii_host(host: str) -> str:
    name = host.rstrip(".").lower()
    if name.isascii():
        return f"[{name}]" if ":" in name else name
    import idna  # noqa: PLC0415 - few hosts need it

    try:
        return idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        return name


def _without_dots(path: str) -> str:
    return (
        urljoin("https://host/", path)[len("https://host") :] if "/." in path else path
    )


def _without_tracking(query: str) -> str:
    kept = (
        pair
        for pair in query.split("&")
        if pair and not _TRACKING.fullmatch(pair.partition("=")[0])
    )
    return "&".join(kept)


def _encode(part: str) -> str:
    plain = _ESCAPED.sub(_decode_unreserved, part)
    return quote(plain, safe="%/:?#[]@!$&'()*+,;=-._~", errors="replace")


def _decode_unreserved(run: re.Match[str]) -> str:
    return "".join(
        chr(byte) if byte in _UNRESERVED else f"%{byte:02X}"
        for byte in unquote_to_bytes(run[0])
    )


def _end(url: str) -> int:
    unopened = {
        close: url.count(close) - url.count(opening)
        for close, opening in _PAIRS.items()
    }
    end = len(url)
    while end:
        last = url[end - 1]
        if unopened.get(last, 0) > 0:
            unopened[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return end
