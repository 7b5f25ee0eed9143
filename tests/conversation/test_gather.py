"""What was gathered is kept clean, once, and with the owner's word on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from share_bridge.conversation.gather import Gathered, merge
from share_bridge.model.interaction import Interaction, InteractionKind, Moderation
from share_bridge.plugin.interactions import Interactions
from share_bridge.testing.context import FakeDocuments

_REPLY = Interaction(
    id="https://social.example/statuses/1",
    kind=InteractionKind.REPLY,
    actor="https://social.example/users/bob",
    html="<p>Well said!</p>",
)
_LIKE = replace(_REPLY, id="https://social.example/likes/1", kind=InteractionKind.LIKE)


@pytest.fixture
def state() -> FakeDocuments:
    return FakeDocuments()


def _kept(state: FakeDocuments) -> list[Interaction]:
    return list(Interactions(state).of("post"))


def test_words_wait_and_counts_do_not(state: FakeDocuments) -> None:
    assert merge(state, "post", [_REPLY, _LIKE]) == Gathered(posts=1, new=2)
    kinds = {it.kind: it.moderation for it in _kept(state)}
    assert kinds == {
        InteractionKind.REPLY: Moderation.PENDING,
        InteractionKind.LIKE: Moderation.APPROVED,
    }


def test_the_same_again_changes_nothing(state: FakeDocuments) -> None:
    merge(state, "post", [_REPLY, _LIKE])
    assert merge(state, "post", [_LIKE, _REPLY]) == Gathered(posts=1)


@pytest.mark.parametrize(
    "word, html, then",
    [
        (Moderation.APPROVED, "<p>Well said!</p>", Moderation.APPROVED),
        (Moderation.APPROVED, "<p>Buy this</p>", Moderation.PENDING),
        (Moderation.HIDDEN, "<p>Well said!</p>", Moderation.HIDDEN),
        (Moderation.HIDDEN, "<p>Buy this</p>", Moderation.HIDDEN),
    ],
)
def test_the_owner_s_word_is_about_these_words(
    state: FakeDocuments, word: Moderation, html: str, then: Moderation
) -> None:
    merge(state, "post", [_REPLY])
    state.batch(_kept(state)[0].moderated(word).documents())
    merge(state, "post", [replace(_REPLY, html=html)])
    (kept,) = _kept(state)
    assert (kept.html, kept.moderation) == (html, then)


def test_a_publisher_does_not_moderate(state: FakeDocuments) -> None:
    merge(state, "post", [replace(_REPLY, moderation=Moderation.APPROVED)])
    assert _kept(state)[0].moderation is Moderation.PENDING


def test_what_is_not_there_any_more_is_forgotten(state: FakeDocuments) -> None:
    merge(state, "post", [_REPLY, _LIKE])
    assert merge(state, "post", [_LIKE]) == Gathered(posts=1, gone=1)
    assert Interactions(state).named(_REPLY.id) is None


def test_one_actor_likes_once(state: FakeDocuments) -> None:
    merge(state, "post", [_LIKE, replace(_LIKE, id="https://social.example/likes/2")])
    assert len(_kept(state)) == 1


def test_who_is_blocked_says_nothing(state: FakeDocuments) -> None:
    state.put("blocked/social.example", {"since": ""})
    merge(state, "post", [_REPLY, _LIKE])
    assert _kept(state) == []


def _html(value: str) -> dict[str, Any]:
    return {"html": value}


@pytest.mark.parametrize(
    "given, is_safe",
    [
        ({"name": "A\nB\x1b[31m"}, lambda it: it.name == "A B[31m"),
        ({"page": "javascript:alert(1)"}, lambda it: it.page == ""),
        ({"url": "data:text/html,x"}, lambda it: it.url == ""),
        ({"icon": "//x"}, lambda it: it.icon == ""),
        ({"published": "<script>"}, lambda it: it.published == ""),
        (_html("<img src=https://x.example/1.png>"), lambda it: "img" not in it.html),
        (_html("<p onclick=x>Hi</p>"), lambda it: it.html == "<p>Hi</p>"),
        (_html("<script>x</script>Hi"), lambda it: it.html == "Hi"),
        (_html("a" * 50_000), lambda it: len(it.html) <= 20_000),
        ({"name": "a" * 5_000}, lambda it: len(it.name) <= 200),
    ],
)
def test_nothing_of_a_stranger_can_act(
    state: FakeDocuments, given: dict[str, Any], is_safe: Callable[[Any], bool]
) -> None:
    merge(state, "post", [replace(_REPLY, **given)])
    (kept,) = _kept(state)
    assert is_safe(kept)


@pytest.mark.parametrize("given", [{"id": ""}, {"actor": "javascript:x"}])
def test_what_has_no_author_or_name_is_nothing(
    state: FakeDocuments, given: dict[str, str]
) -> None:
    merge(state, "post", [replace(_REPLY, **given)])
    assert _kept(state) == []
