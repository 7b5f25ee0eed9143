"""A small world for dispatch: a service that can fail, a clock that can jump."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import httpx
from msgspec.structs import replace

from share_bridge.bridge import publish, seed
from share_bridge.config.credentials import CredentialsStore
from share_bridge.config.model import Config, FirstRun, SourceConfig, TargetConfig
from share_bridge.config.model import Site as SiteConfig
from share_bridge.dispatch.plan.seeding import Seed
from share_bridge.dispatch.report.report import Report
from share_bridge.dispatch.runtime import Errand, Runtime
from share_bridge.errors import GoneError
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.place import Place
from share_bridge.model.capabilities import Capabilities, Support, TextLimit
from share_bridge.model.delivery import Delivery
from share_bridge.model.message import Message
from share_bridge.model.post import Post
from share_bridge.model.receipt import Account, Receipt, Recipient, RemotePost
from share_bridge.plugin.publisher import Publisher
from share_bridge.plugin.settings import Settings
from share_bridge.plugin.source import Previous, Reading, ReadingState, Source

START = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Service:
    """What stands over there, and how it behaves.

    Attributes:
        standing: Its posts, oldest first.
        script: What the next calls of publish do: an exception to raise before or
            after accepting, or None to behave.

    """

    clock: Clock
    standing: list[RemotePost] = field(default_factory=list)
    script: list[Any] = field(default_factory=list)
    account: str = "alice"
    calls: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    honours: bool = False
    down: bool = False
    check_error: Exception | None = None
    recent_error: Exception | None = None
    lag: int = 0
    strict: bool = False
    recipients: list[Recipient] = field(default_factory=list)
    edits: dict[str, str] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)

    def accept(self, message: Message, key: str, *, to: str = "") -> RemotePost:
        if self.honours and key in self.keys:
            return next(r for r in self.standing if r.id == self.keys[key])
        number = str(len(self.standing) + 1)
        remote = RemotePost(
            number,
            f"https://service.example/{number}",
            self.clock.now(),
            links=(message.link,) if message.link else (),
            text=message.text,
            in_reply_to="",
            application=to,
        )
        self.standing.append(remote)
        self.keys[key] = number
        return remote

    def titles(self) -> list[str]:
        return [remote.text.partition("\n")[0] for remote in self.standing]


class AfterError(Exception):
    """Raise `error` after accepting."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error


class Killed(BaseException):
    """Nothing in the program catches it: the process is gone."""


class Clock:
    """A time that passes only when somebody sleeps.

    Attributes:
        fuse: The process is gone when the time was asked for so often; None: never.

    """

    def __init__(self) -> None:
        self.time = START
        self.fuse: int | None = None

    def now(self) -> datetime:
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                raise Killed
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def jump(self, **span: float) -> None:
        self.time += timedelta(**span)


class NoSettings(Settings):
    """Takes anything a test gives."""

    server: str = "service.example"
    account: str = ""


def make_publisher(service: Service, **capabilities: Any) -> type[Publisher]:
    """A publisher class of one service."""
    given = Capabilities(
        text=(TextLimit(500),), **({"recent": Support.FULL} | capabilities)
    )

    class Scripted(Publisher):
        name: ClassVar[str] = "scripted"
        title: ClassVar[str] = "Scripted"
        settings: ClassVar[type[Settings]] = NoSettings
        capabilities: ClassVar[Capabilities] = given

        async def check(self, context: Any) -> Account:
            service.calls.append("check")
            if service.check_error is not None:
                raise service.check_error
            account = context.settings.account or service.account
            return Account(account, f"@{account}", server=context.settings.server)

        async def publish(self, message: Message, context: Any) -> Any:
            service.calls.append(f"publish {message.title}")
            step = service.script.pop(0) if service.script else None
            if isinstance(step, AfterError):
                service.accept(message, context.key())
                raise step.error
            if isinstance(step, BaseException):
                raise step
            if callable(step):
                return step(message, context)
            remote = service.accept(
                message, context.key(), to=context.recipient.address
            )
            return Receipt(remote.id, remote.url)

        async def update(self, receipt: Receipt, message: Message, context: Any) -> Any:
            service.calls.append(f"update {receipt.remote_id} {message.teaser}")
            step = service.script.pop(0) if service.script else None
            if isinstance(step, BaseException) and not isinstance(step, AfterError):
                raise step
            if receipt.remote_id in service.deleted:
                raise GoneError("404")
            service.edits[receipt.remote_id] = message.text
            if isinstance(step, AfterError):
                raise step.error
            return receipt

        async def delete(self, receipt: Receipt, context: Any) -> None:
            service.calls.append(f"delete {receipt.remote_id}")
            step = service.script.pop(0) if service.script else None
            if isinstance(step, BaseException) and not isinstance(step, AfterError):
                raise step
            if receipt.remote_id in service.deleted:
                raise GoneError("404")
            service.deleted.append(receipt.remote_id)
            if isinstance(step, AfterError):
                raise step.error

        async def recent(
            self, context: Any, *, since: datetime
        ) -> AsyncIterator[RemotePost]:
            service.calls.append("recent")
            if service.recent_error is not None:
                raise service.recent_error
            shown = service.standing[: len(service.standing) - service.lag]
            for remote in reversed(shown):
                if remote.id in service.deleted:
                    continue
                if service.strict and remote.created < since:
                    return
                yield remote

        async def recipients(
            self, message: Message, context: Any
        ) -> AsyncIterator[Recipient]:
            for recipient in service.recipients:
                yield recipient

    return Scripted


