"""What a preview says of posts and targets, and that nothing comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from dispatch_support import World, make_post
from image_support import png
from share_bridge.bridge import preview
from share_bridge.config.model import FirstRun
from share_bridge.dispatch.send.pictures import NO_ADDRESS
from share_bridge.errors import RejectedError, TransientError
from share_bridge.model.capabilities import (
    Capabilities,
    Format,
    MediaLimits,
    Support,
    TextLimit,
)
from share_bridge.model.delivery import State
from share_bridge.model.post import Image, Override
from share_bridge.model.rendering import Rendering
from share_bridge.preview.cards import Preview, TargetCard
from share_bridge.preview.looking import Wish
from share_bridge.text.networks import network

LONG = "A sentence of the post that says something. " * 40
PICTURE = Image("https://example.org/a.png", "A hill")


def seen(world: World, **wish: Any) -> Preview:
    found: Any = world.run(
        do=lambda runtime, errand: preview(runtime, errand, Wish(**wish)), dry=True
    )
    assert isinstance(found, Preview)
    return found


def card(world: World, **wish: Any) -> TargetCard:
    """The last card of the newest post."""
    return seen(world, **wish).posts[0].cards[-1]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One post, one target."""
    world = World(tmp_path)
    world.posts = [make_post(1)]
    return world


# The same text as a dry run, and no trace


def _told(world: World) -> dict[tuple[str, str], str | None]:
    """What `publish --dry-run` would send, by post and target."""
    report = world.run(dry=True)
    return {(it.post, it.target): it.text for it in report.deliveries}


def _previewed(world: World) -> dict[tuple[str, str], str | None]:
    return {
        (item.id, it.target): it.message.text if it.message else ""
        for item in seen(world).posts
        for it in item.cards
        if it.standing.is_ahead
    }


def _waits(world: World) -> None:
    world.service.script = [TransientError("503")]
    world.run(max_seconds=0.5)


def _is_edited(world: World) -> None:
    world.install(edit=Support.FULL)
    world.run()
    world.posts = [make_post(1, body="Other words.")]


def _is_approved_later(world: World) -> None:
    world.configure(approve=True)
    world.run()


def _has_own_words(world: World) -> None:
    world.posts = [make_post(1, override=Override(text="My own words."))]


def _is_too_long(world: World) -> None:
    world.posts = [make_post(1, override=Override(text="x" * 900))]


def _is_new(world: World) -> None:
    world.posts = [make_post(number, body=LONG) for number in range(3)]


@pytest.mark.parametrize(
    "happens",
    [_is_new, _waits, _is_edited, _is_approved_later, _has_own_words, _is_too_long],
)
def test_a_dry_run_has_the_same_text(world: World, happens: Any) -> None:
    happens(world)

    told = _told(world)

    assert told
    assert _previewed(world) == told


def test_it_sends_nothing_and_keeps_nothing(world: World) -> None:
    """Not even a ledger."""
    seen(world, networks=(network("x"),))

    assert world.service.calls == []
    assert list(world.folder.iterdir()) == []


def test_it_asks_no_site(world: World) -> None:
    seen(world)

    assert world.site.asked == []


# What is shown


def test_posts_stand_newest_first(world: World) -> None:
    world.posts = [make_post(number) for number in (2, 3, 1)]

    titles = [item.post.title for item in seen(world).posts]

    assert titles == ["Post 3", "Post 2", "Post 1"]


def test_the_newest_can_be_all(world: World) -> None:
    world.posts = [make_post(number) for number in (2, 3, 1)]

    titles = [item.post.title for item in seen(world, newest=2).posts]

    assert titles == ["Post 3", "Post 2"]


def test_what_was_sent_is_shown_as_it_was_sent(world: World) -> None:
    world.run()
    world.configure(read_more="Keep reading", hashtags=0)
    sent = world.service.standing[0].text

    found = card(world)

    assert (found.standing.word, found.standing.state) == ("sent", State.DELIVERED)
    assert found.standing.url == "https://service.example/1"
    assert found.message is not None
    assert found.message.text == sent


