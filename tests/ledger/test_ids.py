"""Two ledgers that never met give the same thing the same id."""

from __future__ import annotations

from datetime import UTC, datetime

from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.post import Post
from share_bridge.model.receipt import Account

_NOW = datetime(2026, 11, 22, tzinfo=UTC)
_POST = Post("blog", "guid:blog:1", title="One")
_ANN = Account(server="https://social.example", id="7", name="@ann")


def _plan(ledger: Ledger, name: str) -> None:
    post = ledger.posts.add(_POST, likeness="", now=_NOW)
    ledger.deliveries.plan(target=ledger.targets.named(name, "mastodon").id, post=post)


def _bind(ledger: Ledger, name: str) -> None:
    target = ledger.targets.named(name, "mastodon")
    ledger.targets.bind(target, _ANN, settings_hash="", now=_NOW)


def _ids(delivery: DeliveryRecord) -> tuple[str, ...]:
    return (delivery.target, delivery.message, delivery.id)


def test_what_was_planned_before_and_after_the_account_was_known_is_the_same() -> None:
    """Whose target it is was found out between planning and sending, or long before."""
    with Ledger.in_memory() as early, Ledger.in_memory() as late:
        _plan(early, "home")
        _bind(early, "home")
        _bind(late, "home")
        _plan(late, "home")

        assert [_ids(it) for it in early.deliveries.of()] == [
            _ids(it) for it in late.deliveries.of()
        ]


def test_the_name_of_a_target_is_no_part_of_an_id() -> None:
    with Ledger.in_memory() as one, Ledger.in_memory() as other:
        for ledger, name in ((one, "home"), (other, "main")):
            _plan(ledger, name)
            _bind(ledger, name)

        assert _ids(*one.deliveries.of()) == _ids(*other.deliveries.of())


def test_a_renamed_target_takes_what_was_planned_under_its_new_name() -> None:
    """The account keeps its history, and one delivery a post."""
    with Ledger.in_memory() as ledger:
        _plan(ledger, "home")
        _bind(ledger, "home")
        known = ledger.targets.named("home", "mastodon")
        second = ledger.posts.add(Post("blog", "guid:blog:2"), likeness="", now=_NOW)
        new = ledger.targets.named("main", "mastodon")
        for post in (ledger.posts.find([_POST.identity]), second):
            assert post is not None
            ledger.deliveries.plan(target=new.id, post=post)
        _bind(ledger, "main")

        assert [target.id for target in ledger.targets.all()] == [known.id]
        assert ledger.targets.all()[0].name == "main"
        assert sorted(it.post for it in ledger.deliveries.of(target=known.id)) == (
            sorted(it.post for it in ledger.deliveries.of())
        )
        assert len(ledger.deliveries.of()) == 2


def test_a_name_that_comes_back_to_a_publisher_finds_what_was_planned() -> None:
    """It was another publisher's meanwhile, before either was ever checked."""
    with Ledger.in_memory() as ledger:
        first = ledger.targets.named("home", "mastodon")
        ledger.targets.named("home", "page")

        assert ledger.targets.named("home", "mastodon").id == first.id
