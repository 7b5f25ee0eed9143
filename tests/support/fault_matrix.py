"""Every publisher under every fault at every step: what becomes of a post.

`python tests/support/fault_matrix.py` writes it into docs/reference/fault-table.md.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from msgspec.structs import replace

from dispatch_support import World, make_post
from fediverse_profiles import PROFILES
from fediverse_support import TOKEN, Fediverse
from house_support import ROOT
from image_support import png
from linkedin_service import TOKEN as LINKEDIN_TOKEN
from linkedin_service import LinkedIn
from share_bridge.config.model import DeleteRule, NetworkConfig, TargetConfig
from share_bridge.dispatch.report.report import Report
from share_bridge.model.delivery import State
from share_bridge.model.post import Image
from share_bridge.testing import (
    BROKEN,
    CUT_OFF,
    RATE_LIMITS,
    SERVER_ERRORS,
    Answer,
    Fault,
    Lost,
)
from share_bridge_email.publisher import EmailPublisher
from share_bridge_linkedin.publisher import LinkedinPublisher
from share_bridge_mastodon.publisher import MastodonPublisher
from smtp_support import Mail, SmtpServer, Trouble

__all__ = ["PAGE", "ROWS", "STAGES", "Row", "faults_at", "outcomes", "page"]

PAGE = ROOT / "docs" / "reference" / "fault-table.md"
POSTS = ["Post 1", "Post 2"]
_CLIENT_ERRORS = {
    str(status): Answer(status)
    for status in (400, 401, 403, 404, 405, 408, 409, 410, 413, 421, 422, 425, 451)
}
#: By name: what goes wrong, and whether a service may do that after it accepted.
FAULTS: dict[str, tuple[Any, bool]] = {
    **{name: (what, what is not Lost.UNREACHABLE) for name, what in CUT_OFF.items()},
    **{name: (what, True) for name, what in SERVER_ERRORS.items()},
    **{name: (what, True) for name, what in BROKEN.items()},
    **{name: (what, False) for name, what in _CLIENT_ERRORS.items()},
    **{name: (what, False) for name, what in RATE_LIMITS.items()},
}
_REPLIES: dict[str, tuple[Any, bool]] = {
    "hangs up": (Lost.UNREACHABLE, True),
    "reset": (Lost.RESET, True),
    "no answer": (Lost.SILENCE, True),
    "half a reply": (Lost.HALF, True),
    "no SMTP": ("what is this?", True),
    "421": ("421 4.3.2 closing", False),
    "450": ("450 4.2.0 greylisted", False),
    "451": ("451 4.3.0 later", False),
    "452": ("452 4.2.2 mailbox full", False),
    "550": ("550 5.1.1 no such user", False),
    "554": ("554 5.7.1 refused", False),
}
_OPEN = {State.PLANNED, State.WAITING, State.PENDING, State.SENDING}

#: While it is looked for what became of a post whose answer was lost.
LOOKING = "looking for a lost post"

Step = Callable[[httpx.Request], bool]


class Stage(World):
    """Two posts with a picture, and a target at a service that can fail."""

    service_here: Any
    steps: Mapping[str, Any]
    faults: Mapping[str, tuple[Any, bool]] = FAULTS
    copies = 1
    #: Steps whose answer has no body to look at: any 200 is believed.
    trusting = frozenset({"delete"})

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for number in (1, 2):
            (folder / f"{number}.png").write_bytes(png(width=number))
        self.posts = [self.make(number) for number in (1, 2)]
        self.set_up()
        self.configure(delete=DeleteRule.SEND, timeout=timedelta(seconds=10))

    def make(self, number: int, **values: Any) -> Any:
        picture = Image("", alt=f"Picture {number}", path=f"{number}.png")
        return replace(make_post(number, **values), images=(picture,))

    def set_up(self) -> None:
        raise NotImplementedError

    def titles(self) -> list[str]:
        """What stands, oldest first."""
        return [text.partition("\n")[0] for text in self.service_here.texts()]

    def sequences(self) -> list[list[str]]:
        """The same for each recipient."""
        return [self.titles()]

    def fail(self, step: Any, what: Any, *, accepted: bool) -> None:
        self.service_here.fail(Fault(what=what, when=step, accepted=accepted))

    def once(self) -> Report:
        return self.run(transport=self.service_here)

    def close(self) -> None:
        """Nothing is left open."""


def _asks(method: str, *paths: str) -> Step:
    return lambda it: it.method == method and it.url.path.startswith(paths)


class OnMastodon(Stage):
    """A server that keeps keys."""

    profile = "mastodon"
    steps: Mapping[str, Any] = {
        "limits": _asks("GET", "/api/v2/instance"),
        "who": _asks("GET", "/api/v1/accounts/verify"),
        "own posts": _asks("GET", "/api/v1/accounts/1/statuses"),
        "picture": _asks("POST", "/api/v2/media"),
        "post": _asks("POST", "/api/v1/statuses"),
        "edit": _asks("PUT", "/api/v1/statuses"),
        "delete": _asks("DELETE", "/api/v1/statuses"),
    }

    def set_up(self) -> None:
        self.publishers.classes["mastodon"] = MastodonPublisher
        profile = PROFILES[self.profile]
        self.service_here = Fediverse(profile, clock=self.clock.now)
        settings = {"server": "https://server.example", "token": TOKEN}
        self.target = TargetConfig(name="home", publisher="mastodon", settings=settings)

    def titles(self) -> list[str]:
        """Without what is only listed still after it was deleted."""
        standing = [it for it in self.service_here.standing if not it.ghost]
        return [status.text.partition("\n")[0] for status in standing]


class OnGotosocial(OnMastodon):
    """A server that ignores keys: what got lost is looked for among the own posts."""

    profile = "gotosocial"
    steps: Mapping[str, Any] = {
        **OnMastodon.steps,
        LOOKING: OnMastodon.steps["own posts"],
    }


class OnLinkedin(Stage):
    """A member of LinkedIn."""

    trusting = frozenset({"edit", "delete"})
    steps: Mapping[str, Any] = {
        "who": _asks("GET", "/v2/userinfo"),
        "picture": _asks("POST", "/rest/images"),
        "bytes": _asks("PUT", "/dms-uploads/"),
        "ready": _asks("GET", "/rest/images/"),
        "post": lambda it: it.method == "POST" and it.url.path == "/rest/posts",
        "edit": _asks("POST", "/rest/posts/"),
        "delete": _asks("DELETE", "/rest/posts/"),
    }

    def set_up(self) -> None:
        self.publishers.classes["linkedin"] = LinkedinPublisher
        self.service_here = LinkedIn(clock=self.clock.now)
        self.target = TargetConfig(
            name="home", publisher="linkedin", settings={"token": LINKEDIN_TOKEN}
        )


class ByMail(Stage):
    """A mail server, and two readers."""

    steps: Mapping[str, Any] = {
        name: name
        for name in ("GREETING", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT", "DOT")
    }
    faults = _REPLIES
    copies = 2

    def set_up(self) -> None:
        self.publishers.classes["email"] = EmailPublisher
        self.service_here = SmtpServer()
        self.service_here.__enter__()
        where = {"server": "127.0.0.1", "port": self.service_here.port}
        settings = {
            "from": "Blog <blog@example.org>",
            "to": ["ada@example.net", "bob@example.net"],
            "security": "none",
            **where,
        }
        self.target = TargetConfig(name="home", publisher="email", settings=settings)

    @property
    def config(self) -> Any:
        loopback = NetworkConfig(allow=(ip_network("127.0.0.0/8"),))
        return replace(super().config, network=loopback)

    def titles(self) -> list[str]:
        return [_subject(mail) for mail in self.service_here.mails]

    def sequences(self) -> list[list[str]]:
        mails = self.service_here.mails
        people = {mail.recipient for mail in mails}
        return [[_subject(it) for it in mails if it.recipient == who] for who in people]

    def fail(self, step: Any, what: Any, *, accepted: bool) -> None:
        self.service_here.fail(Trouble(at=step, what=what, accepted=accepted))

    def once(self) -> Report:
        return self.run(transport=None)

    def close(self) -> None:
        self.service_here.__exit__(None, None, None)


def _subject(mail: Mail) -> str:
    text = mail.raw.decode()
    return next(title for title in POSTS if f"Subject: {title}" in text)


STAGES: dict[str, type[Stage]] = {
    "Mastodon (keeps keys)": OnMastodon,
    "GoToSocial (ignores keys)": OnGotosocial,
    "LinkedIn": OnLinkedin,
    "E-mail by SMTP": ByMail,
}


class Row(NamedTuple):
    """One step of one publisher, before or after the service did what it was asked."""

    stage: str
    step: str
    accepted: bool

    @property
    def title(self) -> str:
        return f"{self.step}, {'after' if self.accepted else 'before'}"


def _rows() -> Iterator[Row]:
    for stage, kind in STAGES.items():
        for step in kind.steps:
            yield Row(stage, step, accepted=False)
            written = kind is not ByMail and step in {
                "picture",
                "bytes",
                "post",
                "edit",
                "delete",
            }
            if written or step == "DOT":
                yield Row(stage, step, accepted=True)


ROWS = list(_rows())


def outcomes(row: Row) -> dict[str, str]:
    """By fault: `once`, `held` or `rejected`; an assertion where it is none of them."""
    return {name: _outcome(row, name, what) for name, what in faults_at(row).items()}


def faults_at(row: Row) -> dict[str, Any]:
    """Those that can be: who says that it did, or that it is gone, is believed."""
    faults = STAGES[row.stage].faults
    chosen = {
        name: it for name, (it, late) in faults.items() if late or not row.accepted
    }
    if row.step == "CONTENT":
        return {name: it for name, it in chosen.items() if isinstance(it, Lost)}
    if row.accepted or row.step not in {"edit", "delete"}:
        return chosen
    trusting = row.step in STAGES[row.stage].trusting
    return {name: it for name, it in chosen.items() if not _is_believed(it, trusting)}


def _is_believed(what: Any, trusting: bool) -> bool:
    if not isinstance(what, Answer):
        return what is Lost.HANGS_UP
    return what.status in {404, 410} or (trusting and what.status == 200)


def _outcome(row: Row, name: str, what: Any) -> str:
    with tempfile.TemporaryDirectory() as folder:
        stage = STAGES[row.stage](Path(folder))
        try:
            return _Case(stage, row, f"{row.stage}, {row.title}: {name}").play(what)
        finally:
            stage.close()


class _Case:
    """One fault at one step, and runs until nothing is open."""

    def __init__(self, stage: Stage, row: Row, told: str) -> None:
        self.stage = stage
        self.row = row
        self.told = told
        self.codes: list[int] = []

    def play(self, what: Any) -> str:
        stage, row = self.stage, self.row
        wanted = list(POSTS)
        if row.step in {"edit", "delete"}:
            self._until_done(wanted)
            self.codes.clear()
        if row.step == "edit":
            stage.posts[0] = stage.make(1, body="Better words.")
        if row.step == "delete":
            stage.posts, stage.tombstones = stage.posts[1:], {"guid:blog:1"}
            wanted = ["Post 2"]
        if isinstance(what, Lost) and what in {Lost.SILENCE, Lost.TRICKLE}:
            stage.configure(timeout=timedelta(seconds=0.3))
        if row.step == LOOKING:
            self._until_known()
            stage.fail(stage.steps["post"], Lost.RESET, accepted=True)
        stage.fail(stage.steps[row.step], what, accepted=row.accepted)
        report = self._until_done(wanted)
        return self._judge(report, wanted)

    def _until_known(self) -> None:
        """What stood there before is read once, and is not what this is about."""
        posts, self.stage.posts = self.stage.posts, self.stage.posts[:1]
        self._until_done(POSTS[:1])
        self.stage.posts = posts
        self.codes.clear()

    def _until_done(self, wanted: list[str]) -> Report:
        for _ in range(20):
            report = self.stage.once()
            self.codes.append(report.exit_code)
            titles = self.stage.titles()
            for title in POSTS:
                assert titles.count(title) <= self.stage.copies, f"twice: {self.told}"
            if not any(row.state in _OPEN for row in report.deliveries):
                return report
            if report.targets[0].state == "blocked":
                return report
            self.stage.clock.jump(hours=2)
        raise AssertionError(f"never done: {self.told}: {report.to_json()}")

    def _judge(self, report: Report, wanted: list[str]) -> str:
        blocked = report.targets[0].state == "blocked"
        with self.stage.open() as ledger:
            states = {it.state for it in ledger.deliveries.of()}
            asked = ledger.questions()
        whole = [title for title in wanted for _ in range(self.stage.copies)]
        titles = self.stage.titles()
        if blocked or State.HELD in states:
            assert asked, f"held without a question: {self.told}"
            assert 1 in self.codes, f"held in silence: {self.told} {self.codes}"
            return "held"
        if State.REJECTED in states:
            assert titles != whole or self.row.step in {"edit", "delete"}, self.told
            assert self.stage.copies > 1 or 1 in self.codes, f"silent: {self.told}"
            return "rejected"
        assert sorted(titles) == sorted(whole), f"lost: {self.told}: {titles}"
        for sent in self.stage.sequences():
            assert sent == sorted(sent), f"order: {self.told}: {sent}"
        if self.row.step == "edit":
            assert "Better words." in str(self.stage.service_here.texts()), self.told
        return "once"


_HEAD = """# Fault table

