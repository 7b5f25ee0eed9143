"""What is wrong in a target's table is told in words, before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from linkedin_support import make_settings
from share_bridge.errors import ConfigurationError


@pytest.mark.parametrize(
    "author, urn",
    [
        ("", ""),
        ("2414183", "urn:li:organization:2414183"),
        (" urn:li:organization:7 ", "urn:li:organization:7"),
        ("urn:li:person:Ada_1-x", "urn:li:person:Ada_1-x"),
    ],
)
def test_an_organization_is_named_by_its_number(author: str, urn: str) -> None:
    assert make_settings(author=author).author == urn


@pytest.mark.parametrize(
    "given, told",
    [
        ({"author": "learning-out-loud"}, "targets.home.author: has to be the number"),
        ({"author": "urn:li:share:7"}, "targets.home.author: has to be the number"),
        ({"version": "2026-10"}, "targets.home.version: has to be a year and a month"),
        ({"version": "202613"}, "targets.home.version: has to be a year and a month"),
        ({"visibility": "friends"}, "targets.home.visibility"),
        ({"show": "video"}, "targets.home.show"),
        ({"token": "two words"}, "targets.home.token: has to be one word"),
        ({"server": "api.linkedin.com"}, "targets.home.server: has to be an address"),
        ({"server": "https://a.example/rest"}, "without a path"),
    ],
)
def test_a_mistake_is_told_with_its_path(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        make_settings(**given)

    assert told in str(raised.value)
