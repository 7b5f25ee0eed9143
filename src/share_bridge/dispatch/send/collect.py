"""Lets a publisher take in what others sent; before anything is sent to them."""

from __future__ import annotations

import asyncio

from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.model.remark import Grade

__all__ = ["collect"]


async def collect(runtime: Runtime, opened: OpenedTarget) -> None:
    """Take it in; what its owner should know of it is in the report."""
    name = opened.config.name
    try:
        async with asyncio.timeout(opened.longest):
            remarks = await opened.publisher.collect(opened.context())
            told = [(it.grade, it.text, it.fix) for it in remarks]
    except Exception as error:  # noqa: BLE001 - the border: a plugin may raise anything
        known = opened.typed(error)
        runtime.warnings.append(f"{name}: what came in was not collected: {known}")
        return
    for grade, text, fix in told:
        if grade is not Grade.OK:
            runtime.warnings.append(": ".join(filter(None, (name, text, fix))))
