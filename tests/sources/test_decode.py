"""Bytes become text that no parser stumbles over."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge.errors import SourceError
from share_bridge.sources.decode import (
    decode,
    printable,
    refuse_entity_bombs,
    repair_references,
)

DECLARED = '<?xml version="1.0" encoding="{}"?><a>Grüße — “x”</a>'


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252"],
)
def test_a_document_in_what_it_declares_is_read(encoding: str) -> None:
    text = DECLARED.format(encoding.removesuffix("-sig"))

    assert "Grüße — “x”" in decode(text.encode(encoding))


@pytest.mark.parametrize(
    "body, charset, expected",
    [
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Grüße".encode(), "us-ascii", "Grüße"),
        ("Grüße".encode("cp1252"), "", "Grüße"),
        ("Grüße".encode("cp1252"), "utf-8", "Grüße"),
        ("“x”".encode("cp1252"), "iso-8859-1", "“x”"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        ("日本".encode("shift_jis"), "Shift_JIS", "日本"),
        ("Grüße öffnen".encode() + b"\xe9", "utf-8", "Grüße öffnen\ufffd"),
        ("Grüße".encode(), "unicode_escape", "Grüße"),
        ("Grüße".encode(), "no-such-charset", "Grüße"),
        ("Grüße".encode(), "zlib", "Grüße"),
    ],
    ids=[
        "a default of servers is no claim",
        "ascii is none either",
        "nothing said",
        "declared UTF-8, is windows-1252",
        "latin-1 means windows-1252",
        "koi8-r",
        "shift_jis",
        "UTF-8 with one broken byte",
        "a codec that is no charset",
        "an unknown charset",
        "a codec of bytes",
    ],
)
def test_the_right_charset_is_found(body: bytes, charset: str, expected: str) -> None:
    assert decode(body, charset=charset) == expected


@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_bytes_become_text(body: bytes, charset: str) -> None:
    text = printable(decode(body, charset=charset))

    assert text.encode().decode() == text
    assert "\0" not in text


@pytest.mark.parametrize(
    "written, expected",
    [
        ("&#55357;&#56832;", "😀"),
        ("&#xD83D;&#xDE00;", "😀"),
        ("&#xd83d;&#56832;", "😀"),
        ("a&#55357;b", "ab"),
        ("a&#x110000;b", "ab"),
        ("a&#99999999999;b", "ab"),
        ("a&#0;b&#x1F;", "ab"),
        ("&#10;&#9;&#39;&#65;&#8217;&#x1F600;", "&#10;&#9;&#39;&#65;&#8217;&#x1F600;"),
        ("&#65533;&#55295;&#57344;", "&#65533;&#55295;&#57344;"),
        ("&#65534;&#xFFFF;", ""),
    ],
)
def test_references_to_no_character_go(written: str, expected: str) -> None:
    assert repair_references(written) == expected


@given(st.integers(min_value=0, max_value=0x120000), st.sampled_from("dx"))
def test_a_reference_stays_exactly_if_it_is_a_character(code: int, base: str) -> None:
    reference = f"&#x{code:x};" if base == "x" else f"&#{code};"
    is_character = code <= 0x10FFFF and bool(printable(chr(code)))

    assert repair_references(reference) == (reference if is_character else "")


@given(st.characters(min_codepoint=0x10000))
def test_any_surrogate_pair_is_joined(character: str) -> None:
    high, low = memoryview(character.encode("utf-16-le")).cast("H")

    joined = html.unescape(repair_references(f"&#{high};&#x{low:X};"))

    assert joined == html.unescape(repair_references(character))


LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">'
    for n in range(10)
)


@pytest.mark.parametrize(
    "subset, body",
    [
        (LAUGHS, "&l9;"),
        (f'<!ENTITY a "{"x" * 50_000}">', "&a;" * 5_000),
        ("".join(f'<!ENTITY e{n} "x">' for n in range(30)), ""),
        ('<!ENTITY % p "x">', "%p;"),
    ],
    ids=["billion laughs", "quadratic", "many", "parameter entity"],
)
@pytest.mark.parametrize("before", ["", '<?xml version="1.0"?>\n<!-- x -->'])
def test_entities_that_grow_are_refused(subset: str, body: str, before: str) -> None:
    document = f"{before}<!DOCTYPE rss [{subset}]><rss>{body}</rss>"

    with pytest.raises(SourceError, match="DOCTYPE declares"):
        refuse_entity_bombs(document)


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY copy "©">]><rss>&nbsp;</rss>',
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://x/y.dtd"><rss/>',
        f"<rss><![CDATA[<!DOCTYPE x [{LAUGHS}]>]]></rss>",
        "",
    ],
    ids=["few and small", "external", "written about", "empty"],
)
def test_harmless_doctypes_pass(document: str) -> None:
    refuse_entity_bombs(document)


def test_many_comments_before_a_doctype_cost_little() -> None:
    """The prolog is walked once, whatever stands in it."""
    refuse_entity_bombs("<!-- x -->" * 50_000 + "<!DOCTYPE rss [")
