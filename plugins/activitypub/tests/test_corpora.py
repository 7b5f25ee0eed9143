"""What other people collected of odd activities: none of them breaks the inbox.

fediverse-pasture-inputs and funfedi-parsing-test-cases, by the Fediverse Pasture.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from actors_support import OURS, Blog, Person
from needs import requires_module
from share_bridge.plugin import InteractionKind, Interactions

#: At most as many as a server may send in five minutes.
_AT_ONCE = 250


def _inputs() -> list[dict[str, Any]]:
    """Notes with something odd about them."""
    corpus = requires_module("fediverse_pasture_inputs")
    return [
        example
        for _, data in sorted(corpus.available.items())
        for example in data.examples
    ]


def test_no_odd_note_breaks_the_inbox(tmp_path: Path) -> None:
    """Each as a reply to a post of ours, as an edit of it, and as a thing to like."""
    examples = _inputs()
    assert len(examples) > 100
    kept = 0
    for number, example in enumerate(examples):
        blog, alice = _fresh(tmp_path / str(number))
        note = alice.note(blog.publish()) | example
        for kind in ("Create", "Update", "Like", "Announce", "Undo", "Delete"):
            activity = alice.does(kind, note) | {"id": f"{alice.id}/{kind}"}
            answer = blog.get(activity, alice)
            assert answer.status < 500, (example, kind, answer)
            if kind == "Create":
                kept += any(Interactions(blog.state).of("1", InteractionKind.REPLY))
    assert kept > len(examples) / 2  # they are replies, not refused unseen


@pytest.mark.parametrize("suite", ["activity", "event", "notes", "poll"])
def test_no_odd_activity_breaks_the_inbox(tmp_path: Path, suite: str) -> None:
    """Whatever is missing, empty, a list or embedded in it."""
    corpus = requires_module("funfedi_parsing_test_cases")
    cases = getattr(corpus, f"{suite}_suite")
    blog, alice = _fresh(tmp_path)
    environment = corpus.Environment(alice.document, OURS)
    assert 0 < len(cases.names) <= _AT_ONCE
    statuses = []
    for name, case in cases.names:
        activity, _ = cases.retrieve(name, case).maker.activity_and_object(environment)
        answer = blog.get(activity, alice)
        assert answer.status < 500, (name, case, activity, answer)
        statuses.append(answer.status)
    assert 202 in statuses


def _fresh(folder: Path) -> tuple[Blog, Person]:
    folder.mkdir(exist_ok=True)
    blog, alice = Blog(folder), Person("alice")
    blog.world.add(alice)
    return blog, alice
