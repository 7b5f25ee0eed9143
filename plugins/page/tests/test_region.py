"""Only what is between the two markers is ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge.plugin import TargetBlockedError
from share_bridge_page.region import find_region

START, END = b"<!-- NEWS:START -->", b"<!-- NEWS:END -->"


@pytest.mark.parametrize(
    "content, said",
    [
        (START, "1 (line 1) <!-- NEWS:START --> and no <!-- NEWS:END -->"),
        (END, "no <!-- NEWS:START --> and 1 (line 1)"),
        (END + b"\n" + START, "1 (line 2) <!-- NEWS:START --> and 1 (line 1)"),
        (START + b"\n" + START + END, "2 (line 1, 2)"),
        (START + END + b"\n\n" + END, "2 (line 1, 3)"),
        (START + END + START + END, "2 (line 1, 1)"),
    ],
    ids=["no end", "no start", "reversed", "two starts", "two ends", "two pairs"],
)
def test_markers_that_leave_a_doubt_are_refused(content: bytes, said: str) -> None:
    """The error names file and lines, so that the owner finds the place."""
    with pytest.raises(TargetBlockedError, match=r"^README\.md: found ") as caught:
        find_region(content, "NEWS", shown="README.md")

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"", b"<!-- NEWS -->", b"<!-- OTHER:START --><!-- OTHER:END -->"]
)
def test_a_file_without_markers_has_no_region(content: bytes) -> None:
    assert find_region(content, "NEWS", shown="x") is None


@pytest.mark.parametrize("start", [b"<!--NEWS:START-->", b"<!--  NEWS:START\t-->"])
def test_spaces_within_a_marker_do_not_matter(start: bytes) -> None:
    region = find_region(start + b"old" + END, "NEWS", shown="x")

    assert region is not None
    assert region.inside == b"old"


@given(
    before=st.binary(max_size=60),
    inside=st.binary(max_size=60),
    after=st.binary(max_size=60),
    text=st.text(max_size=60).filter(lambda text: "\r" not in text),
    is_html=st.booleans(),
)
def test_the_rest_stays_byte_for_byte(
    before: bytes, inside: bytes, after: bytes, text: str, *, is_html: bool
) -> None:
    """Whatever the encoding: filling twice is filling once, and empties again."""
    content = before + START + inside + END + after
    region = find_region(content, "NEWS", shown="x")
    assert region is not None

    text = text.encode("utf-8", "ignore").decode()
    filled = region.filled(text, is_html=is_html)

    assert filled.startswith(before + START)
    assert filled.endswith(END + after)
    again = find_region(filled, "NEWS", shown="x")
    assert again is not None
    assert again.filled(text, is_html=is_html) == filled


@pytest.mark.parametrize(
    "before, expected",
    [
        (b"a\r\nb\r\n", b"\r\none\r\ntwo\r\n"),
        (b"a\nb\n", b"\none\ntwo\n"),
        (b"", b"\none\ntwo\n"),
    ],
    ids=["windows", "unix", "nothing to go by"],
)
def test_line_ends_are_those_of_the_file(before: bytes, expected: bytes) -> None:
    region = find_region(before + START + END, "NEWS", shown="x")
    assert region is not None

    filled = region.filled("one\ntwo", is_html=False)

    assert filled == before + START + expected + END


@pytest.mark.parametrize(
    "before, is_html, expected",
    [
        (b'<meta charset="utf-8">', True, "Zoë".encode()),
        (b"\xef\xbb\xbf<html>", True, "Zoë".encode()),
        (b'<meta charset="iso-8859-1">caf\xe9', True, b"Zo&#235;"),
        (b"<html>", True, b"Zo&#235;"),
        (b"# Read me", False, "Zoë".encode()),
        (b"# caf\xe9", False, b"Zo&#235;"),
    ],
    ids=["utf-8", "bom", "latin-1", "not said", "markdown", "latin-1 markdown"],
)
def test_the_encoding_of_the_file_is_kept(
    before: bytes, expected: bytes, *, is_html: bool
) -> None:
    """Where UTF-8 is not sure to be read as such, references say the same."""
    region = find_region(before + START + END, "NEWS", shown="x")
    assert region is not None

    filled = region.filled("Zoë", is_html=is_html)

    assert filled == before + START + b"\n" + expected + b"\n" + END
