"""Posts that left their source: their own address is asked, and only 410 counts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from msgspec import Struct

from share_bridge.dispatch.read.reading import Read
from share_bridge.dispatch.runtime import Runtime
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.records import PostRecord

__all__ = ["Asked", "ask_missing", "note_asked"]

#: Addresses that one run asks at most; the rest are asked when the source is next read.
_MOST = 20
#: Feeds drop old entries: an address that answers something else so often is let be.
_TIMES = 3
_GONE = 410


class Asked(Struct, frozen=True):
    """A post that left its source, and whether its own address says that it is gone."""

    post: str
    url: str
    gone: bool


async def ask_missing(runtime: Runtime, reads: Sequence[Read]) -> list[Asked]:
    """Ask the site about posts that stand somewhere and are in their source no more."""
    missing = [
        record
        for read in reads
        if read.reading is not None and read.reading.present
        for record in runtime.ledger.retractions.missing(read.source.name, most=_TIMES)
        if record.post.identity not in read.reading.present | read.reading.gone
    ][:_MOST]
    if not missing:
        return []
    from share_bridge.dispatch.read.site import (  # noqa: PLC0415 - seldom
        ask_site,
        site_client,
    )
    from share_bridge.text.links import same_link  # noqa: PLC0415 - seldom

    async with site_client(runtime) as client:

        async def ask(record: PostRecord) -> Asked | None:
            url = record.post.url
            answer = await ask_site(client, url)
            if answer is None:  # another time
                return None
            gone = answer.status == _GONE and same_link(answer.url, url)
            return Asked(record.id, url, gone)

        answers = await asyncio.gather(*(ask(record) for record in missing))
    return [answer for answer in answers if answer is not None]


def note_asked(ledger: Ledger, asked: Sequence[Asked]) -> None:
    """Write down what the site answered, in a transaction of the caller's."""
    for it in asked:
        ledger.retractions.mark_asked(it.post)
        if it.gone:
            reason = f"{it.url} answers that it is gone (410)"
            ledger.retractions.mark_gone(it.post, reason=reason)
