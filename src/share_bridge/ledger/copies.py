"""Where the copies of posts stand, for those who link to them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from share_bridge.ledger.database import Database
from share_bridge.ledger.records import receipt_of
from share_bridge.model.receipt import Receipt

__all__ = ["Copies", "Copy"]


class Copy(Struct, frozen=True, kw_only=True):
    """One copy of a post.

    Attributes:
        identity, source, url: Of the post.
        document: The post as it was last read, as JSON.
        address: Of the copy.
        gone: It was taken away.

    """

    identity: str
    source: str
    url: str
    document: str
    address: str
    gone: bool


class Copies:
    """Every copy that readers can open."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ids(self, target: str) -> frozenset[str]:
        """What the service calls the copies that are known at a target."""
        rows = self._database.all("receipts_at", target=target)
        found = (receipt_of(row) for row in rows)
        return frozenset(receipt.remote_id for receipt in found if receipt is not None)

    def at(self, target: str) -> Iterator[tuple[str, Receipt]]:
        """Those that stand at a target: the post's short id and the receipt.

        Newest post first.
        """
        for row in self._database.all("copies_at", target=target):
            receipt = receipt_of(row)
            if receipt is not None:
                yield str(row["post"]), receipt

    def tried(self, *, target: str, post: str, recipient: str) -> bool:
        """Whether a recipient has the post, or it was tried to give it to them."""
        about = {"target": target, "post": post, "recipient": recipient}
        return self._database.one("tried", **about) is not None

    def all(self) -> Iterator[Copy]:
        """All of them, oldest post first, by target."""
        for row in self._database.all("copies"):
            receipt = receipt_of(row)
            if receipt is not None and receipt.url.startswith(("https://", "http://")):
                yield Copy(
                    identity=row["identity"],
                    source=row["source"],
                    url=row["url"],
                    document=row["document"],
                    address=receipt.url,
                    gone=bool(row["gone"]),
                )
