"""Makes the preview of what was read: nothing is sent, and nothing written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from share_bridge.dispatch.read.look import Look
from share_bridge.dispatch.read.reading import Read
from share_bridge.dispatch.report.report import MessageReport
from share_bridge.dispatch.runtime import Errand, Runtime
from share_bridge.ledger.records import PostRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Action, Message
from share_bridge.model.post import Post, post_id
from share_bridge.preview.cards import PostPreview, Preview, Standing, TargetCard
from share_bridge.preview.links import look_at_links
from share_bridge.preview.showing import Showing, of_network, of_target
from share_bridge.preview.standing import Reports, reports, standing
from share_bridge.text.networks import Network

__all__ = ["Wish", "look"]

_ALL = 2**31 - 1
_NOT_CONFIGURED = Standing(word="not configured")
#: What goes with a digest that is still collecting.
_AHEAD = Standing(word="collects", state=State.PLANNED, reason="if nothing more comes")


class Wish(Struct, frozen=True, kw_only=True):
    """What is to be shown.

    Attributes:
        networks: To show beside the targets, though nothing is sent there.
        newest: At most this many posts, the newest ones; None: all.
        check_links: Ask the pages that the posts link to.

    """

    networks: Sequence[Network] = ()
    newest: int | None = None
    check_links: bool = False


async def look(
    runtime: Runtime, errand: Errand, wish: Wish, reads: Sequence[Read]
) -> Preview:
    """Every post of the sources at every target.

    Args:
        runtime: A dry one, after the plan was made.
        errand: The sources and targets.
        wish: What is to be shown.
        reads: How reading the sources went.

    """
    showings = [of_target(runtime, target) for target in errand.targets]
    showings += [of_network(network, runtime.config) for network in wish.networks]
    records = _posts(runtime, errand, wish)
    posts = [(record, record.post) for record in records]
    looks: Mapping[str, Look] = {}
    if wish.check_links:
        looks = await look_at_links(runtime, (post for _, post in posts))
    known = reports(runtime)
    return Preview(
        title=runtime.config.site.title,
        language=runtime.config.site.language,
        posts=(
            *_digests(runtime, errand, showings, known),
            *(
                PostPreview(
                    id=record.id,
                    post=post,
                    cards=tuple(
                        _card(
                            runtime,
                            showing,
                            post,
                            known.get((showing.name, record.id)),
                            looks.get(post.url),
                        )
                        for showing in showings
                    ),
                )
                for record, post in posts
            ),
        ),
        warnings=(*runtime.config.warnings, *_warnings(reads)),
        failed=tuple(str(read.error) for read in reads if read.error is not None),
    )


def _posts(runtime: Runtime, errand: Errand, wish: Wish) -> list[PostRecord]:
    count = _ALL if wish.newest is None else wish.newest
    found = [
        record
        for source in errand.sources
        for record in runtime.ledger.posts.of(source.name, count=count)
    ]
    return sorted(found, key=lambda record: record.ordered_at, reverse=True)[:count]


def _warnings(reads: Sequence[Read]) -> Iterator[str]:
    for read in reads:
        if read.reading is not None:
            yield from read.reading.warnings


def _card(
    runtime: Runtime,
    showing: Showing,
    post: Post,
    report: MessageReport | None,
    look: Look | None,
) -> TargetCard:
    if not showing.configured:
        return showing.card(post, _NOT_CONFIGURED, None, look)
    stands = standing(report, post, showing.name)
    known = _composed(runtime, report)
    if report is not None and report.collected is not None and known is None:
        return showing.blank(stands, "The digest tells of it: it has no message here")
    return showing.card(post, stands, known, look)


def _digests(
    runtime: Runtime, errand: Errand, showings: Sequence[Showing], known: Reports
) -> Iterator[PostPreview]:
    """The next digest of each target that has one, as it would go out."""
    if all(target.digest is None for target in errand.targets):
        return
    from share_bridge.dispatch.plan.digest import (  # noqa: PLC0415 - few targets do
        Desk,
    )

    shown = {showing.name: showing for showing in showings if showing.configured}
    for target in errand.targets:
        record = runtime.ledger.targets.named(target.name, target.publisher)
        desk = Desk.of(runtime, target, record.id)
        post = None if desk is None else desk.upcoming()
        if post is None:
            continue
        name = post_id(post.identity)
        report = known.get((target.name, name))
        stands = _AHEAD if report is None else standing(report, post, target.name)
        card = shown[target.name].card(post, stands, _composed(runtime, report), None)
        yield PostPreview(id=name, post=post, cards=(card,))


def _composed(runtime: Runtime, report: MessageReport | None) -> Message | None:
    """What was sent, or was approved: the very message of the ledger."""
    if report is None or report.text is None or report.action is Action.DELETE:
        return None
    frozen = runtime.ledger.deliveries.frozen(report.message)
    if frozen is not None:
        return frozen
    approved = runtime.ledger.approvals.of(report.message)
    return None if approved is None else approved.message
