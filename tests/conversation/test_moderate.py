"""The owner's word: by short name or address, at every target that has it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from share_bridge.conversation.moderate import block, listed, moderate
from share_bridge.errors import ConfigurationError
from share_bridge.model.interaction import Interaction, InteractionKind, Moderation
from share_bridge.plugin.interactions import Interactions
from share_bridge.testing.context import NOON, FakeDocuments

_REPLY = Interaction(
    id="https://social.example/1",
    post="p1",
    kind=InteractionKind.REPLY,
    actor="https://social.example/users/bob",
    handle="@bob@social.example",
    html="<p>A &amp; B</p>" + "<p>word</p>" * 30,
)


@pytest.fixture
def states() -> dict[str, FakeDocuments]:
    """The same reply at two targets."""
    states = {"home": FakeDocuments(), "blog": FakeDocuments()}
    for state in states.values():
        state.batch(_REPLY.documents())
    return states


def _words(states: dict[str, FakeDocuments]) -> set[Moderation]:
    return {it.moderation for each in states.values() for it in Interactions(each).of()}


def test_what_waits_is_listed_in_short(states: dict[str, FakeDocuments]) -> None:
    row, _ = listed(states, everything=False)
    assert row[:5] == (
        _REPLY.short,
        "pending",
        "reply",
        "home",
        "@bob@social.example",
    )
    assert row[5].startswith("A & B word")
    assert row[5].endswith("…")


@pytest.mark.parametrize("name", [_REPLY.short, _REPLY.id])
def test_a_word_is_said_once_for_all_targets(
    states: dict[str, FakeDocuments], name: str
) -> None:
    moderate(states, [name], Moderation.APPROVED)
    assert _words(states) == {Moderation.APPROVED}
    assert list(listed(states, everything=False)) == []
    assert len(list(listed(states, everything=True))) == 2


def test_one_name_that_is_not_known_changes_nothing(
    states: dict[str, FakeDocuments],
) -> None:
    with pytest.raises(ConfigurationError, match="nothing with the name x"):
        moderate(states, [_REPLY.id, "x"], Moderation.APPROVED)
    assert _words(states) == {Moderation.PENDING}


@pytest.mark.parametrize("name", ["social.example", _REPLY.actor, "example"])
def test_who_is_blocked_is_forgotten(
    states: dict[str, FakeDocuments], name: str
) -> None:
    other = replace(_REPLY, id="https://other.test/1", actor="https://other.test/x")
    states["home"].batch(other.documents())
    assert block(states, name, undo=False, now=NOON) == 2
    assert [it.id for it in Interactions(states["home"]).of()] == [other.id]
    block(states, name, undo=True, now=NOON)
    assert states["home"].get(f"blocked/{name}") is None