@pytest.mark.parametrize(
    "change, word, reason",
    [
        ({"skip_reason": "it is a draft"}, "not sent", "it is a draft"),
        ({"override": Override(skip=True)}, "not sent", "share: skip"),
        ({"override": Override(targets=("other",))}, "not sent", "share: targets"),
        ({}, "to be sent", ""),
    ],
    ids=["a draft", "skip", "other targets", "nothing"],
)
def test_a_post_that_is_not_meant_is_shown_and_says_why(
    world: World, change: dict[str, Any], word: str, reason: str
) -> None:
    world.posts = [make_post(1, **change)]

    found = card(world)

    assert found.standing.word == word
    assert reason in found.standing.reason
    assert found.message is not None


def test_what_was_there_before_says_so(world: World) -> None:
    world.source = replace(world.source, first_run=FirstRun.NONE)

    assert "first_run" in card(world).standing.reason


def test_what_was_refused_says_so(world: World) -> None:
    world.service.script = [RejectedError("no such words")]
    world.run()

    standing = card(world).standing

    assert (standing.word, standing.reason) == ("refused", "no such words")


def test_own_words_that_do_not_fit_are_a_problem(world: World) -> None:
    _is_too_long(world)

    found = card(world)

    assert found.message is None
    assert "over the limit of 500" in found.problem


# Counts and limits


def test_every_limit_is_counted_in_its_own_unit(world: World) -> None:
    world.posts = [make_post(1, title="Ü", body="Größe", url="")]

    counts = card(world, networks=(network("bluesky"),)).counts

    assert [count.words for count in counts] == [
        "8 of 300 graphemes",
        "11 of 3,000 bytes",
    ]


def test_a_warning_counts_where_the_network_counts_it(world: World) -> None:
    world.posts = [make_post(1, title="", url="", body="Words", content_warning="War")]

    (count,) = card(world, networks=(network("mastodon"),)).counts

    assert count.number == len("Words") + len("War")


def test_the_limits_of_the_server_are_used_and_named(world: World) -> None:
    discovered = Capabilities(text=(TextLimit(60),), recent=Support.UNSUPPORTED)
    scripted: Any = world.publishers.classes["scripted"]

    async def discover(*_: Any) -> Capabilities:
        return discovered

    world.install(discover=True)
    scripted = world.publishers.classes["scripted"]
    scripted.discover = discover
    world.run()
    world.posts.append(make_post(2, body=LONG))

    found = card(world)

    assert found.counts[0].maximum == 60
    assert found.limits == "limits as service.example said on 2026-11-22"


def test_else_the_documented_limits_are_used_and_named(world: World) -> None:
    found = seen(world, networks=(network("x"),)).posts[0].cards

    assert [card.limits for card in found] == [
        "limits that the publisher names",
        f"limits as documented on {network('x').checked}",
    ]


def test_another_network_is_marked_as_not_configured(world: World) -> None:
    found = card(world, networks=(network("bluesky"),))

    assert (found.name, found.configured) == ("Bluesky", False)
    assert found.standing.word == "not configured"


# What is left out


@pytest.mark.parametrize(
    "name, change, expected",
    [
        ("x", {"body": LONG}, "The text after"),
        ("x", {"body": LONG}, "the limit is 280 weighted characters"),
        ("linkedin", {"body": LONG * 2}, "a teaser that is longer is none"),
        ("x", {"override": Override(text="Mine.")}, "All but your own words"),
        ("x", {"content_warning": "War"}, "behind a content warning"),
        (
            "x",
            {"title": "The words", "body": "The words, and so on."},
            "The title: the",
        ),
        ("x", {"title": "Long " * 90}, "The end of the title"),
        ("x", {"summary": "<p>Short and good.</p>"}, "its summary speaks for it"),
        (
            "x",
            {"content": "<p>One.</p><!--more--><p>Two.</p>"},
            "your mark <!--more-->",
        ),
        ("x", {"content": "<p>One.</p><pre>code</pre>"}, "What is not prose"),
        ("x", {"tags": ("a", "b", "c")}, "no more than 2 read well: #c"),
        ("email", {"tags": ("hills",)}, "have no place here: #hills"),
        ("slack", {"images": (PICTURE,)}, "The picture: none is sent here"),
        ("mastodon", {"images": (PICTURE,) * 6}, "2 of 6 pictures: 4 at most"),
        (
            "misskey",
            {"images": (Image("https://example.org/a.png", "hill " * 300),)},
            "The end of a picture’s description: 512 characters",
        ),
    ],
)
def test_what_is_left_out_is_named(
    world: World, name: str, change: dict[str, Any], expected: str
) -> None:
    world.posts = [make_post(1, **change)]

    lines = card(world, networks=(network(name),)).left_out

    assert [line for line in lines if expected in line], lines


