"""A post's front matter gets its copies' addresses, and keeps every other byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge.errors import SourceError
from share_bridge.sources.front_matter import split_front_matter
from share_bridge.sources.write_syndication import with_syndication

ONE, TWO = "https://a.example/@b/1", "https://c.example/2"


def change(text: str, *added: str, removed: tuple[str, ...] = ()) -> str:
    return with_syndication(text.encode(), added=added, removed=removed).decode()


@pytest.mark.parametrize(
    "before, after",
    [
        (
            "---\ntitle: 'A'  # mine\n---\n\nWords.\n",
            f"---\ntitle: 'A'  # mine\nsyndication:\n  - {ONE}\n---\n\nWords.\n",
        ),
        (
            "---\r\ntitle: A\r\n---\r\nWords.",
            f"---\r\ntitle: A\r\nsyndication:\r\n  - {ONE}\r\n---\r\nWords.",
        ),
        (
            f"---\nsyndication: {TWO}\ntags: [a]\n---\n",
            f"---\nsyndication:\n  - {TWO}\n  - {ONE}\ntags: [a]\n---\n",
        ),
        (
            f"---\nsyndication:\n- {TWO}\ntags:\n- a\n---\n",
            f"---\nsyndication:\n  - {TWO}\n  - {ONE}\ntags:\n- a\n---\n",
        ),
        (
            "---\nlast: |\n  some\n  text\n---\n",
            f"---\nlast: |\n  some\n  text\nsyndication:\n  - {ONE}\n---\n",
        ),
        (
            '+++\ntitle = "A"\n[extra]\na = 1\n+++\n',
            f'+++\ntitle = "A"\nsyndication = ["{ONE}"]\n[extra]\na = 1\n+++\n',
        ),
        (
            f'+++\nsyndication = [\n  "{TWO}",\n]\ndraft = false\n+++\n',
            f'+++\nsyndication = ["{TWO}", "{ONE}"]\ndraft = false\n+++\n',
        ),
        ("---\n---\nWords", f"---\nsyndication:\n  - {ONE}\n---\nWords"),
    ],
)
def test_an_address_is_added(before: str, after: str) -> None:
    assert change(before, ONE) == after


def test_an_address_that_is_there_changes_nothing() -> None:
    text = f"---\nsyndication: [ {ONE} ]  # by hand\n---\n"

    assert change(text, ONE) == text


def test_an_address_is_taken_out() -> None:
    """The key goes with the last of them."""
    both = f"---\nsyndication:\n  - {ONE}\n  - {TWO}\n---\n"

    assert change(both, removed=(ONE,)) == f"---\nsyndication:\n  - {TWO}\n---\n"
    assert change(both, removed=(ONE, TWO)) == "---\n---\n"


@pytest.mark.parametrize(
    "content",
    [
        b"No front matter.",
        b'{"title": "A"}\nWords.',
        b"Title: A\nDate: 2026-01-01\n\nWords.",
        "---\ntitle: \xe4\n---\n".encode("latin-1"),
        b"---\nsyndication: &b [x]\nother: *b\n---\n",
        b"---\ntitle: A\n",
        b"---\n{title: A}\n---\n",
    ],
)
def test_what_cannot_be_changed_alone_is_refused(content: bytes) -> None:
    """Better no address than a broken post."""
    with pytest.raises(SourceError):
        with_syndication(content, added=(ONE,), removed=())


@given(
    st.dictionaries(
        st.sampled_from(["title", "tags", "syndicate", "x-syndication"]),
        st.text(
            st.characters(codec="ascii", exclude_characters="\r\n\0\x0b\x0c"),
            max_size=20,
        ),
        max_size=3,
    ),
    st.text(max_size=30),
)
def test_whatever_stands_there_stays(values: dict[str, str], body: str) -> None:
    """Or it is refused: told by reading it anew."""
    lines = "".join(f"{key}: {value}\n" for key, value in values.items())
    text = f"---\n{lines}---\n{body}".replace("\r", "")
    try:
        before = split_front_matter(text)
        after = change(text, ONE)
    except SourceError:
        return

    found = split_front_matter(after)
    assert found.body == before.body
    assert {**before.values, "syndication": [ONE]} == dict(found.values)
