"""A question: what only the owner can settle."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

__all__ = ["Kind", "Question"]


class Kind(StrEnum):
    """Every kind of question there is."""

    #: The request left, no answer came, and the service cannot be asked.
    OUTCOME_UNKNOWN = "outcome-unknown"
    #: The same post may stand already, under another link.
    SAME_POST = "same-post"
    #: The post links to another site than the author's.
    OTHER_HOST = "other-host"
    #: Its page did not appear in time.
    NOT_LIVE = "not-live"
    #: Many new posts at once in a known source.
    FLOOD = "flood"
    #: An empty ledger in CI, and a service that cannot be asked.
    FIRST_RUN = "first-run"
    #: The service refuses the credentials, or what they may do.
    TARGET_BLOCKED = "target-blocked"
    #: Servers of recipients refuse whatever comes from this target.
    HOSTS_BLOCKED = "hosts-blocked"
    #: Another account stands behind a known name.
    OTHER_ACCOUNT = "other-account"
    #: The copy was edited over there.
    EDITED_THERE = "edited-there"
    #: An edited thread has another number of parts than the one that stands.
    OTHER_LENGTH = "other-length"
    #: An author's own words do not fit.
    DOES_NOT_FIT = "does-not-fit"
    #: It failed three times while the target works, or for too long.
    KEEPS_FAILING = "keeps-failing"
    #: The service refused in a way that nobody can read.
    UNEXPECTED_ANSWER = "unexpected-answer"
    #: Its owner wants to see it before it goes.
    APPROVE = "approve"
    #: A post was taken off its site, and its copies stand.
    TAKEN_BACK = "taken-back"
    #: Personal recipients were hashed under another key.
    KEY_MISSING = "key-missing"


class Question(Struct, frozen=True):
    """One question, with the commands that answer it.

    Attributes:
        id: Stable name in the ledger: the same question is asked once.
        kind: Which question.
        text: The question, in words.
        answers: Commands, ready to paste.
        target: Name of the target it is about, or empty.
        post: Short id of the post it is about, or empty.

    """

    id: str
    kind: Kind
    text: str
    answers: tuple[str, ...]
    target: str = ""
    post: str = ""
