"""A target's settings are validated by its publisher's model, in words for people."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta, field

from config_support import target
from share_bridge.config.settings import (
    SecretField,
    read_settings,
    secret_fields,
    validate,
)
from share_bridge.errors import ConfigurationError
from share_bridge.plugin.settings import Check, Secret, Settings


def _shout(word: str) -> str:
    if not word:
        raise ValueError("has to be a word")
    return word.upper()


Shout = Annotated[str, Check(_shout)]


class Mood(StrEnum):
    CALM = "calm"
    LOUD = "loud"


class BoothSettings(Settings):
    name: Shout
    seats: Annotated[int, Meta(ge=2, le=9)] = 2


class HallSettings(Settings):
    """Every form that a field may have."""

    label: Shout | None = None
    words: tuple[Shout, ...] = ()
    few: Annotated[frozenset[Shout], Meta(min_length=1)] = frozenset()
    sender: str = field(name="from", default="")
    mood: Literal["calm", "loud", 3] = "calm"
    moods: tuple[Mood, ...] = ()
    power: Annotated[int, Meta(ge=1, le=9)] = 3
    code: Annotated[str, Meta(pattern="^[a-z]+$", min_length=2)] = "abc"
    loud: bool = False
    share: float = 0.5
    when: date | None = None
    either: int | list[int] = 0
    token: Annotated[Secret, Check(lambda it: it)] | None = None
    booth: BoothSettings | None = None
    folder: Path = Path()

    def __post_init__(self) -> None:
        if self.loud and self.label is None:
            raise ValueError("label is needed where loud = true")


class WireSettings(Settings):
    server: str
    """Address of the server."""
    token: Secret
    """What the server knows us by."""
    second: Secret | None = None
    words: tuple[int, ...] = ()


OWN = "second, server, token, words"
MISSPELT = "unknown key for wire; did you mean max_per_run?"
NO_NUMBER = "has to be a whole number"


def _problems(**settings: Any) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        validate(target(**settings), WireSettings, {"token": "t"})
    return str(caught.value).splitlines()


def test_secrets_are_put_in(tmp_path: object) -> None:
    """What the table says of a secret is where to look, not its value."""
    raw = target(server="s", token={"env": "X"}, second={"env": "Y"})
    settings = validate(raw, WireSettings, {"token": "hush"})

    assert isinstance(settings, WireSettings)
    assert settings.token.reveal() == "hush"
    assert settings.second is None
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    "settings, problems",
    [
        ({}, ["targets.home.server: is missing: Address of the server"]),
        (
            {"server": "s", "sevrer": "s"},
            ["targets.home.sevrer: unknown key for wire; did you mean server?"],
        ),
        (
            {"server": "s", "max_per_runs": 1},
            ["targets.home.max_per_runs: " + MISSPELT],
        ),
        (
            {"server": "s", "zzz": 1},
            ["targets.home.zzz: unknown key for wire; its own keys are: " + OWN],
        ),
        (
            {"server": 1, "words": ["a"]},
            [
                "targets.home.server: has to be text in quotes",
                "targets.home.words[0]: " + NO_NUMBER,
            ],
        ),
    ],
)
def test_every_mistake_is_a_line_with_its_path(
    settings: dict[str, object], problems: list[str]
) -> None:
    assert _problems(**settings) == problems


def test_values_never_appear() -> None:
    """A secret in the wrong place stays one."""
    (problem,) = _problems(server=["hush"])

    assert "hush" not in problem


def test_secret_fields_are_found_by_their_type() -> None:
    """Also optional ones."""
    expected = (SecretField("token"), SecretField("second", required=False))

    assert secret_fields(WireSettings) == expected


@pytest.mark.parametrize(
    "table, problem",
    [
        ({"power": 0}, "power: has to be at least 1"),
        ({"power": 10}, "power: has to be at most 9"),
        ({"power": True}, "power: has to be a whole number"),
        ({"power": "3"}, "power: has to be a whole number"),
        ({"share": "half"}, "share: has to be a number"),
        ({"loud": 1}, "loud: has to be true or false"),
        ({"code": "a"}, "code: has to have at least 2 characters"),
        ({"code": "HUSH"}, "code: has to match ^[a-z]+$"),
        ({"mood": "hush"}, 'mood: has to be "calm" or "loud" or 3'),
        ({"moods": ["hush"]}, 'moods[0]: has to be "calm" or "loud"'),
        ({"either": "hush"}, "either: has to be a whole number or a list"),
        ({"few": []}, "few: has to have at least 1 item"),
        ({"label": ""}, "label: has to be a word"),
        ({"words": ["hush", ""]}, "words: has to be a word"),
        ({"words": {"hush": 1}}, "words: has to be a list"),
        ({"when": "hush"}, "when: invalid RFC3339 encoded date"),
        ({"token": ["hush"]}, "token: has to be text in quotes"),
        ({"sender": "hush"}, "sender: unknown key for this publisher; "),
        ({"booth": {}}, "booth.name: is missing"),
        ({"booth": {"name": "", "seats": 2}}, "booth.name: has to be a word"),
        ({"booth": {"name": "x", "hush": 2}}, "booth.hush: unknown key for "),
        ({"booth": ["hush"]}, "booth: has to be a table"),
        ({"loud": True}, "settings: label is needed where loud = true"),
    ],
)
def test_a_value_is_told_what_it_has_to_be(
    table: dict[str, object], problem: str
) -> None:
    """In words for people, and never repeated."""
    with pytest.raises(ConfigurationError) as caught:
        read_settings(HallSettings, table)

    (line,) = str(caught.value).splitlines()
    assert line.removeprefix("settings.").startswith(problem)
    assert "hush" not in line.replace("booth.hush", "")


def test_a_rule_of_its_own_says_what_is_used() -> None:
    """In lists, tables and optional fields, too."""
    table = {"label": "a", "words": ["b"], "few": ["c"], "booth": {"name": "d"}}

    found = read_settings(HallSettings, {**table, "from": "e", "folder": "f"})

    assert (found.label, found.words, found.few) == ("A", ("B",), {"C"})
    assert found.booth == BoothSettings(name="D", seats=2)
    assert (found.sender, found.folder) == ("e", Path("f"))


def test_settings_cannot_be_changed_nor_given_by_place() -> None:
    settings = BoothSettings(name="x")

    with pytest.raises(AttributeError):
        settings.seats = 3  # type: ignore[misc]
    with pytest.raises(TypeError):
        BoothSettings("x")  # type: ignore[call-arg,misc]


def test_a_secret_is_equal_to_its_like_and_shows_nothing() -> None:
    assert Secret("hush") == Secret("hush") != Secret("hash")
    assert len({Secret("hush"), Secret("hush")}) == 1
    assert "hush" not in f"{Secret('hush')} {Secret('hush')!r}"
