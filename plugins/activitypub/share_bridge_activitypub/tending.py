"""What the owner does with followers, blocks and replies; each answers in words."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from share_bridge.plugin import (
    Blocks,
    ConfigurationError,
    Notice,
    for_line,
)
from share_bridge_activitypub import activities
from share_bridge_activitypub.export import export
from share_bridge_activitypub.followers import Follower
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.inbox.acts import accepting, forgetting
from share_bridge_activitypub.rules.hosts import place
from share_bridge_activitypub.rules.wanted import wanted

__all__ = [
    "approve",
    "block",
    "export_files",
    "introduce",
    "list_complaints",
    "list_followers",
    "remove",
]


def introduce(actor: Actor) -> str:
    """Make the keys, and say who the actor is and what is left to do."""
    _ = actor.keys
    who = actor.who
    return (
        f"@{who.handle} is {who.actor}\n"
        "Its keys are in the credentials store: keep a copy, they cannot be replaced.\n"
        f"Now let {who.host} answer under /.well-known/webfinger and /ap/: with\n"
        "  share-bridge serve              behind a web server with https, or\n"
        "  share-bridge fediverse export   as files of a static site\n"
        "share-bridge doctor sees whether it does."
    )


def list_followers(actor: Actor) -> str:
    """One line a follower."""
    is_blocked = actor.blocks.as_now()

    def word(it: Follower) -> str:
        if is_blocked(it.actor):
            return "blocked"
        return "follows" if it.approved else "waits"

    lines = [
        f"{word(it):7}  {for_line(it.actor)}  since {it.since[:10]}"
        for it in actor.followers
    ]
    return "\n".join(lines) or "Nobody follows yet."


def approve(actor: Actor, name: str) -> str:
    """Let a follower in, and tell them."""
    follower = _follower(actor, name)
    document = follower.to_json() | {"approved": True}
    told = accepting(follower, actor.who, now=actor.context.now())
    notice = Notice(
        key=told.key,
        title=told.title,
        document=told.activity,
        recipient=told.recipient,
    )
    actor.context.state.batch([(follower.key, document)], [notice])
    return f"{name} is let in, and told with the next run."


def remove(actor: Actor, name: str) -> str:
    """Turn a follower away, and tell them."""
    follower = _follower(actor, name)
    notice = _refusal(actor, follower)
    actor.context.state.batch([(follower.key, None)], [notice])
    return f"{name} follows no more, and is told with the next run."


def block(actor: Actor, name: str, *, undo: bool) -> str:
    """Hear somebody no more, and forget what is kept of them; or hear them again."""
    state, now = actor.context.state, actor.context.now().isoformat()
    try:
        key, document = Blocks.document(name, since=now)
    except ValueError as error:
        raise ConfigurationError(f"{for_line(name)}: {error}") from None
    if undo:
        state.put(key, None)
        return f"{name} is heard again, and may follow anew."
    blocked = Blocks(state, (Blocks.name(name),)).as_now()
    known = [it for it in sorted(_known_actors(actor)) if blocked(it)]
    gone = [one for it in known for one in forgetting(it, state).documents]
    left = [it for it in map(actor.followers.get, known) if it is not None]
    told = [_refusal(actor, it) for it in left if not blocked(it.inbox)]
    state.batch([(key, document), *gone], told)
    return f"{name} is not heard any more; {len(gone)} entries are forgotten."


def list_complaints(actor: Actor, *, clear: bool) -> str:
    """Who reported what of ours, and in which words; or forget all of it."""
    kept = list(actor.context.state.scan("complaint/"))
    if clear:
        actor.context.state.batch([(key, None) for key, _ in kept])
        return f"{len(kept)} complaints are forgotten."
    lines = [
        f"{it['at'][:10]}  {for_line(it['actor'])}  about "
        f"{', '.join(map(for_line, it['about']))}: {for_line(it['text'])}"
        for _, it in sorted(kept, key=lambda pair: pair[1]["at"])
    ]
    return "\n".join(lines) or "Nobody complained."


def export_files(
    actor: Actor, folder: Path, *, host: str | None, server: str = ""
) -> str:
    """Write the documents, and the rules of a host."""
    done = export(actor, folder, version=version("share-bridge"))
    lines = [f"{len(done.written)} files written, {done.same} as they were."]
    if host is not None:
        stones = (stamp for _, stamp in actor.context.state.scan("stamp/"))
        gone = [
            *(volume.object["id"] for volume in actor.shelf.removed()),
            *(it["id"] for it in stones if it["type"] == "Tombstone"),
        ]
        files = place(wanted(actor.who, server=server, gone=gone), host, folder)
        lines.append(f"The rules for {host} are in {', '.join(files)}.")
    return "\n".join(lines)


def _refusal(actor: Actor, follower: Follower) -> Notice:
    """What tells a follower's server that they follow no more."""
    asked = {
        "id": follower.follow,
        "type": "Follow",
        "actor": follower.actor,
        "object": actor.who.actor,
    }
    refusal = activities.reject(actor.who, asked)
    return Notice(
        key=refusal["id"],
        title=f"Reject to {follower.actor}",
        document=refusal,
        recipient=follower.recipient,
    )


def _follower(actor: Actor, name: str) -> Follower:
    follower = actor.followers.get(name)
    if follower is None:
        raise ConfigurationError(f"{name} is no follower of this actor")
    return follower


def _known_actors(actor: Actor) -> set[str]:
    following = {it.actor for it in actor.followers}
    return following | {it.actor for it in actor.interactions.of()}
