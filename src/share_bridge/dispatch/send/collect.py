"""Lets a publisher take in what others sent; before anything is sent to them."""

from __future__ import annotations

from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.errors import PublishError
from share_bridge.model.remark import Grade

__all__ = ["collect"]


async def collect(runtime: Runtime, opened: OpenedTarget) -> None:
    """Take it in; what its owner should know of it is in the report."""
    name = opened.config.name

    async def told() -> list[tuple[Grade, str, str]]:
        remarks = await opened.publisher.collect(opened.context())
        return [(it.grade, it.text, it.fix) for it in remarks]

    try:
        found = await opened.call(told, seconds=opened.longest)
    except PublishError as error:
        runtime.warnings.append(f"{name}: what came in was not collected: {error}")
        return
    for grade, text, fix in found:
        if grade is not Grade.OK:
            runtime.warnings.append(": ".join(filter(None, (name, text, fix))))
