"""Every question in words, with the commands that answer it."""

from __future__ import annotations

from collections.abc import Sequence

from share_bridge.ledger.ids import question_id
from share_bridge.model.question import Kind, Question

__all__ = [
    "BLOCKING",
    "about_hosts",
    "about_post",
    "about_target",
    "digest_ended",
    "flood",
    "many_taken_back",
]

#: Kinds of questions that hold a whole target.
BLOCKING = (Kind.TARGET_BLOCKED, Kind.OTHER_ACCOUNT)


#: Hosts that a question names.
_NAMED = 5


def about_post(
    kind: Kind,
    *,
    target: str,
    post: str,
    title: str,
    detail: str = "",
    many: bool = False,
    helps: bool = True,
) -> Question:
    """A question about one post at one target.

    Args:
        kind: One of the kinds that hold single posts.
        target: Name of the target.
        post: Short id of the post.
        title: What people call the post.
        detail: What is known of the case, one line.
        many: It is about some of many recipients; one question for all of them.
        helps: Trying again may settle it; else the same would be asked once more.

    """
    text, answers = (_MANY if many else {}).get(kind) or _POST[kind]
    if not helps:
        answers = tuple(answer for answer in answers if answer != _RETRY)
    return Question(
        id=question_id(kind, target, post),
        kind=kind,
        text=_sentence(text.format(title=title or post, target=target), detail),
        answers=tuple(answer.format(post=post, target=target) for answer in answers),
        target=target,
        post=post,
    )


def about_target(
    kind: Kind, *, target: str, detail: str = "", login: bool = False
) -> Question:
    """A question that holds whatever goes to one target.

    Args:
        kind: One of the kinds that hold a target.
        target: Its name.
        detail: What is known of the case, one line.
        login: A login may mend it.

    """
    text, answers = _TARGET[kind]
    answers = ((_LOGIN,) if login else ()) + answers
    return Question(
        id=question_id(kind, target, ""),
        kind=kind,
        text=_sentence(text.format(target=target), detail),
        answers=tuple(answer.format(target=target) for answer in answers),
        target=target,
    )


def about_hosts(*, target: str, hosts: Sequence[str], detail: str = "") -> Question:
    """One question about all servers of recipients that refuse a target."""
    named = ", ".join(hosts[:_NAMED])
    more = f" and {len(hosts) - _NAMED} more" if len(hosts) > _NAMED else ""
    return Question(
        id=question_id(Kind.HOSTS_BLOCKED, target, ""),
        kind=Kind.HOSTS_BLOCKED,
        text=_sentence(
            f"Servers of recipients refuse what {target} sends: {named}{more}. "
            "Try again, or send them nothing of it?",
            detail,
        ),
        answers=(
            f"share-bridge ledger retry --target {target}",
            f"share-bridge ledger seed --held --target {target}",
        ),
        target=target,
    )


def flood(*, source: str, target: str, count: int) -> Question:
    """Many new posts at once: one question, not as many posts."""
    return Question(
        id=question_id(Kind.FLOOD, target, source),
        kind=Kind.FLOOD,
        text=(
            f"{source} has {count} new posts at once for {target}. "
            "Send them all, or count them as sent before?"
        ),
        answers=(
            f"share-bridge ledger retry --all --target {target}",
            f"share-bridge ledger seed --held --target {target}",
        ),
        target=target,
    )


def digest_ended(*, target: str, count: int) -> Question:
    """The digest was turned off: what it collected is one question, not many posts."""
    return Question(
        id=question_id(Kind.FLOOD, target, "digest"),
        kind=Kind.FLOOD,
        text=(
            f"{target} has no digest any more, and {count} posts were collected for "
            "it. Send each of them, or count them as sent before?"
        ),
        answers=(
            f"share-bridge ledger retry --all --target {target}",
            f"share-bridge ledger seed --held --target {target}",
        ),
        target=target,
    )


def many_taken_back(*, target: str, count: int) -> Question:
    """Many copies to delete at once: one question, and none is deleted before."""
    return Question(
        id=question_id(Kind.TAKEN_BACK, target, ""),
        kind=Kind.TAKEN_BACK,
        text=(
            f"{count} posts were taken back at once. "
            f"Take their copies away at {target}, or leave them?"
        ),
        answers=(
            f"share-bridge retract --held --target {target}",
            f"share-bridge ledger keep --all --target {target}",
        ),
        target=target,
    )


