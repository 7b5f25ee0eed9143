"""When a target's credentials end, and how its owner comes to new ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from share_bridge.config.model import TargetConfig
from share_bridge.config.secrets import variable

if TYPE_CHECKING:
    from share_bridge.plugin.publisher import Publisher

__all__ = ["ending", "renewal"]

#: A token that ends within this time is warned about in every run.
EXPIRING = timedelta(days=14)


def ending(ends: datetime | None, now: datetime) -> str:
    """That a token ended, or ends soon; empty where it does not."""
    if ends is None or ends - now >= EXPIRING:
        return ""
    day, left = f"{ends:%Y-%m-%d}", ends - now
    if left <= timedelta(0):
        return f"its token ended on {day}"
    soon = {0: "in less than a day", 1: "tomorrow"}.get(left.days)
    return f"its token ends on {day}, {soon or f'in {left.days} days'}"


def renewal(target: TargetConfig, publisher: type[Publisher]) -> str:
    """What to do for new credentials; empty where it has none."""
    from share_bridge.config.settings import (  # noqa: PLC0415 - when it is said only
        secret_fields,
    )

    fields = secret_fields(publisher.settings)
    names = [variable(target.name, it.name) for it in fields if it.required]
    if publisher.capabilities.login:
        words = f"share-bridge login {target.name}"
    else:
        words = f"set {' and '.join(names)} anew" if names else ""
    if words and target.expires is not None:
        words += f", and the new day as expires in [targets.{target.name}]"
    return words
