"""A link to another host than the author's own: held, and mended links go on."""

from __future__ import annotations

from share_bridge.dispatch.runtime import Runtime
from share_bridge.model.post import Post
from share_bridge.model.question import Kind
from share_bridge.sources.published import host_of, is_private

__all__ = ["foreign_host", "release_mended"]


def foreign_host(runtime: Runtime, post: Post, *, waits: bool) -> str:
    """The host of a link that readers should not be sent to, in words, or empty.

    Args:
        runtime: With the site and the network.
        post: Whose link it is.
        waits: It is from a source that waits for pages: all its links are the site's.

    """
    site, host = runtime.config.site, host_of(post.url)
    own = {host_of(site.url), *(host_of(f"https://{name}") for name in site.hosts)}
    if not host or host in own:
        return ""
    if is_private(host, allow=runtime.config.network.allow):
        return f"it links to {post.url}, which only this machine can reach"
    if waits and site.url:
        return f"it links to {post.url}, and the site is {site.url}"
    return ""


def release_mended(runtime: Runtime) -> None:
    """What was held for its link goes on once the link, or `hosts`, was mended."""
    ledger = runtime.ledger
    for question in ledger.questions():
        if question.kind is not Kind.OTHER_HOST:
            continue
        post = ledger.posts.get(question.post).post
        waits = ledger.pages.get(question.post) is not None
        if foreign_host(runtime, post, waits=waits):
            continue
        for delivery in ledger.deliveries.of(post=question.post):
            if delivery.question == question.id:
                ledger.holds.due_now(delivery)
