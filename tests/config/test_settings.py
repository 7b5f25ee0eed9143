"""A target's settings are validated by its publisher's model, in words for people."""

from __future__ import annotations

from typing import Any

import pytest

from config_support import target
from share_bridge.config.settings import SecretField, secret_fields, validate
from share_bridge.errors import ConfigurationError
from share_bridge.plugin.settings import Secret, Settings


class WireSettings(Settings):
    server: str
    """Address of the server."""
    token: Secret
    """What the server knows us by."""
    second: Secret | None = None
    words: tuple[int, ...] = ()


OWN = "second, server, token, words"
MISSPELT = "unknown key for wire; did you mean max_per_run?"
NO_NUMBER = "input should be a valid integer, unable to parse string as an integer"


def _problems(**settings: Any) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        validate(target(**settings), WireSettings, {"token": "t"})
    return str(caught.value).splitlines()


def test_secrets_are_put_in(tmp_path: object) -> None:
    """What the table says of a secret is where to look, not its value."""
    raw = target(server="s", token={"env": "X"}, second={"env": "Y"})
    settings = validate(raw, WireSettings, {"token": "hush"})

    assert isinstance(settings, WireSettings)
    assert settings.token.get_secret_value() == "hush"
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
                "targets.home.server: input should be a valid string",
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
