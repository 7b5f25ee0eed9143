"""Addresses of copies: at which target one stands, and what is known from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.delivery import State
from share_bridge.model.receipt import Receipt

if TYPE_CHECKING:
    from share_bridge.dispatch.plan.plan import PlannedTarget

__all__ = ["count_as_copy", "receipt_of_address", "target_of"]


def receipt_of_address(url: str) -> Receipt:
    """What the address of a copy tells: services end it with the copy's own id."""
    remote_id = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return Receipt(remote_id or url, url)


def target_of(url: str, targets: Sequence[PlannedTarget]) -> PlannedTarget | None:
    """The one target at which a copy with this address stands; None: unclear.

    Told by the host, then by the account's name in the path.
    """
    host = _host(url)
    there = [it for it in targets if host and host in _hosts(it)]
    if not there:
        there = [it for it in targets if it.config.publisher in host.split(".")]
    if len(there) > 1:
        there = [it for it in there if _account(it) in _segments(url)]
    return there[0] if len(there) == 1 else None


def count_as_copy(
    ledger: Ledger, deliveries: Iterable[DeliveryRecord], url: str, *, reason: str
) -> None:
    """Count creates as delivered there; the words are not known to be ours."""
    for delivery in deliveries:
        ledger.holds.settle(
            delivery,
            state=State.DELIVERED,
            reason=reason,
            receipt=receipt_of_address(url),
        )
        revision = ledger.posts.get(delivery.post).revision
        ledger.deliveries.stand(
            target=delivery.target, post=delivery.post, words=None, revision=revision
        )


def _hosts(target: PlannedTarget) -> set[str]:
    values = (target.record.server, *target.config.settings.values())
    return {host for value in values for host in _named(value)}


def _named(value: Any) -> Iterator[str]:
    """Hosts that a setting may mean."""
    if isinstance(value, str) and "." in value and " " not in value:
        yield _host(value if "://" in value else f"https://{value}")


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _segments(url: str) -> set[str]:
    return {part.lstrip("@").casefold() for part in urlsplit(url).path.split("/")}


def _account(target: PlannedTarget) -> str:
    return target.record.account_name.lstrip("@").partition("@")[0].casefold()
