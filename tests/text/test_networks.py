"""What is known of each network is what the reference says."""

from __future__ import annotations

import pytest

from network_page import PAGE, with_networks
from share_bridge.model.capabilities import Support, Unit
from share_bridge.text.compose import Rules, compose
from share_bridge.text.networks import Card, network, networks
from text_support import post

SENTENCE = "Nobody knew who had put the lamp there. "
LINK = "https://example.org/lamp"
NAMES = sorted(networks())


def test_every_network_of_the_promise_is_there() -> None:
    assert {
        *("mastodon", "bluesky", "x", "threads", "linkedin", "email", "telegram"),
        *("discord", "slack", "matrix", "nostr", "tumblr", "misskey", "facebook"),
        "instagram",
    } == set(NAMES)


def test_the_reference_shows_the_profiles_of_today() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert with_networks(page) == page


@pytest.mark.parametrize("name", NAMES)
def test_every_profile_says_where_it_is_from(name: str) -> None:
    profile = network(name)

    assert all(link.startswith("https://") for link in profile.documents)
    assert profile.checked.year >= 2026
    assert profile.capabilities.text


@pytest.mark.parametrize("name", NAMES)
def test_cards_and_links_agree(name: str) -> None:
    profile = network(name)
    capabilities = profile.capabilities

    assert not capabilities.sends_link or profile.card is Card.SENT
    assert capabilities.link_card is Support.UNSUPPORTED or profile.card != Card.NONE


@pytest.mark.parametrize("name", NAMES)
def test_a_teaser_is_within_every_limit(name: str) -> None:
    made = post(f"<p>{SENTENCE * 100}</p>", url=LINK, tags=("a lamp", "b", "c", "d"))
    capabilities = network(name).capabilities
    message = compose(made, Rules("home", capabilities))

    assert message.teaser.endswith("there.")
    assert len(message.tags) <= (4 if capabilities.max_tags is None else 30)
    assert (LINK in message.text) is not capabilities.sends_link
    assert bool(message.facets) is (capabilities.facets is not None)


@pytest.mark.parametrize(
    "name, unit", [("bluesky", Unit.BYTES), ("telegram", Unit.UTF16), ("x", None)]
)
def test_facets_are_there_where_a_network_finds_none_itself(
    name: str, unit: Unit | None
) -> None:
    assert network(name).capabilities.facets is unit


def test_no_network_is_made_up() -> None:
    with pytest.raises(KeyError, match="myspace"):
        network("myspace")
