"""Lets a publisher get ready for what it is to send, and sends none of it."""

from __future__ import annotations

from functools import partial

from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.composed import Composer
from share_bridge.dispatch.send.live import LivePages
from share_bridge.dispatch.send.record import Recorder
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.errors import PublishError
from share_bridge.model.delivery import State

__all__ = ["prepare"]


async def prepare(runtime: Runtime, opened: OpenedTarget, pages: LivePages) -> None:
    """Prepare each message that nobody has got yet, also where it is not due.

    What stood in the way of one may be about to go: the next run looks at once.
    """
    recorder = Recorder(runtime, opened)
    composer = Composer(runtime, opened, recorder, pages)
    for head in runtime.ledger.deliveries.unexpanded(opened.record.id):
        composed = composer.compose(head)
        if composed is None:
            continue
        composed = await composer.with_page_image(composed)
        try:
            message = await composer.with_pictures(head, composed.message)
            await opened.call(
                partial(opened.publisher.prepare, message, opened.context(head))
            )
            if head.state is State.WAITING:
                runtime.ledger.holds.due_now(head)
        except PublishError as error:
            title = composed.record.post.title
            runtime.warnings.append(f"{opened.config.name}: “{title}”: {error}")
