"""Makes the report of a run from what the ledger says now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from share_bridge.config.model import TargetConfig
from share_bridge.dispatch.plan.absorb import Absorbed
from share_bridge.dispatch.read.reading import Read
from share_bridge.dispatch.report.report import (
    MessageReport,
    Report,
    SourceReport,
    messages_of,
)
from share_bridge.dispatch.runtime import Errand, Runtime
from share_bridge.dispatch.target.target_state import target_report
from share_bridge.dispatch.when.schedule import scheduled
from share_bridge.errors import PluginError
from share_bridge.model.delivery import State
from share_bridge.model.message import Action, Message
from share_bridge.model.post import Post, post_id

__all__ = ["compose_as_known", "make_report"]

#: Where no message is kept: it was never tried, or surely never left.
_COMPOSED_ANEW = frozenset({State.PLANNED, State.HELD, State.WAITING})


def make_report(
    runtime: Runtime,
    errand: Errand,
    reads: Sequence[Read],
    absorbed: Sequence[Absorbed],
    *,
    warnings: Sequence[str] = (),
) -> Report:
    """What was read, what this run touched, what is still open and asked."""
    names = {target.name for target in errand.targets}
    messages = [
        message
        for message in messages_of(runtime.ledger.deliveries.report())
        if message.target in names
    ]
    if not runtime.paused:
        messages = scheduled(
            runtime.ledger, runtime.config, messages, now=runtime.now()
        )
    if runtime.dry:
        messages = [_with_text(runtime, errand, message) for message in messages]
    else:
        messages = [replace(message, text=None) for message in messages]
    targets = tuple(
        target_report(
            runtime.ledger,
            runtime.publishers,
            target,
            now=runtime.now(),
            paused=runtime.paused,
        )
        for target in errand.targets
    )
    return Report(
        run=runtime.ledger.run,
        dry_run=runtime.dry,
        warnings=(
            *runtime.config.warnings,
            *(warning for read in reads for warning in _warnings(read)),
            *_page_warnings(runtime),
            *warnings,
            *runtime.warnings,
            *(
                f"{target.target}: {target.reason}"
                for target in targets
                if target.reason and target.state != "blocked"  # a question says it
            ),
        ),
        sources=tuple(
            _source(runtime, read, brought)
            for read, brought in zip(reads, absorbed, strict=True)
        ),
        targets=targets,
        deliveries=(*messages, *_not_now(errand, absorbed)),
        questions=tuple(
            question
            for question in runtime.ledger.questions()
            if question.target in names
        ),
    )


def _source(runtime: Runtime, read: Read, absorbed: Absorbed) -> SourceReport:
    if read.reading is None:
        return SourceReport(
            source=read.source.name, state="failed", error=str(read.error)
        )
    return SourceReport(
        source=read.source.name,
        state=read.reading.state.value,
        posts=(
            runtime.ledger.posts.count(read.source.name)
            if read.reading.total is None
            else read.reading.total
        ),
        new=len(absorbed.new),
    )


def _warnings(read: Read) -> tuple[str, ...]:
    return () if read.reading is None else read.reading.warnings


def _page_warnings(runtime: Runtime) -> Iterator[str]:
    """What was seen when pages of posts were looked at."""
    for page in runtime.ledger.pages.open():
        name = f"“{page.title or page.post}”"
        if not page.live:
            yield f"{name} waits for its page: {page.reason}"
        elif page.gaps:
            yield f"{name}: its page has no {page.gaps}: links to it show a bare card"


def _with_text(
    runtime: Runtime, errand: Errand, message: MessageReport
) -> MessageReport:
    """What would be sent, exactly, where it was not composed before."""
    if message.text is not None or message.state not in _COMPOSED_ANEW:
        return message
    if message.action is Action.DELETE or message.collected is not None:
        return message  # of a digest it is the digest that has a text
    target = next(item for item in errand.targets if item.name == message.target)
    post = runtime.ledger.posts.get(message.post).post
    try:
        composed = compose_as_known(runtime, target, post)
    except ValueError as error:  # the author's own words do not fit
        return replace(message, state=State.HELD, reason=str(error), text="")
    except PluginError as error:
        return replace(message, reason=str(error), text="")
    return replace(
        message,
        text=composed.text,
        images=composed.images,
        images_left_out=len(composed.post.images) - len(composed.images),
    )


def _not_now(errand: Errand, absorbed: Sequence[Absorbed]) -> list[MessageReport]:
    """Posts that are not to be sent now: drafts, future dates, `skip`."""
    return [
        MessageReport(
            post=post_id(post.identity),
            post_url=post.url,
            title=post.title,
            target=target.name,
            publisher=target.publisher,
            action=Action.CREATE,
            state=State.SKIPPED,
            recipients={State.SKIPPED.value: 1},
            reason=post.skip_reason or "the post says so (share.skip)",
        )
        for brought in absorbed
        for post in brought.skipped
        for target in errand.targets
    ]


def compose_as_known(runtime: Runtime, target: TargetConfig, post: Post) -> Message:
    """The post by the limits that the ledger remembers, else the documented ones.

    Raises:
        DoesNotFitError: The author's own words are longer than the target takes.
        PluginError: The publisher does not load.

    """
    from share_bridge.dispatch.target.shown import (  # noqa: PLC0415 - with work only
        capabilities_of,
        compose_for,
    )

    record = runtime.ledger.targets.named(target.name, target.publisher)
    capabilities = capabilities_of(runtime.publishers, target, record)
    return compose_for(target, runtime.config, post, capabilities=capabilities)
