"""Limits: the documented ones, narrowed by what a server says of itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fediverse_support import Fediverse
from mastodon_support import Desk
from share_bridge.model.capabilities import Capabilities
from share_bridge.testing.faults import Answer, Fault
from share_bridge.text.measure import counter
from share_bridge_mastodon.server import CAPABILITIES, narrowed


def _statuses(**limits: Any) -> dict[str, Any]:
    return {"configuration": {"statuses": limits}}


@pytest.mark.parametrize(
    "instance, expected",
    [
        ({}, 500),
        (_statuses(max_characters=5000), 5000),
        (_statuses(max_characters=300), 300),
        ({"max_toot_chars": 11_000}, 11_000),
        (_statuses(max_characters=0), 500),
        (_statuses(max_characters=-1), 500),
        (_statuses(max_characters="many"), 500),
        (_statuses(max_characters=True), 500),
        ({"configuration": None}, 500),
        ({"configuration": {"statuses": []}}, 500),
    ],
)
def test_characters(instance: dict[str, Any], expected: int) -> None:
    assert narrowed(instance, "").text[0].maximum == expected


@pytest.mark.parametrize(
    "told, wished, expected",
    [(5000, 500, 500), (300, 500, 300), (None, 400, 400), (None, 900, 500)],
)
def test_a_target_may_ask_for_less(
    told: int | None, wished: int, expected: int
) -> None:
    instance = {} if told is None else _statuses(max_characters=told)

    assert narrowed(instance, "", at_most=wished).text[0].maximum == expected


@pytest.mark.parametrize(
    "text, length",
    [
        ("https://learning.example/a/rather/long/address/that/counts/little", 23),
        ("https://a.example", 23),
        ("@ada@far.example", 4),
        ("👩‍👩‍👧‍👦é", 2),
        ("a https://a.example b", 27),
    ],
)
def test_characters_are_counted_as_mastodon_does(text: str, length: int) -> None:
    assert counter(CAPABILITIES.text[0].counting)(text) == length


def test_images_are_taken_as_the_server_says() -> None:
    instance = {
        "configuration": {
            "statuses": {"max_media_attachments": 6},
            "media_attachments": {
                "supported_mime_types": ["image/png", "image/avif", "audio/ogg", 7],
                "image_size_limit": 1_000_000,
                "description_limit": 1000,
            },
        }
    }

    media = narrowed(instance, "").media

    assert (media.max_count, media.max_bytes, media.max_alt) == (6, 1_000_000, 1000)
    assert media.types == {"image/png", "image/avif"}


def test_pleroma_has_its_limits_elsewhere() -> None:
    instance = {"upload_limit": 5_000_000, "description_limit": 5000}

    media = narrowed(instance, "pleroma").media

    assert (media.max_bytes, media.max_alt) == (5_000_000, 5000)


def test_the_ledger_remembers_what_was_found() -> None:
    found = narrowed(_statuses(max_characters=300), "mastodon")

    assert CAPABILITIES.narrowed(found.to_json()) == found


@pytest.mark.parametrize(
    "software, trusted",
    [("mastodon", True), ("hollo", True), ("gotosocial", False), ("", False)],
)
def test_keys_are_trusted_by_name_only(software: str, trusted: bool) -> None:
    assert (narrowed({}, software).honours_keys is not None) is trusted
    assert CAPABILITIES.honours_keys is None


@pytest.mark.parametrize(
    "what",
    [
        Answer(404),
        Answer(200, text="<html>"),
        Answer(200, []),
        Answer(200, {"links": 7}),
        Answer(200, {"links": [{"rel": "self", "href": "/x"}]}),
        Answer(301, headers={"Location": "https://b.example/"}),
    ],
)
def test_a_server_that_hides_what_it_runs_has_limits_all_the_same(
    service: Fediverse, desk: Desk, what: Answer
) -> None:
    service.fail(Fault(what=what, when=lambda request: "nodeinfo" in request.url.path))

    found = desk.discover()

    assert found.text[0].maximum == 500
    assert found.honours_keys is None


def test_a_server_that_tells_nothing_is_an_error(tmp_path: Path) -> None:
    """The limits that were known before stay."""
    service = Fediverse()
    service.fail(
        Fault(
            what=Answer(503),
            when=lambda request: "instance" in request.url.path,
            times=2,
        )
    )

    with pytest.raises(Exception, match="answered 503"):
        Desk(tmp_path, transport=service).discover()


def test_what_is_declared_is_what_the_readme_says() -> None:
    declared: Capabilities = CAPABILITIES

    assert declared.text[0].maximum == 500
    assert declared.media.max_count == 4