def test_of_a_post_that_fits_nothing_is_left_out(world: World) -> None:
    assert card(world, networks=(network("x"),)).left_out == ()


def test_hashtags_without_room_are_left_out(world: World) -> None:
    world.posts = [make_post(1, title="", body="word " * 90, tags=("a" * 60,))]

    lines = card(world, networks=(network("mastodon"),)).left_out

    assert [line for line in lines if "leaves no room" in line], lines


# Warnings


@pytest.mark.parametrize(
    "name, change, expected",
    [
        ("mastodon", {"images": (Image("https://example.org/a.png"),)}, "no descrip"),
        ("mastodon", {}, "No picture"),
        ("instagram", {}, "Instagram takes no post without a picture"),
        ("instagram", {}, "Readers cannot follow a link"),
        ("x", {"content": ""}, "The title stands alone"),
        ("x", {"body": "and so it went on " * 60}, "cut in its first sentence"),
        ("x", {"url": ""}, "No link"),
    ],
)
def test_what_an_author_would_rather_know_is_said(
    world: World, name: str, change: dict[str, Any], expected: str
) -> None:
    world.posts = [make_post(1, **change)]

    lines = card(world, networks=(network(name),)).warnings

    assert [line for line in lines if expected in line], lines


def test_a_post_that_is_in_order_has_no_warnings(world: World) -> None:
    world.posts = [make_post(1, images=(PICTURE,), body=LONG)]

    assert card(world, networks=(network("bluesky"),)).warnings == ()


# Pictures beside local posts

FITTED = "A picture is made to fit: wide.png: 120 × 40 pixels"
NOT_LOADED = f"wide.png: {NO_ADDRESS}"


@pytest.mark.parametrize(
    "path, media, warning",
    [
        ("wide.png", {}, ""),
        ("wide.png", {"max_edge": 100}, f"{FITTED}, and the target takes 100 a side"),
        ("wide.png", {"by_address": True}, f"A picture is left out: {NOT_LOADED}"),
        ("gone.png", {}, "A picture is left out: gone.png: No such file or directory"),
        ("cut.png", {}, "A picture is left out: cut.png: it ends too early"),
    ],
)
def test_it_is_foreseen_what_becomes_of_a_picture(
    world: World, path: str, media: dict[str, Any], warning: str
) -> None:
    (world.folder / "wide.png").write_bytes(png(120, 40))
    (world.folder / "cut.png").write_bytes(png(120, 40)[:50])
    world.install(media=MediaLimits(max_count=2, **media))
    world.posts = [make_post(1, images=(Image("", "A hill", path),))]

    warnings = card(world).warnings

    assert warnings == ((warning,) if warning else ())


# Links


PAGE = """<html><head><title>Page</title>
<meta property="og:title" content="As the page">
<meta property="og:description" content="says">
<meta property="og:image" content="/p.png">
<meta property="og:image:alt" content="A page's hill"></head></html>"""


def test_a_card_that_is_sent_has_the_posts_words_and_picture(world: World) -> None:
    world.posts = [make_post(1, images=(PICTURE,))]

    link = card(world, networks=(network("linkedin"),)).link

    assert link is not None
    assert (link.title, link.host, link.image) == ("Post 1", "example.org", PICTURE)
    assert link.origin == "sent with the post"