What becomes of a post when a service fails, by publisher, step and fault: the runs are
repeated until nothing is open. `.venv/bin/python tests/support/fault_matrix.py` makes
this page, and tests hold every cell to it.

- **once**: it stands there once, in order; so does the edit, or the copy is gone.
- **held**: nothing is sent twice; the run exits with 1, and a question says what to do.
- **rejected**: the service refused it for good; the run says so.

“Before” is before the service did what it was asked, “after” is after that: only the
answer goes wrong. A refusal (4xx, 429) is believed, so it is tried before only; so is
who says that an edit or a deletion is done, or that the copy is gone: an empty cell.
[Never twice](../explanation/never-twice.md) tells how this comes about.
"""


def page(tables: Mapping[Row, Mapping[str, str]]) -> str:
    """The page of all of these."""
    parts = [_HEAD]
    for stage, kind in STAGES.items():
        rows = [row for row in ROWS if row.stage == stage]
        parts.append(f"## {stage}\n")
        parts.append("| fault | " + " | ".join(row.title for row in rows) + " |")
        parts.append("|---" * (len(rows) + 1) + "|")
        for fault in kind.faults:
            cells = [tables[row].get(fault, "") for row in rows]
            parts.append(f"| {fault} | " + " | ".join(cells) + " |")
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page({row: outcomes(row) for row in ROWS}), "utf-8")
