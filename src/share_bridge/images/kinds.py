"""What bytes are, by their beginning: no name and no header is believed."""

from __future__ import annotations

__all__ = ["ALL", "described", "media_type"]

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
#: Every kind that is read.
ALL = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
_OTHERS = (
    (b"<svg", "an SVG drawing, which few services take: name a PNG of it"),
    (b"<?xml", "a drawing or a document in XML: name a PNG of it"),
    (b"II*\0", "a TIFF: save it as JPEG"),
    (b"MM\0*", "a TIFF: save it as JPEG"),
    (b"BM", "a BMP: save it as PNG"),
    (b"\xff\x0a", "JPEG XL: save it as JPEG"),
    (b"\0\0\0\x0cJXL ", "JPEG XL: save it as JPEG"),
    (b"<", "a page, not a picture"),
)


def media_type(data: bytes) -> str:
    """PNG, JPEG, GIF, WebP or AVIF, as `image/…`; empty: something else."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return "image/avif" if _brands(data) & {b"avif", b"avis"} else ""


def described(data: bytes) -> str:
    """What something that is no such picture seems to be, and what to do."""
    if _brands(data) & {b"heic", b"heix", b"hevc", b"mif1"}:
        return "HEIC, as phones save it: save it as JPEG"
    beginning = data[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    for start, words in _OTHERS:
        if beginning.startswith(start):
            return words
    return "not a picture (PNG, JPEG, GIF, WebP or AVIF)"


def _brands(data: bytes) -> set[bytes]:
    """Of an ISO base media file."""
    if data[4:8] != b"ftyp":
        return set()
    brands = data[8 : min(int.from_bytes(data[:4], "big"), 256)]
    return {brands[at : at + 4] for at in range(0, len(brands), 4)}
