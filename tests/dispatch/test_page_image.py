"""A card of a post that names no picture has the one that its page names."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from dispatch_support import Site, World, make_post
from image_support import png
from share_bridge.errors import OutcomeUnknownError
from share_bridge.ledger.approvals import Approval
from share_bridge.model.capabilities import MediaLimits, Support
from share_bridge.model.delivery import State
from share_bridge.model.message import Message
from share_bridge.model.post import Image
from share_bridge.model.receipt import Receipt

URL = "https://example.org/1"
NAMED = "https://example.org/named.png"
PAGE = "https://example.org/page.png"
FIRST = "https://example.org/first.png"
HEAD = (
    f'<meta property="og:image" content="{PAGE}">'
    '<meta property="og:image:alt" content="A lamp">'
)


def page(head: str = HEAD) -> httpx.Response:
    return httpx.Response(200, html=f"<html><head>{head}</head></html>")


def picture(edge: int = 120) -> httpx.Response:
    return httpx.Response(200, content=png(edge, edge))


class Cards(World):
    """A service that is sent the cards of links, and what it got."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.set_up()
        self.site = Site({URL: page()})
        self.site.answers |= {url: picture() for url in (NAMED, PAGE, FIRST)}

    def set_up(self, **capabilities: Any) -> None:
        self.install(
            **{"media": MediaLimits(max_count=2), "page_image": True} | capabilities
        )

    def post(self, *images: Image) -> None:
        self.posts = [make_post(1, images=images)]

    def sent(self) -> list[str]:
        """The names of the pictures of the one message that was sent."""
        seen: list[Message] = []
        self.service.script = [
            lambda message, _: (seen.append(message), Receipt("1"))[1]
        ]
        self.run()
        (message,) = seen
        assert all(image.data for image in message.images)
        return [Path(image.url).name for image in message.images]


@pytest.fixture
def cards(tmp_path: Path) -> Cards:
    return Cards(tmp_path)


@pytest.mark.parametrize(
    "images, sent",
    [
        ((), ["page.png"]),
        ((Image(FIRST, found=True),), ["page.png", "first.png"]),
        ((Image(NAMED),), ["named.png"]),
        ((Image(NAMED), Image(FIRST, found=True)), ["named.png", "first.png"]),
    ],
    ids=["none", "one in its text", "one that it names", "both"],
)
def test_what_the_author_names_comes_before_the_page_and_that_before_the_text(
    cards: Cards, images: tuple[Image, ...], sent: list[str]
) -> None:
    cards.post(*images)

    assert cards.sent() == sent


def test_the_page_is_asked_where_it_matters_alone(cards: Cards) -> None:
    """Not for a post that names a picture, nor for a service that makes its cards."""
    cards.post(Image(NAMED))
    cards.sent()
    cards.set_up(page_image=False)
    cards.posts.append(make_post(2))
    cards.sent()

    assert cards.site.asked == [NAMED]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404),
        page(""),
        page('<meta property="og:image" content="/favicon.ico">'),
        page('<meta property="og:image" content="javascript:alert(1)">'),
        page('<meta property="og:image" content="https://example.org/gone.png">'),
        page(HEAD + '<link rel="canonical" href="https://example.org/another">'),
    ],
    ids=["no page", "no picture", "icon", "script", "gone", "another page"],
)
def test_where_the_page_has_none_the_text_has(
    cards: Cards, answer: httpx.Response
) -> None:
    cards.site.answers[URL] = answer
    cards.post(Image(FIRST, found=True))

    assert cards.sent() == ["first.png"]


def test_a_page_s_icon_is_no_picture(cards: Cards) -> None:
    cards.site.answers[PAGE] = picture(64)
    cards.post()

    assert cards.sent() == []


def test_a_page_is_asked_once_for_all_targets(cards: Cards) -> None:
    cards.post()
    cards.targets = [
        replace(cards.target, name=name, settings={"account": name}) for name in "abc"
    ]

    cards.run()

    assert cards.site.asked.count(URL) == 1
    assert cards.service.titles() == ["Post 1"] * 3


def test_a_page_that_was_waited_for_is_not_asked_again(cards: Cards) -> None:
    cards.source = replace(cards.source, wait_until_live=timedelta(days=1))
    cards.post()

    assert cards.sent() == ["page.png"]
    assert cards.site.asked.count(URL) == 1


def test_the_same_picture_is_sent_with_the_next_attempt(cards: Cards) -> None:
    """The message was frozen with it, whatever the page says by then."""
    cards.set_up(recent=Support.FULL)
    cards.post()
    cards.service.script = [OutcomeUnknownError("no answer")]
    cards.run(max_seconds=1)
    cards.site.answers[URL] = page("")
    cards.clock.jump(minutes=10)

    assert cards.sent() == ["page.png"]


def test_a_page_with_another_picture_edits_nothing(cards: Cards) -> None:
    cards.set_up(edit=Support.FULL)
    cards.post()
    cards.sent()
    cards.site.answers[URL] = page(HEAD.replace("page.png", "first.png"))
    cards.clock.jump(hours=1)

    report = cards.run()

    assert report.deliveries == ()


def test_what_was_approved_goes_out_as_it_was_seen(cards: Cards) -> None:
    cards.configure(approve=True)
    cards.post()
    cards.run()
    with cards.open() as ledger, ledger.transaction():
        target = ledger.targets.named("home", "scripted").id
        for delivery in ledger.approvals.waiting(target):
            seen = Message(post=cards.posts[0], text="As it was seen")
            revision = ledger.posts.get(delivery.post).revision
            ledger.approvals.give(delivery.message, Approval(seen, revision))
            ledger.holds.settle(delivery, state=State.PLANNED, reason="")

    assert cards.sent() == []
    assert URL not in cards.site.asked
