"""A post goes out when its page is there, and links to its author's site alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from dispatch_support import START, Site, World, make_post
from share_bridge.config.model import Site as SiteConfig
from share_bridge.dispatch.report.report import Report
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.capabilities import Support
from share_bridge.model.question import Kind

URL = "https://example.org/1"
SITE = SiteConfig(url="https://example.org")
CARD = "".join(
    f'<meta property="og:{name}" content="x">'
    for name in ("title", "description", "image")
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One post of a source that waits for pages, one site."""
    world = World(tmp_path)
    world.posts = [make_post(1)]
    world.source = replace(world.source, wait_until_live=timedelta(days=1))
    world.site_config = SITE
    return world


def page(head: str = CARD, *, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(
        status, html=f"<html><head>{head}</head></html>", headers=headers
    )


def asked(world: World, site: Site, **values: object) -> Report:
    return world.run(transport=site, **values)


def test_a_post_waits_for_its_page_and_that_is_no_failure(world: World) -> None:
    """The report says for what, and when it is looked at again."""
    site = Site({URL: httpx.Response(404)})

    early = asked(world, site, max_seconds=1)
    site.answers[URL] = page()
    world.clock.jump(minutes=1)
    live = asked(world, site)

    (waiting,) = early.deliveries
    assert early.exit_code == 0
    assert waiting.reason == f"waits for its page: {URL} answers 404"
    assert early.next_due is not None
    assert START < early.next_due < START + timedelta(minutes=1)
    assert f"“Post 1” waits for its page: {URL} answers 404" in early.warnings
    assert world.service.titles() == ["Post 1"]
    assert live.exit_code == 0
    assert live.warnings == ()


def test_a_page_is_looked_at_once_for_all_targets_and_runs(world: World) -> None:
    """Even when lanes look at the same moment."""
    world.install(recent=Support.UNSUPPORTED)
    world.targets = [
        replace(world.target, name=name, settings={"account": name}) for name in "abc"
    ]
    site = Site({URL: page()})

    asked(world, site)
    asked(world, site)

    assert site.asked == [URL]
    assert world.service.titles() == ["Post 1"] * 3


def test_looks_come_further_apart(world: World) -> None:
    """A long run looks again and again, but not in a loop."""
    site = Site({})

    asked(world, site, max_seconds=3600)

    assert 5 <= len(site.asked) <= 20


def test_one_run_sees_the_page_appear(world: World) -> None:
    """A deploy that ends while the run goes on."""

    class Later(Site):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            self.asked.append(str(request.url))
            late = world.clock.now() - START > timedelta(seconds=30)
            return page() if late else httpx.Response(404)

    report = asked(world, Later({}), max_seconds=300)

    assert report.totals["delivered"] == 1


@pytest.mark.parametrize(
    "answer, reason",
    [
        (page(status=500), f"{URL} answers 500"),
        (page(status=404), f"{URL} answers 404"),
        (page(status=410), f"{URL} answers 410"),
        (page('<link rel=canonical href="/">'), "says that its address is"),
        (
            page('<link rel="canonical" href="https://example.org/2">'),
            "says that its address is https://example.org/2",
        ),
        (
            httpx.Response(302, headers={"Location": "https://example.org/"}),
            "it leads to https://example.org/",
        ),
        (httpx.Response(302, headers={"Location": URL}), "redirects in a circle"),
    ],
)
def test_what_is_not_the_page(
    world: World, answer: httpx.Response, reason: str
) -> None:
    """Soft 404s, redirects to the front and login pages do not count."""
    site = Site({URL: answer, "https://example.org/": page()})

    report = asked(world, site, max_seconds=1)

    assert world.service.titles() == []
    assert reason in (report.deliveries[0].reason or "")


@pytest.mark.parametrize(
    "answer",
    [
        page(CARD),
        page(f'<link rel="canonical" href="{URL}?utm_source=feed">{CARD}'),
        page(
            f'<LINK REL="shortlink canonical" HREF="http://www.example.org/1/">{CARD}'
        ),
        page(f'<!-- <link rel="canonical" href="/2"> -->{CARD}'),
        httpx.Response(
            200, content=b"%PDF", headers={"Content-Type": "application/pdf"}
        ),
        httpx.Response(301, headers={"Location": "https://example.org/1/"}),
    ],
    ids=["plain", "tracking", "www", "in a comment", "no page", "a slash more"],
)
def test_what_is_the_page(world: World, answer: httpx.Response) -> None:
    """Another spelling of the address is the same page."""
    report = asked(world, Site({URL: answer, "https://example.org/1/": page()}))

    assert report.totals["delivered"] == 1


def test_after_a_day_the_owner_is_asked_and_may_look_anew(world: World) -> None:
    """`ledger retry` begins a new day."""
    site = Site({})
    asked(world, site)
    world.clock.jump(hours=25)

    late = asked(world, site)
    with Ledger.open(world.ledger_path) as ledger:
        for delivery in ledger.deliveries.of():
            ledger.holds.due_now(delivery)
    again = asked(world, site, max_seconds=1)
    site.answers[URL] = page()
    world.clock.jump(minutes=10)
    asked(world, site)

    assert late.exit_code == 1
    assert [question.kind for question in late.questions] == [Kind.NOT_LIVE]
    assert again.exit_code == 0
    assert world.service.titles() == ["Post 1"]


def test_a_bare_card_is_warned_about_once(world: World) -> None:
    """It is sent all the same."""
    site = Site({URL: page('<meta name="description" content="x">')})

    first, second = asked(world, site), asked(world, site)

    assert first.totals["delivered"] == 1
    (warning,) = first.warnings
    assert "og:title, og:image" in warning
    assert second.warnings == ()


@pytest.mark.parametrize(
    "link, waits, held",
    [
        ("http://localhost:4000/1", True, True),
        ("http://localhost:4000/1", False, True),
        ("http://192.168.1.5/1", False, True),
        ("http://laptop.local/1", False, True),
        ("https://deploy-preview-7.netlify.app/1", True, True),
        ("https://elsewhere.example/1", False, False),
        ("https://www.example.org/1", True, False),
        ("https://notes.example.org/1", True, False),
    ],
)
def test_links_to_other_hosts(
    world: World, link: str, *, waits: bool, held: bool
) -> None:
    """A feed may link anywhere but to this machine; files link to the site."""
    world.site_config = replace(
        world.site_config, hosts=frozenset({"notes.example.org"})
    )
    if not waits:
        world.source = replace(world.source, wait_until_live=timedelta(0))
    world.posts = [make_post(1, url=link)]

    report = asked(world, Site({link: page()}))

    assert bool(report.questions) == held
    assert world.service.titles() == ([] if held else ["Post 1"])
    assert report.exit_code == (1 if held else 0)


@pytest.mark.parametrize("mended", ["the link", "hosts"])
def test_a_mended_link_goes_on_by_itself(world: World, mended: str) -> None:
    """Nobody has to tell share-bridge what it can see."""
    preview = "https://preview.example/1"
    site = Site({URL: page(), preview: page()})
    world.posts = [make_post(1, url=preview)]
    held = asked(world, site)
    still = asked(world, site)

    if mended == "hosts":
        world.site_config = replace(
            world.site_config, hosts=frozenset({"preview.example"})
        )
    else:
        world.posts = [make_post(1)]
    sent = asked(world, site)

    assert [question.kind for question in held.questions] == [Kind.OTHER_HOST]
    assert (held.exit_code, still.exit_code, sent.exit_code) == (1, 0, 0)
    assert world.service.titles() == ["Post 1"]


def test_what_stays_on_this_machine_does_not_wait(world: World) -> None:
    """A page that is built before it is deployed may hold the post."""
    world.install(local=True)
    site = Site({})

    report = asked(world, site)

    assert report.totals["delivered"] == 1
    assert site.asked == []


def test_a_source_that_waits_no_more_sends_at_once(world: World) -> None:
    """The setting counts, not what it was when the post was planned."""
    asked(world, Site({}))
    world.source = replace(world.source, wait_until_live=timedelta(0))

    report = asked(world, Site({}))

    assert report.totals["delivered"] == 1
