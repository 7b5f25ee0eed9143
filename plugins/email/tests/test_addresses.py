"""What is no address is refused before anything is sent to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge_email.addresses import parse


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