@dataclass
class Publishers:
    """A registry of one publisher class per name."""

    classes: dict[str, type[Publisher]]
    finished: list[Delivery] = field(default_factory=list)
    failed: list[Delivery] = field(default_factory=list)

    def publisher(self, name: str) -> type[Publisher]:
        return self.classes[name]

    def source(self, name: str) -> type[Source]:
        return _SOURCES[name]

    def delivery_finished(self, delivery: Delivery, receipt: Receipt) -> None:
        self.finished.append(delivery)

    def delivery_failed(
        self, delivery: Delivery, error: Exception, next_attempt_at: datetime | None
    ) -> None:
        self.failed.append(delivery)


class Site(httpx.AsyncBaseTransport):
    """The author's site: what it answers by address, else 404."""

    def __init__(self, answers: dict[str, httpx.Response]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        return self.answers.get(str(request.url), httpx.Response(404))


class Quiet:
    """Watches nothing."""

    def started(self, delivery: Delivery) -> None:
        """Nothing."""

    def ended(self, delivery: Delivery) -> None:
        """Nothing."""

    def waits(self, target: str, until: datetime, reason: str) -> None:
        """Nothing."""


class ListSource(Source):
    """Gives the posts of a list that a test fills, and tombstones."""

    posts: ClassVar[dict[str, list[Post]]] = {}
    gone: ClassVar[frozenset[str]] = frozenset()

    async def read(self, previous: Previous, context: Any) -> Reading:
        posts = tuple(self.posts[context.name])
        return Reading(
            state=ReadingState.READ,
            posts=posts,
            present=frozenset(post.identity for post in posts),
            gone=self.gone,
            validators={"n": len(posts)},
            total=len(posts),
        )


_SOURCES: dict[str, type[Source]] = {"list": ListSource}


def make_post(
    number: int, *, body: str = "", source: str = "blog", **values: Any
) -> Post:
    """The post of that number; higher numbers are newer."""
    url = f"https://example.org/{number}"
    return Post(
        source=source,
        identity=f"guid:{source}:{number}",
        **{
            "aliases": (f"link:example.org/{number}",),
            "url": url,
            "title": f"Post {number}",
            "content": f"<p>{body or f'The words of post {number}.'}</p>",
            "base": url,
            "published": START - timedelta(days=30) + timedelta(hours=number),
            **values,
        },
    )


class World:
    """One ledger, one service, one list of posts; runs at will."""

    def __init__(self, folder: Path, **capabilities: Any) -> None:
        self.folder = folder
        self.place: Place = folder / "ledger.db"
        self.key: bytes | None = None
        self.clock = Clock()
        self.service = Service(self.clock)
        self.publishers = Publishers({})
        self.install(**capabilities)
        self.posts: list[Post] = []
        self.tombstones: set[str] = set()
        self.site = Site({})
        self.target = TargetConfig(name="home", publisher="scripted")
        self.targets: list[TargetConfig] | None = None
        self.source = SourceConfig(name="blog", kind="list", first_run=FirstRun.ALL)
        self.site_config = SiteConfig()
        self.ci = False

    def install(self, **capabilities: Any) -> None:
        self.publishers.classes["scripted"] = make_publisher(
            self.service, **capabilities
        )

    def configure(self, **values: Any) -> None:
        self.target = replace(self.target, **values)

    @property
    def config(self) -> Config:
        """What a share-bridge.toml would say."""
        return Config(
            folder=self.folder,
            ledger=self.place,
            hash="x",
            site=self.site_config,
            sources=(self.source,),
            targets=tuple(self.targets or [self.target]),
        )

    @property
    def ledger_path(self) -> Path:
        return self.folder / "ledger.db"

    def open(self, *, dry: bool = False) -> Ledger:
        """The ledger as this world has it."""
        make = Ledger.in_memory if dry else Ledger.open
        return make(self.place, key=self.key, environ=os.environ)

    def lose_the_ledger(self) -> None:
        """As if it had never been."""
        for file in filter(Path.is_file, self.folder.glob("ledger.db*")):
            file.unlink()

    def run(self, *, do: Callable[..., Any] = publish, **values: Any) -> Report:
        """One run of the program."""
        ListSource.posts["blog"] = self.posts
        ListSource.gone = frozenset(self.tombstones)
        config = self.config
        seconds = values.pop("max_seconds", 20)
        dry = values.get("dry", False)
        ledger = self.open(dry=dry)
        with ledger:
            runtime = Runtime(
                config=config,
                ledger=ledger,
                publishers=self.publishers,
                environ={"SHARE_BRIDGE_KEY": "0123456789abcdef0123456789abcdef"},
                store=CredentialsStore(self.folder / "credentials"),
                now=self.clock.now,
                sleep=self.clock.sleep,
                random=Random(7),
                deadline=self.clock.now() + timedelta(seconds=seconds),
                watcher=Quiet(),
                print=lambda text: None,
                **({"ci": self.ci, "transport": self.site} | values),
            )
            errand = Errand(
                sources=config.sources, targets=config.targets, kinds=self.publishers
            )
            return asyncio.run(do(runtime, errand))

    def seed(self) -> Report:
        return self.run(do=partial(seed, sown=Seed()))

    def kill(self, **values: Any) -> None:
        """A run that dies while the first request is out."""
        self.service.script.insert(0, AfterError(Killed()))
        with suppress(Killed):
            self.run(**values)

    def states(self) -> list[str]:
        """Of every delivery, in order of the posts."""
        with self.open() as ledger:
            records = ledger.deliveries.of()
            order = {
                post.id: post.ordered_at
                for post in map(ledger.posts.get, {r.post for r in records})
            }
            records.sort(key=lambda r: (order[r.post], r.action, r.number, r.recipient))
            return [record.state.value for record in records]
