"""What is no address is refused before anything is sent to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge_email.addresses import _by_the_book, _plain, parse


@pytest.mark.parametrize(
    "text, name, address",
    [
        ("ada@example.org", "", "ada@example.org"),
        ("Ada <ada@example.org>", "Ada", "ada@example.org"),
        ('"Byron, Ada" <ada@example.org>', "Byron, Ada", "ada@example.org"),
        ("Zoë Ångström <z@example.org>", "Zoë Ångström", "z@example.org"),
        ("ada+news@Example.ORG", "", "ada+news@example.org"),
        ("Jürgen <j@münchen.example>", "Jürgen", "j@xn--mnchen-3ya.example"),
        ("jürgen@münchen.example", "", "jürgen@xn--mnchen-3ya.example"),
        ("root@localhost", "", "root@localhost"),
    ],
)
def test_an_address_is_read(text: str, name: str, address: str) -> None:
    parsed = parse(text)

    assert (parsed.display_name, parsed.addr_spec) == (name, address)


@pytest.mark.parametrize(
    "text",
    [
        *("", "ada", "ada@", "@example.org", "a b@example.org", "<>", "Ada <ada>"),
        *("ada@example.org, bob@example.org", "Team: ada@example.org;"),
        *("ada@example.org\nBcc: bob@example.org", "A\r\n <ada@example.org>"),
        *(
            "ada@exa mple.org",
            "ada@example..org",
            "ada@@example.org",
            "ü" * 33 + "@x.example",
        ),
        *("a" * 65 + "@example.org", "a@" + "b" * 64 + ".example", "a@x\0.example"),
        "a@" + ".".join(["b" * 60] * 5),
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """The error does not repeat it: it may be a person's."""
    with pytest.raises(ValueError, match=r"^(has|is) ") as caught:
        parse(text)

    assert text in {"", "ada", "ada@", "@example.org"} or text not in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parsed = parse(text)
    except ValueError:
        return

    assert parsed.domain.isascii()
    assert parse(str(parsed)) == parsed


_WORDS = st.text("abzAZ09_+-.", min_size=1, max_size=6)


@given(
    shape=st.sampled_from(["{1}@{2}", "{0} <{1}@{2}>", "<{1}@{2}>", "{0} {1}@{2}"]),
    name=st.text("abZ ", max_size=8),
    local=_WORDS,
    domain=_WORDS,
)
def test_plain_addresses_are_read_as_the_library_reads_them(
    shape: str, name: str, local: str, domain: str
) -> None:
    """Most need no grammar; those that do not get none mean the same."""
    text = shape.format(name, local, domain)

    quick = _plain(text)

    assert quick is None or quick == _by_the_book(text)