_ADOPT = "share-bridge ledger adopt {post} {target} URL"
_FORGET = "share-bridge ledger forget {post} {target}"
_RETRY = "share-bridge ledger retry {post} --target {target}"
_SEED = "share-bridge ledger seed {post} --target {target}"
_RETRACT = "share-bridge retract {post} --target {target}"
_KEEP = "share-bridge ledger keep {post} --target {target}"
_LOGIN = "share-bridge login {target}"
_RETRY_TARGET = "share-bridge ledger retry --target {target}"

_POST = {
    Kind.OUTCOME_UNKNOWN: (
        "Does “{title}” stand at {target}? It was sent, and no answer came",
        (_ADOPT, _FORGET, _RETRY),
    ),
    Kind.SAME_POST: (
        "Is “{title}” a new post? An older one has the same title, day and content",
        (_RETRY, _SEED),
    ),
    Kind.OTHER_HOST: (
        (
            "“{title}” leads readers of {target} to another site than yours. "
            "Mend its link, or name the host in `hosts` of [site]"
        ),
        (_RETRY, _SEED),
    ),
    Kind.NOT_LIVE: (
        "“{title}” was not sent to {target}: its page did not appear. Look again?",
        (_RETRY, _SEED),
    ),
    Kind.EDITED_THERE: (
        (
            "“{title}” was edited at {target}, and is left as it is. "
            "Make the change over there yourself, then leave it so"
        ),
        (_KEEP, _RETRY),
    ),
    Kind.OTHER_LENGTH: (
        (
            "“{title}” was edited, and its thread at {target} would be of another "
            "length. "
            "Make the change over there yourself, then leave it so"
        ),
        (_KEEP, _RETRY),
    ),
    Kind.DOES_NOT_FIT: (
        (
            "The author's own words for “{title}” do not fit {target}. "
            "Shorten them, then try again"
        ),
        (_RETRY,),
    ),
    Kind.KEEPS_FAILING: (
        "“{title}” keeps failing at {target}. Try again?",
        (_RETRY, _SEED),
    ),
    Kind.UNEXPECTED_ANSWER: (
        "{target} refused “{title}” in a way that says nothing. Try again?",
        (_RETRY, _SEED),
    ),
    Kind.TAKEN_BACK: (
        "“{title}” was taken back. Take its copy away at {target}, or leave it?",
        (_RETRACT, _KEEP),
    ),
    Kind.KEY_MISSING: (
        (
            "“{title}” is for people whose addresses were hashed under another "
            "SHARE_BRIDGE_KEY. Set that key again, then try again"
        ),
        (_RETRY, _SEED),
    ),
}

_MANY = {
    Kind.OUTCOME_UNKNOWN: (
        (
            "Did everybody get “{title}” from {target}? To some it was sent, and no "
            "answer came. Leave it at that, or send it to them again"
        ),
        (_SEED, _FORGET),
    ),
    Kind.TAKEN_BACK: (
        (
            "“{title}” was taken back, and some may have it from {target} who cannot "
            "be told: no answer came when it was sent to them. Leave it at that"
        ),
        (_KEEP,),
    ),
    Kind.UNEXPECTED_ANSWER: (
        "“{title}” was refused for some at {target} in unclear words. Try again?",
        (_RETRY, _SEED),
    ),
}

_TARGET = {
    Kind.TARGET_BLOCKED: (
        "{target} cannot be used. Mend it, then free it",
        (_RETRY_TARGET,),
    ),
    Kind.OTHER_ACCOUNT: (
        (
            "{target} leads to another account than before. Put the old settings back "
            "or name the new account in a [targets] table of its own; "
            "or say that it is meant"
        ),
        (_RETRY_TARGET,),
    ),
    Kind.APPROVE: (
        "What is new for {target} waits for you to read and approve it",
        ("share-bridge approve --target {target}",),
    ),
    Kind.FIRST_RUN: (
        (
            "The ledger knows of nothing that was sent to {target}, and it cannot "
            "be asked. Is this truly the first run?"
        ),
        (
            "share-bridge publish --first-run",
            "share-bridge ledger seed --all --target {target}",
        ),
    ),
}


def _sentence(text: str, detail: str) -> str:
    ended = text if text.endswith(("?", ".")) else f"{text}."
    return f"{ended} ({detail})" if detail else ended
