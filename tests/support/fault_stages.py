"""Where the fault matrix is played: two posts, and a target that can fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Self

import httpx
from msgspec.structs import replace

from dispatch_support import World, make_post
from fediverse_profiles import PROFILES
from fediverse_support import TOKEN, Fediverse
from image_support import png
from linkedin_service import TOKEN as LINKEDIN_TOKEN
from linkedin_service import LinkedIn
from share_bridge.config.model import DeleteRule, NetworkConfig
from share_bridge.dispatch.report.report import Report
from share_bridge.ledger.database import Database
from share_bridge.ledger.ledger import Ledger
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

__all__ = [
    "FAULTS",
    "LOOKING",
    "POSTS",
    "ByMail",
    "OnGotosocial",
    "OnLinkedin",
    "OnMastodon",
    "Stage",
    "Step",
    "asks",
]

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

#: While it is looked for what became of a post whose answer was lost.
LOOKING = "looking for a lost post"

Step = Callable[[httpx.Request], bool]


class _Kept(Database):
    """In memory from run to run; what becomes of a disk is looked at elsewhere."""

    def close(self) -> None:
        """The next run goes on with it."""

    def let_go(self) -> None:
        super().close()


class Stage(World):
    """Two posts with a picture, and a target at a service that can fail."""

    service_here: Any
    #: What goes wrong, by name of the step.
    steps: Mapping[str, Any]
    #: Steps that can go wrong after the service did what it was asked.
    written = frozenset({"picture", "bytes", "post", "edit", "delete"})
    faults: Mapping[str, tuple[Any, bool]] = FAULTS
    copies = 1
    #: Steps whose answer has no body to look at: any 200 is believed.
    trusting = frozenset({"delete"})
    #: Statuses that say that a copy is gone: they are believed.
    gone = frozenset({404, 410})

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.kept: _Kept | None = None
        for number in (1, 2):
            (folder / f"{number}.png").write_bytes(png(width=number))
        self.posts = [self.make(number) for number in (1, 2)]
        self.configure(delete=DeleteRule.SEND, timeout=timedelta(seconds=10))
        self.set_up()

    def make(self, number: int, **values: Any) -> Any:
        picture = Image("", alt=f"Picture {number}", path=f"{number}.png")
        return replace(make_post(number, **values), images=(picture,))

    def set_up(self) -> None:
        """Make the service, and the target that leads there."""
        raise NotImplementedError

    def aim(self, publisher: type[Any], **settings: Any) -> None:
        """The target is one of this publisher, with these settings."""
        self.publishers.classes[publisher.name] = publisher
        self.configure(publisher=publisher.name, settings=settings)

    def again(self) -> Self:
        """Another stage on which all stands as it does here."""
        other = deepcopy(self)
        other.kept = _Kept.in_memory(self.ledger_path)
        return other

    def keep_on_disk(self) -> None:
        """The ledger outlives the process from now on, as it was at first."""
        self.close()
        self.kept = None

    def open(self, *, dry: bool = False) -> Ledger:
        if self.kept is None:
            return super().open(dry=dry)
        return Ledger(self.kept, self.ledger_path)

    def titles(self) -> list[str]:
        """What stands, oldest first."""
        return [text.partition("\n")[0] for text in self.service_here.texts()]

    def sequences(self) -> list[list[str]]:
        """The same for each recipient."""
        return [self.titles()]

    def words(self) -> str:
        """All that stands there."""
        return str(self.service_here.texts())

    def spared(self) -> list[list[str]]:
        """What recipients have whom the fault does not concern."""
        return []

    def fail(self, step: Any, what: Any, *, accepted: bool) -> None:
        self.service_here.fail(Fault(what=what, when=step, accepted=accepted))

    def once(self) -> Report:
        return self.run(transport=self.service_here)

    def close(self) -> None:
        if self.kept is not None:
            self.kept.let_go()


def asks(method: str, *paths: str) -> Step:
    """Whether a request is one of these."""
    return lambda it: it.method == method and it.url.path.startswith(paths)


class OnMastodon(Stage):
    """A server that keeps keys."""

    profile = "mastodon"
    steps: Mapping[str, Any] = {
        "limits": asks("GET", "/api/v2/instance"),
        "who": asks("GET", "/api/v1/accounts/verify"),
        "own posts": asks("GET", "/api/v1/accounts/1/statuses"),
        "picture": asks("POST", "/api/v2/media"),
        "post": asks("POST", "/api/v1/statuses"),
        "edit": asks("PUT", "/api/v1/statuses"),
        "delete": asks("DELETE", "/api/v1/statuses"),
    }

    def set_up(self) -> None:
        self.service_here = Fediverse(PROFILES[self.profile], clock=self.clock.now)
        self.aim(MastodonPublisher, server="https://server.example", token=TOKEN)

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
        "who": asks("GET", "/v2/userinfo"),
        "picture": asks("POST", "/rest/images"),
        "bytes": asks("PUT", "/dms-uploads/"),
        "ready": asks("GET", "/rest/images/"),
        "post": lambda it: it.method == "POST" and it.url.path == "/rest/posts",
        "edit": asks("POST", "/rest/posts/"),
        "delete": asks("DELETE", "/rest/posts/"),
    }

    def set_up(self) -> None:
        self.service_here = LinkedIn(clock=self.clock.now)
        self.aim(LinkedinPublisher, token=LINKEDIN_TOKEN)


class ByMail(Stage):
    """A mail server, and two readers."""

    steps: Mapping[str, Any] = {
        name: name
        for name in ("GREETING", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT", "DOT")
    }
    written = frozenset({"DOT"})
    faults = _REPLIES
    copies = 2

    def set_up(self) -> None:
        self.aim(EmailPublisher)
        self._serve()

    def again(self) -> Self:
        """With a server of its own."""
        served, self.service_here = self.service_here, None
        other = super().again()
        self.service_here = served
        other._serve()
        return other

    def _serve(self) -> None:
        self.service_here = SmtpServer()
        self.service_here.__enter__()
        self.configure(
            settings={
                "from": "Blog <blog@example.org>",
                "to": ["ada@example.net", "bob@example.net"],
                "security": "none",
                "server": "127.0.0.1",
                "port": self.service_here.port,
            }
        )

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
        super().close()
        self.service_here.__exit__(None, None, None)


def _subject(mail: Mail) -> str:
    text = mail.raw.decode()
    return next(title for title in POSTS if f"Subject: {title}" in text)
