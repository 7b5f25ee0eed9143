"""What was taken in and not collected yet: numbered, bounded, on the disk.

`spool/NUMBER` holds an activity. Numbers only grow, also when all of it was collected;
a spool that was lost and begun anew has another name, so that nobody takes its numbers
for those of the old one.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from share_bridge.plugin import Documents

__all__ = ["Entry", "Spool"]

_ENTRY, _SEEN, _ABOUT = "spool/", "seen/", "spool-is"
#: What is known again when it comes once more; signatures are good for an hour.
_REMEMBERED = timedelta(days=7)
_PAGE, _PAGE_BYTES = 100, 2_000_000

Entry = dict[str, Any]


class Spool:
    """The spool of one actor, in the documents of its target.

    Args:
        state: The documents; `batch` is on the disk when it returns.
        most, most_bytes: How much is kept before nothing more is taken.

    Attributes:
        name: Tells this spool from one that was there before.

    """

    def __init__(
        self, state: Documents, *, most: int = 10_000, most_bytes: int = 50_000_000
    ) -> None:
        self._state = state
        self._most = most
        self._most_bytes = most_bytes
        about = state.get(_ABOUT)
        if about is None:
            about = {"name": token_hex(8), "last": 0}
            state.put(_ABOUT, about)
        self.name: str = about["name"]
        self._last: int = about["last"]
        self._sizes = {it["number"]: _size(it) for _, it in state.scan(_ENTRY)}
        self._bytes = sum(self._sizes.values())

    @property
    def waiting(self) -> int:
        """How many activities are in it."""
        return len(self._sizes)

    @property
    def is_full(self) -> bool:
        """Nothing more is taken before something was collected."""
        return self.waiting >= self._most or self._bytes >= self._most_bytes

    def has(self, activity: str) -> bool:
        """Whether this activity came before, lately."""
        return self._state.get(f"{_SEEN}{activity}") is not None

    def add(self, document: dict[str, Any], *, scheme: str, now: datetime) -> None:
        """Keep an activity; it is on the disk when this returns."""
        number = self._last + 1
        entry = {
            "number": number,
            "received": now.isoformat(),
            "scheme": scheme,
            "activity": document,
        }
        self._state.batch(
            [
                (_key(number), entry),
                (_ABOUT, {"name": self.name, "last": number}),
                (f"{_SEEN}{document['id']}", now.isoformat()),
            ]
        )
        self._last = number
        self._sizes[number] = _size(entry)
        self._bytes += self._sizes[number]

    def after(self, number: int) -> tuple[list[Entry], bool]:
        """What came after that one, a page of it; and whether there is more."""
        entries: list[Entry] = []
        size = 0
        for at in sorted(it for it in self._sizes if it > number):
            if entries and (len(entries) == _PAGE or size > _PAGE_BYTES):
                return entries, True
            entries.append(self._state.get(_key(at)))
            size += self._sizes[at]
        return entries, False

    def forget(self, *, through: int, now: datetime) -> None:
        """It was collected up to that one: somebody else has it for good."""
        gone = [at for at in self._sizes if at <= through]
        oldest = (now - _REMEMBERED).isoformat()
        old = [key for key, when in self._state.scan(_SEEN) if when < oldest]
        keys = [*map(_key, gone), *old]
        if keys:
            self._state.batch([(key, None) for key in keys])
        for at in gone:
            self._bytes -= self._sizes.pop(at)


def _key(number: int) -> str:
    return f"{_ENTRY}{number:015}"


def _size(entry: Entry) -> int:
    return len(json.dumps(entry, ensure_ascii=False))
