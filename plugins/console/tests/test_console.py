"""A teaser at the terminal is pleasant to read, and says which target it is for."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher_support import FakeContext, make_message
from share_bridge.plugin import ConfigurationError
from share_bridge.testing import read_settings
from share_bridge_console.publisher import WIDTH, ConsolePublisher, ConsoleSettings
from share_bridge_console.publisher import show as show_message

CONSOLE = ConsolePublisher()


def make_context(folder: Path, **settings: str) -> FakeContext:
    return FakeContext(folder, ConsoleSettings(**settings), target="screen")


def test_a_teaser_is_shown_above_a_rule(tmp_path: Path) -> None:
    context = make_context(tmp_path)

    receipt = asyncio.run(CONSOLE.publish(make_message(1), context))

    assert context.printed == [
        "Post 1\n\nA teaser of one sentence.\n\n"
        "Read more: https://learning.example/1/\n\n" + "─" * 65 + " screen\n"
    ]
    assert receipt.remote_id == context.key()


def test_the_label_stands_beside_the_target(tmp_path: Path) -> None:
    context = make_context(tmp_path, label="left")

    asyncio.run(CONSOLE.publish(make_message(1), context))

    assert context.printed[0].endswith("─ screen · left\n")


@pytest.mark.parametrize("label", ["", "left"])
def test_the_label_is_the_account(tmp_path: Path, label: str) -> None:
    account = asyncio.run(CONSOLE.check(make_context(tmp_path, label=label)))

    assert account.id == label


def test_a_warning_stands_before_the_text() -> None:
    message = make_message(1, title="", content_warning="Food")

    assert show_message(message, "x").startswith("⚠ Food\n\nA teaser")


def test_a_link_is_never_broken() -> None:
    link = f"https://learning.example/{'long-' * 30}"

    assert link in show_message(make_message(1, link=link), "x").split()


def test_own_lines_stay() -> None:
    message = make_message(1, text="- one\n- two\n\nthree")

    assert "\n\n- one\n- two\n\nthree\n\n─" in show_message(message, "x")


@given(text=st.text(), title=st.text())
def test_every_word_is_shown(text: str, title: str) -> None:
    """Wrapping moves white space only."""
    shown = show_message(make_message(1, title=title, text=text), "x")

    words = f"{title} {text}".split()
    assert shown.split()[: len(words)] == words


@given(st.lists(st.text("abc", min_size=1, max_size=WIDTH)).map(" ".join))
def test_lines_have_a_width_that_is_good_to_read(text: str) -> None:
    shown = show_message(make_message(1, text=text), "x")

    assert max(map(len, shown.splitlines())) <= WIDTH


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(ConfigurationError):
        read_settings(ConsoleSettings, {"colour": "red"})
