"""What is posted, how it is read back, and what happens to threads."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest

from fediverse_support import Fediverse
from mastodon_support import Desk, message
from share_bridge.errors import (
    ConflictError,
    GoneError,
    RateLimitedError,
    UnsupportedError,
)
from share_bridge.model.receipt import Receipt
from share_bridge.testing.faults import Answer, Fault, is_write
from share_bridge_mastodon.shown import shown

#: A status as Mastodon 4.5 shows it.
PIECES = (
    '<p>Learning out loud</p><p>So says <span class="h-card" translate="no">'
    '<a href="https://far.example/@ada" class="u-url mention">@<span>ada</span></a>'
    '</span>.<br /><a href="https://mastodon.example/tags/learning" '
    'class="mention hashtag" rel="tag">#<span>learning</span></a></p>'
    '<p><a href="https://learning.example/2026/11/22/a-rather-long-address/" '
    'target="_blank" rel="nofollow noopener" translate="no">'
    '<span class="invisible">https://</span>'
    '<span class="ellipsis">learning.example/2026/11/22/a-</span>'
    '<span class="invisible">rather-long-address/</span></a></p>'
)
URL = "https://learning.example/2026/11/22/a-rather-long-address/"


def _bodies(service: Fediverse) -> list[dict[str, Any]]:
    return [json.loads(one.content) for one in service.requests if is_write(one)]


def test_a_status_is_read_as_people_read_it() -> None:
    people = [{"url": "https://far.example/@ada", "acct": "ada@far.example"}]

    seen = shown({"content": PIECES, "mentions": people})

    assert seen.text == (
        f"Learning out loud\n\nSo says @ada@far.example.\n#learning\n\n{URL}"
    )
    assert seen.links == (URL,)


@pytest.mark.parametrize(
    "content, text, links",
    [
        ("", "", ()),
        (None, "", ()),
        ("plain &amp; &lt;simple&gt;", "plain & <simple>", ()),
        (
            "see https://a.example/b.",
            "see https://a.example/b.",
            ("https://a.example/b",),
        ),
        ('<a href="https://a.example/">words</a>', "words", ("https://a.example/",)),
        (
            '<a href="https://a.example/b/c">a.example/b…</a>',
            "https://a.example/b/c",
            ("https://a.example/b/c",),
        ),
        (
            '<a href="https://www.a.example/b">a.example/b</a>',
            "https://www.a.example/b",
            ("https://www.a.example/b",),
        ),
        (
            '<a href="https://xn--mller-kva.example/">https://müller.example/</a>',
            "https://müller.example/",
            ("https://xn--mller-kva.example/", "https://müller.example/"),
        ),
        ('<a href="javascript:alert(1)">words</a>', "words", ()),
        ('<a rel="tag" href="https://a.example/t">#t</a>', "#t", ()),
        (
            "<p>unclosed <a href='https://a.example/'>https://a.example/",
            "unclosed https://a.example/",
            ("https://a.example/",),
        ),
    ],
)
def test_words_and_links_of_a_status(
    content: str | None, text: str, links: tuple[str, ...]
) -> None:
    seen = shown({"content": content})

    assert (seen.text, seen.links) == (text, links)


@pytest.mark.parametrize(
    "piece",
    [
        *("<a ", "<!", "<!--", "<", "<p>", "<a x='", '<a x="', "<?", "</"),
        *('<a "<a" ', "<a \"'<a'", "&#", "&#9" * 9, "&#" + "9" * 5000),
        *("https://a.example/(", "@a@b.example ", "<a " + "a" * 199_990 + ">"),
    ],
    ids=lambda piece: piece[:9],
)
def test_what_was_made_to_harm_is_read_in_no_time(piece: str) -> None:
    """A page of a server that went bad does not stop a run."""
    content = piece * (200_000 // len(piece))

    started = time.perf_counter()
    shown({"content": content})

    assert time.perf_counter() - started < 2


def test_a_comment_is_not_shown() -> None:
    seen = shown({"content": "<p>a<!-- <a href='https://b.example'> -->b</p><!-- c"})

    assert (seen.text, seen.links) == ("ab", ())


def test_the_card_s_address_is_a_link() -> None:
    seen = shown({"content": "<p>words</p>", "card": {"url": URL}})

    assert seen.links == (URL,)


@pytest.mark.parametrize("odd", [{"card": 7, "mentions": 7}, {"mentions": [7, {}]}])
def test_odd_json_is_read_all_the_same(odd: dict[str, Any]) -> None:
    assert shown({"content": "<p>words</p>", **odd}).text == "words"


def test_what_a_message_says_is_posted(service: Fediverse, desk: Desk) -> None:
    """As JSON: a form's `true` is text to some servers."""
    sent = message(content_warning="Spiders", visibility="unlisted")

    desk.post(sent)

    assert _bodies(service) == [
        {
            "status": sent.text,
            "visibility": "unlisted",
            "language": "en",
            "spoiler_text": "Spiders",
            "sensitive": True,
        }
    ]


@pytest.mark.parametrize("seen_by", ["public", "unlisted", "private", "direct"])
def test_who_sees_a_post_is_the_target_s_choice(
    service: Fediverse, tmp_path: Any, seen_by: str
) -> None:
    Desk(tmp_path, transport=service, visibility=seen_by).post()

    assert service.standing[0].visibility == seen_by


def test_a_post_is_never_shown_to_everyone_by_mistake(
    service: Fediverse, desk: Desk
) -> None:
    """An author who wrote `followers` did not mean `public`."""
    with pytest.raises(UnsupportedError, match="followers"):
        desk.publish(message(visibility="followers"))

    assert service.requests == []


