"""Promises about what goes out when all is well."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from msgspec.structs import replace

from share_bridge.dispatch import border
from share_bridge.model.message import Message
from share_bridge.model.post import Image
from share_bridge.model.receipt import Receipt
from share_bridge.testing.conformance.attempt import expect, fail
from share_bridge.testing.conformance.fixtures import Fixtures
from share_bridge.testing.conformance.samples import PNG, at_the_limit
from share_bridge.testing.conformance.sent import missing_words
from share_bridge.testing.conformance.trial import PATIENCE, Trial
from share_bridge.testing.context import FakeContext
from share_bridge.testing.faults import Fault, Lost

__all__ = ["SendingPromises"]

_T = TypeVar("_T")
#: The beginning of a link that tells it from the service's own.
_TELLING = len("https://q")
_PICTURE = "https://learning.example/map.png"
_BARE: dict[str, dict[str, Any]] = {
    "no title": {"title": ""},
    "no words": {"content": "", "tags": ()},
    "no link": {"url": "", "identity": "guid:blog:no-link"},
    "no language": {"language": ""},
}


class SendingPromises(Fixtures):
    """What the core composed goes out, whole."""

    def test_publish_gives_a_receipt(self, trial: Trial) -> None:
        """With the service's own id of the copy, as text."""
        receipt = trial.deliver()
        named = isinstance(receipt.remote_id, str) and receipt.remote_id
        expect(named, f"remote_id = {receipt.remote_id!r}: text, not empty")
        expect(isinstance(receipt.url, str), f"url = {receipt.url!r}: text, or empty")

    def test_a_receipt_outlives_the_run(self, trial: Trial) -> None:
        """It is JSON in the ledger, and comes back for an update."""
        receipt = trial.deliver()
        kept = Receipt.from_json(json.loads(json.dumps(receipt.to_json())))
        expect(kept == receipt, f"{receipt} comes back from the ledger as {kept}")

    @pytest.mark.parametrize("what", list(_BARE))
    def test_a_bare_post_goes_out(self, trial: Trial, what: str) -> None:
        """Some posts have no title, no words, no link, or no language."""
        trial.deliver(trial.message(**_BARE[what]))

    def test_text_at_the_limit_goes_out_whole(self, trial: Trial) -> None:
        """A message fits already: nothing cuts it again, least of all its link."""
        message = at_the_limit(trial)
        trial.deliver(message)
        sent = self.sent_text(trial)
        missing = missing_words(message.text, sent)
        fit = f"{len(message.text)} characters fit"
        expect(not missing, f"{fit}, and these did not arrive: {missing[-3:]}")
        whole = sent.count(message.link) == sent.count(message.link[:_TELLING])
        expect(whole, f"{fit}, and the link did not arrive whole: {message.link}")

    def test_a_content_warning_goes_out(self, trial: Trial) -> None:
        """The author's warning is never lost on the way."""
        trial.needs("content_warning")
        trial.deliver(trial.message(content_warning="Spoilers for nobody-knows-what"))
        sent = self.sent_text(trial)
        expect("nobody-knows-what" in sent, "the content warning did not arrive")

    def test_images_go_out_with_their_words(self, trial: Trial) -> None:
        """The bytes of the picture, and what it shows for those who cannot see it.

        Its address, where the service loads it from there.
        """
        trial.deliver(_with_image(trial, data=PNG, media_type="image/png"))
        if trial.capabilities.media.by_address:
            there = _PICTURE in self.sent_text(trial)
            expect(there, "the address of the image did not arrive")
        else:
            bodies = [request.content for request in trial.needs_service().writes]
            forms = (PNG, b64encode(PNG))
            sent = any(form in body for form in forms for body in bodies)
            expect(sent, "the bytes of the image did not arrive")
        expect("hand-drawn" in self.sent_text(trial), "its words did not arrive")

    def test_an_image_that_could_not_be_read_stops_nothing(self, trial: Trial) -> None:
        """Its bytes are missing then; the text goes out without it."""
        trial.deliver(_with_image(trial))

    def test_it_can_be_closed_at_any_time(self, trial: Trial) -> None:
        """With nothing open, after a message, and twice; then it sends again."""
        messages = [trial.message(number) for number in (1, 2)]
        sent = [(message, trial.context_for(message)) for message in messages]

        async def run() -> None:
            for message, context in sent:
                await trial.publisher.close(context)
                await trial.publisher.publish(message, context)
                await trial.publisher.close(context)
                await trial.publisher.close(context)
                await context.close()

        try:
            border.run(run())
        except Exception as error:  # noqa: BLE001 - the border: a plugin may raise anything
            fail(f"closed before and after a message, it raised {error!r}")

    def test_cancellation_passes(self, trial: Trial) -> None:
        """`asyncio.CancelledError` is never swallowed: it ends a run in time."""
        message = trial.message()
        context = trial.context_for(message, kind=_Stalled)
        if trial.service is not None:
            silence = Fault(what=Lost.SILENCE, when=self.is_publishing, times=None)
            trial.service.fail(silence)
        task = border.run(_cancelled(trial, message, context))
        expect(
            task.done() and task.cancelled(),
            "publish was cancelled while it waited, and went on: catch Exception, "
            "never BaseException, and raise CancelledError again",
        )


def _with_image(trial: Trial, **bytes_of_it: Any) -> Message:
    media = trial.capabilities.media
    if not media.max_count or "image/png" not in media.types:
        pytest.skip("it takes no PNG images")
    trial.needs_service()
    picture = Image(_PICTURE, alt="A hand-drawn map")
    message = trial.message(images=(picture,))
    return replace(message, images=(replace(picture, **bytes_of_it),))


class _Stalled(FakeContext):
    """Threads never come back."""

    waits = False

    async def run_blocking(self, function: Callable[..., _T], *_: Any) -> _T:
        self.waits = True
        await asyncio.Event().wait()
        raise AssertionError(function)


async def _cancelled(
    trial: Trial, message: Message, context: FakeContext
) -> asyncio.Task[Any]:
    """A call of publish that was cancelled while it waited for something."""
    task = asyncio.ensure_future(_publish(trial, message, context))
    for _ in range(200):
        waits = isinstance(context, _Stalled) and context.waits
        if task.done() or waits or trial.published:
            break
        await asyncio.sleep(0.001)
    if task.done() and trial.service is None:
        pytest.skip("it never waits")
    task.cancel()
    await asyncio.wait({task}, timeout=PATIENCE)
    if task.done() and not task.cancelled():
        task.exception()  # else asyncio tells of it, at any later time
    await context.close()
    return task


async def _publish(trial: Trial, message: Message, context: FakeContext) -> Any:
    return await trial.publisher.publish(message, context)
