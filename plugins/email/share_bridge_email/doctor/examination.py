"""Looks at everything that decides whether mails of a target arrive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from share_bridge.plugin import (
    Context,
    Grade,
    Remark,
    TargetBlockedError,
)
from share_bridge_email.doctor.demands import demands
from share_bridge_email.readers import listed
from share_bridge_email.settings import EmailSettings
from share_bridge_email.suppression import Suppression

__all__ = ["examine"]

#: Lines of a list that are named one by one.
_MOST_LINES = 5
_INSTALL = "pip install 'share-bridge[email]'"


async def examine(context: Context) -> Sequence[Remark]:
    """Readers first; then, where a server sends, what other servers look at."""
    settings: EmailSettings = context.settings
    count, found = await _readers(context)
    if settings.server is None:
        return found
    server = settings.handover
    how = "on this machine" if server.security == "none" else "encrypted"
    found.append(
        Remark(Grade.OK, f"mails go to {server.host}, port {server.port}, {how}")
    )
    try:
        from share_bridge_email.doctor import records  # noqa: PLC0415 - an extra
    except ImportError:
        text = "SPF, DKIM, DMARC and PTR were not looked at: dnspython is not there"
        found.append(Remark(Grade.WARNING, text, _INSTALL))
    else:
        found += await _asked(context, records.questions(settings))
    return [*found, *demands(settings, count)]


async def _readers(context: Context) -> tuple[int, list[Remark]]:
    """How many there are, and what is wrong with their list."""
    try:
        known = await listed(context)
        left = Suppression(context).tokens()
    except TargetBlockedError as error:
        return 0, [Remark(Grade.PROBLEM, str(error))]
    away = sum(context.pseudonym(address) in left for address in known.readers)
    count = len(known.readers) - away
    text = f"{count} reader{'' if count == 1 else 's'}"
    if away or known.left:
        text += f"; {away + known.left} more have left"
    found = [Remark(Grade.OK if count else Grade.PROBLEM, text)]
    name = context.settings.readers
    for line, why in known.wrong[:_MOST_LINES]:
        fix = f"mend line {line}; until then nobody there is written to"
        found.append(Remark(Grade.WARNING, f"{name}, line {line}: {why}", fix))
    if (more := len(known.wrong) - _MOST_LINES) > 0:
        found.append(Remark(Grade.WARNING, f"{name}: {more} more lines are like that"))
    return count, found


async def _asked(
    context: Context, questions: Sequence[Callable[[], list[Remark]]]
) -> list[Remark]:
    """All questions to DNS, side by side."""
    answers = await asyncio.gather(*map(context.run_blocking, questions))
    return [remark for answer in answers for remark in answer]