@pytest.mark.parametrize("check_links", [False, True])
def test_a_card_that_is_sent_has_the_page_s_picture_where_none_is_named(
    world: World, *, check_links: bool
) -> None:
    """It is known where the page was asked; else the card says what will be done."""
    world.install(link_card=Support.FULL, page_image=True)
    found = replace(PICTURE, found=True)
    world.posts = [make_post(1, images=(found,))]
    world.site.answers["https://example.org/1"] = httpx.Response(200, html=PAGE)

    link = card(world, check_links=check_links).link

    assert link is not None
    assert link.image == (
        Image("https://example.org/p.png", "A page's hill") if check_links else found
    )
    assert link.origin.endswith("with the picture of its page, if that names one")


def test_a_fetched_card_is_the_pages_where_it_is_asked(world: World) -> None:
    answer = httpx.Response(200, html=PAGE)
    world.site.answers["https://example.org/1"] = answer

    link = card(world, networks=(network("mastodon"),), check_links=True).link

    assert link is not None
    assert (link.title, link.description) == ("As the page", "says")
    assert link.image == Image("https://example.org/p.png", "A page's hill")


def test_pictures_take_the_place_of_a_fetched_card(world: World) -> None:
    world.posts = [make_post(1, images=(PICTURE,))]

    assert card(world, networks=(network("mastodon"),)).link is None


@pytest.mark.parametrize(
    "answer, expected",
    [
        (httpx.Response(404), "https://example.org/1 answers 404"),
        (httpx.Response(200, html="<title>Bare</title>"), "has no og:title"),
        (
            httpx.Response(
                200, html='<link rel="canonical" href="https://o.example/">'
            ),
            "its address is https://o.example/",
        ),
    ],
    ids=["missing", "bare", "another page"],
)
def test_a_link_that_leads_nowhere_is_said(
    world: World, answer: httpx.Response, expected: str
) -> None:
    world.site.answers["https://example.org/1"] = answer

    warnings = card(world, check_links=True).warnings

    assert [line for line in warnings if expected in line], warnings


def test_each_link_is_asked_once_for_all_targets(world: World) -> None:
    seen(world, networks=(network("x"), network("bluesky")), check_links=True)

    assert world.site.asked == ["https://example.org/1"]


# What publishers add


def _with_preview(world: World, preview: Any) -> None:
    scripted: Any = world.publishers.classes["scripted"]
    scripted.preview = preview


def test_a_publisher_adds_forms_of_its_own(world: World) -> None:
    def forms(_: Any, message: Any, settings: Any) -> list[Rendering]:
        return [
            Rendering("As a telegram", text=f"{message.title} STOP {settings.server}")
        ]

    _with_preview(world, forms)

    assert card(world).renderings == (
        Rendering("As a telegram", text="Post 1 STOP service.example"),
    )


def test_a_publisher_that_fails_at_it_stops_nothing(world: World) -> None:
    def fails(*_: Any) -> list[Rendering]:
        raise RuntimeError("no ink")

    _with_preview(world, fails)

    found = card(world)

    assert found.message is not None
    assert found.renderings == (
        Rendering("Scripted could not show it", text="RuntimeError: no ink"),
    )


def test_html_is_shown_where_nobody_shows_more(world: World) -> None:
    world.install(formats=frozenset({Format.PLAIN, Format.HTML}))

    (form,) = card(world).renderings

    assert form.title == "As HTML"
    assert "<p>The words of post 1.</p>" in form.html


def test_pictures_of_a_service_that_shows_cards_by_choice(world: World) -> None:
    """LinkedIn's owner chose pictures instead of a card: there is no card."""
    world.publishers.classes["linkedin"] = world.publishers.classes["scripted"]
    world.install(link_card=Support.UNSUPPORTED, media=MediaLimits(max_count=2))
    world.publishers.classes["linkedin"] = world.publishers.classes["scripted"]
    world.configure(publisher="linkedin")

    assert card(world).link is None
