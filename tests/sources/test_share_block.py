"""The author's own word on sharing is taken exactly, or refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from share_bridge.errors import SourceError
from share_bridge.model.post import Override
from share_bridge.sources.share_block import read_share


@pytest.mark.parametrize(
    "block, expected",
    [
        (None, Override()),
        ("", Override()),
        ("true", Override()),
        ("false", Override(skip=True)),
        ({"skip": "true"}, Override(skip=True)),
        ({"targets": ["home", "work"]}, Override(targets=("home", "work"))),
        ({"targets": "home, work"}, Override(targets=("home", "work"))),
        ({"targets": []}, Override(targets=())),
        ({"text": "Hi"}, Override(text="Hi")),
        (
            {"text": {"all": "Hi", "home": "Ho"}},
            Override(text="Hi", texts=(("home", "Ho"),)),
        ),
        ({"text": {"home": "Ho"}}, Override(texts=(("home", "Ho"),))),
        (
            {"content_warning": "Cats", "visibility": "unlisted", "tags": ["a"]},
            Override(content_warning="Cats", visibility="unlisted", tags=("a",)),
        ),
    ],
)
def test_what_is_said_is_taken(block: Any, expected: Override) -> None:
    assert read_share(block) == expected


@pytest.mark.parametrize(
    "block, message",
    [
        ({"skip": "maybe"}, "share.skip: must be true or false"),
        (
            {"target": ["home"]},
            "share.target: there is no such key; do you mean `targets`",
        ),
        ({"zzz": "1"}, "share.zzz: there is no such key; known: skip"),
        ({"targets": {"home": "x"}}, "share.targets: must be a list"),
        ({"targets": [["home"]]}, "share.targets: must be a list"),
        ({"text": ["Hi"]}, "share.text: must be a text, or a table"),
        ({"text": {"home": ["x"]}}, "share.text: must be a text, or a table"),
        ({"visibility": ["x"]}, "share.visibility: must be a text"),
        ("maybe", "share: must be a table"),
        (["x"], "share: must be a table"),
    ],
)
def test_what_is_not_understood_is_refused(block: Any, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_share(block)

    assert str(caught.value).startswith(message)