@pytest.mark.parametrize(
    "tags, expected",
    [
        (("de", "en", "fr"), "de"),
        (("", "en", "fr"), "en"),
        (("", "", "fr"), "fr"),
        (("pt-BR", "", ""), "pt"),
        (("", "", ""), ""),
    ],
)
def test_the_language_nearest_to_the_post_wins(
    service: Fediverse, tmp_path: Any, tags: tuple[str, str, str], expected: str
) -> None:
    post, target, site = tags
    sent = message()
    written = sent.post.__class__.from_json(sent.post.to_json() | {"language": post})

    Desk(tmp_path, transport=service, language=target).post(
        message(post=written, language=post or site)
    )

    assert service.standing[0].language == expected


def test_a_thread_goes_on_where_it_stopped(service: Fediverse, desk: Desk) -> None:
    """Each part has a key of its own, the same at every attempt."""
    sent = message(parts=("One", "Two", "Three"))
    service.fail(Fault(what=Answer(429), skip=1))
    with pytest.raises(RateLimitedError):
        desk.publish(sent)

    receipt = desk.post(sent, progress=desk.progress)

    assert service.texts() == ["One", "Two", "Three"]
    assert receipt.parts == tuple(status.id for status in service.standing)
    keys = [one.headers["Idempotency-Key"] for one in service.requests]
    assert keys[1] == keys[2]
    assert len(set(keys)) == 3


def test_an_edit_of_a_thread_touches_what_changed(
    service: Fediverse, desk: Desk
) -> None:
    receipt = desk.post(message(parts=("One", "Two", "Three")))

    desk.update(receipt, message(parts=("One", "Twice", "Three")))

    assert service.texts() == ["One", "Twice", "Three"]
    assert service.edits == [receipt.parts[1]]


def test_a_thread_that_gets_shorter_loses_its_end(
    service: Fediverse, desk: Desk
) -> None:
    receipt = desk.post(message(parts=("One", "Two", "Three")))

    edited = desk.update(receipt, message(parts=("One", "Two")))
    again = desk.update(receipt, message(parts=("One", "Two")))

    assert service.texts() == ["One", "Two"]
    assert edited.parts == again.parts == receipt.parts[:2]


def test_a_thread_does_not_grow(service: Fediverse, desk: Desk) -> None:
    """A post that is added could be added twice."""
    receipt = desk.post(message(parts=("One", "Two")))

    with pytest.raises(UnsupportedError, match="needs 3 posts"):
        desk.update(receipt, message(parts=("One", "Two", "Three")))

    assert service.texts() == ["One", "Two"]


def test_one_part_that_was_edited_over_there_holds_all(
    service: Fediverse, desk: Desk
) -> None:
    receipt = desk.post(message(parts=("One", "Two")))
    service.standing[1].text = "Mine"

    with pytest.raises(ConflictError):
        desk.update(receipt, message(parts=("Uno", "Due")))

    assert service.texts() == ["One", "Mine"]


def test_a_thread_is_taken_away_from_its_end(service: Fediverse, desk: Desk) -> None:
    receipt = desk.post(message(parts=("One", "Two", "Three")))
    service.standing.pop(1)

    desk.delete(receipt)

    assert service.standing == []
    deleted = [one.url.path for one in service.requests if one.method == "DELETE"]
    assert [path.rpartition("/")[2] for path in deleted] == [*reversed(receipt.parts)]
    with pytest.raises(GoneError):
        desk.delete(receipt)


def test_a_new_warning_is_an_edit(service: Fediverse, desk: Desk) -> None:
    receipt = desk.post()

    desk.update(receipt, message(content_warning="Spiders"))
    desk.update(receipt, message(content_warning="Spiders"))

    assert service.standing[0].warning == "Spiders"
    assert len(service.edits) == 1


def test_a_warning_that_was_set_over_there_is_kept(
    service: Fediverse, desk: Desk
) -> None:
    receipt = desk.post(message("Before"))
    service.standing[0].warning = "Mine"

    with pytest.raises(ConflictError):
        desk.update(receipt, message("After"))


@pytest.mark.parametrize("edited", [False, True])
def test_a_copy_that_was_adopted_is_edited_unless_somebody_was_faster(
    service: Fediverse, desk: Desk, edited: bool
) -> None:
    status = service.add("Before")
    status.edited = service.now() if edited else None

    try:
        desk.update(Receipt(status.id), message("After"))
    except ConflictError:
        assert edited
    else:
        assert not edited
        assert service.texts()[0].startswith("After")


def test_a_server_that_changed_how_it_shows_things_made_no_edit(
    service: Fediverse, desk: Desk
) -> None:
    """The source is as it was sent: nobody touched it."""
    receipt = desk.post(message("Thanks, @ada@far.example"))
    strange = receipt.extra["shown"] and {**receipt.extra, "shown": ["other"]}

    desk.update(Receipt(receipt.remote_id, extra=strange), message("After"))

    assert service.texts()[0].startswith("After")


def test_an_id_stays_one_segment_of_the_path(service: Fediverse, desk: Desk) -> None:
    """What a server calls a status is not trusted with the rest of the address."""
    with pytest.raises(GoneError):
        desk.delete(Receipt("../accounts/1?x=#y"))

    request: httpx.Request = service.requests[-1]
    assert request.url.raw_path == b"/api/v1/statuses/..%2Faccounts%2F1%3Fx%3D%23y"
