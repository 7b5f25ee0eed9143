"""A picture is what its first bytes say."""

from __future__ import annotations

import pytest

from image_support import draw
from share_bridge.images.kinds import described, media_type


@pytest.mark.parametrize(
    "data, kind",
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 9, "image/png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 9, "image/jpeg"),
        (b"GIF89a" + b"\0" * 9, "image/gif"),
        (b"GIF87a" + b"\0" * 9, "image/gif"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "image/avif"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", ""),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42avif", ""),
        (b"RIFF\x24\0\0\0WAVEfmt ", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (b"<!doctype html>", ""),
        (b"%PDF-1.7", ""),
        (b"\x89PN", ""),
        (b"", ""),
    ],
)
def test_a_picture_is_what_its_first_bytes_say(data: bytes, kind: str) -> None:
    assert media_type(data) == kind


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
def test_every_kind_that_is_written_is_known(form: str) -> None:
    assert media_type(draw(form)) == f"image/{form.lower()}"


@pytest.mark.parametrize(
    "data, words",
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\xef\xbb\xbf\n <svg width='9'>", "SVG"),
        (b"<?xml version='1.0'?><svg/>", "XML"),
        (b"<!doctype html><title>404", "a page"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"BM\x36\0", "BMP"),
        (b"%PDF-1.7", "not a picture"),
        (b"", "not a picture"),
    ],
)
def test_people_are_told_what_it_is_instead(data: bytes, words: str) -> None:
    assert words in described(data)
