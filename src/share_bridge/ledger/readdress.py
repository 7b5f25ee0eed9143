"""A target has another name now: what is asked about it is asked under that name."""

from __future__ import annotations

import json
from collections.abc import Iterable

from share_bridge.ledger.database import Database, Row
from share_bridge.ledger.ids import question_id
from share_bridge.model.question import Kind

__all__ = ["readdress", "readdress_retired"]

_ADOPT = "share-bridge ledger adopt {post} {target} URL"
_SEED = "share-bridge ledger seed {what} --target {target}"


def readdress(database: Database, target: str, *, name: str) -> None:
    """Ask under this name what is asked under another one, and take answers for it.

    Args:
        database: In a transaction of the caller's.
        target: Id of the target.
        name: The name that it has now.

    """
    for row in _misaddressed(database, target, name):
        old = row["target"]
        answers = [_renamed(answer, old, name) for answer in json.loads(row["answers"])]
        _ask(database, target, row, new=name, answers=answers)


def readdress_retired(database: Database, target: str, *, name: str) -> None:
    """The same for a target that nothing is sent to any more.

    Its owner can only say what stands there, and what is not missed.
    """
    for row in _misaddressed(database, target, name):
        post, answers = row["post"], []
        if post and Kind(row["kind"]) is Kind.OUTCOME_UNKNOWN:
            answers.append(_ADOPT.format(post=post, target=name))
        answers.append(_SEED.format(what=post or "--held", target=name))
        _ask(database, target, row, new=name, answers=answers)


def _misaddressed(database: Database, target: str, name: str) -> list[Row]:
    rows = database.all("questions_at", target=target)
    return [row for row in rows if row["target"] not in {"", name}]


def _ask(
    database: Database, target: str, row: Row, *, new: str, answers: Iterable[str]
) -> None:
    kind, post, old = Kind(row["kind"]), row["post"], row["target"]
    usual = row["id"] == question_id(kind, old, post)
    name = question_id(kind, new, post if usual else row["id"])
    database.run(
        "ask",
        id=name,
        kind=kind.value,
        target=new,
        post=post,
        text=_retold(row["text"], old, new),
        answers=json.dumps(tuple(answers)),
        now=row["asked_at"],
    )
    database.run("move_question", old=row["id"], new=name, target=target)


def _renamed(answer: str, old: str, new: str) -> str:
    """A target's name ends a command, or stands before URL."""
    for end in ("", " URL"):
        if answer.endswith(f" {old}{end}"):
            return answer.removesuffix(f"{old}{end}") + new + end
    return answer


def _retold(text: str, old: str, new: str) -> str:
    """The question with the new name, whatever the title in its quotes says."""
    before, quoted, after = text.partition("“")
    title, end, rest = after.rpartition("”")
    return (
        _with_name(before, old, new) + quoted + title + end + _with_name(rest, old, new)
    )


def _with_name(text: str, old: str, new: str) -> str:
    words = text.split(" ")
    return " ".join(
        new + word.removeprefix(old) if word.rstrip("?.,:") == old else word
        for word in words
    )
