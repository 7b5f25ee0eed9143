"""What the author of a plugin gives: a class, settings, and a service."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from share_bridge.config.model import TargetConfig
from share_bridge.config.settings import secret_fields, validate
from share_bridge.http.addresses import Reach
from share_bridge.model.post import Post
from share_bridge.plugin.publisher import Publisher
from share_bridge.testing.conformance.trial import Trial
from share_bridge.testing.context import NOON, FakeDocuments
from share_bridge.testing.faults import is_write
from share_bridge.testing.service import ScriptedService

__all__ = ["Fixtures"]

_WORDS = """
<p>We write once, on our own site, and carry every post to where its readers are.</p>
<p>Nothing is sent twice, and what became of each is always told.</p>
"""


class Fixtures:
    """The fixtures that a subclass overrides, and what is made of them."""

    @pytest.fixture
    def publisher_class(self) -> type[Publisher]:
        """The publisher; a subclass has to say."""
        pytest.fail("define the fixture `publisher_class`: which publisher is it?")

    @pytest.fixture
    def publisher(self, publisher_class: type[Publisher]) -> Publisher:
        """An object of it, made as the core makes it."""
        return publisher_class()

    @pytest.fixture
    def registration(self, publisher_class: type[Publisher]) -> str:
        """The module with `register_publishers`: what the entry point names."""
        return publisher_class.__module__.partition(".")[0]

    @pytest.fixture
    def settings(self) -> Mapping[str, Any]:
        """Keys of `[targets.NAME]`, as in TOML; secrets as plain text."""
        return {}

    @pytest.fixture
    def service(self) -> ScriptedService | None:
        """How the service behaves; None for a publisher that sends no requests."""
        return None

    @pytest.fixture
    def reach(self) -> Reach | None:
        """`LOOPBACK` for a publisher that speaks another protocol than HTTP.

        Its service is a server of its own then, started by the test.
        """
        return None

    @pytest.fixture
    def documents(self) -> Mapping[str, Any]:
        """What `context.state` holds at first, such as somebody who follows."""
        return {}

    @pytest.fixture
    def post(self) -> Post:
        """What is published; its URL ends in a slash."""
        return Post(
            source="blog",
            identity="guid:blog:promise",
            url="https://learning.example/notes/",
            title="Learning out loud",
            content=_WORDS,
            base="https://learning.example/",
            published=NOON,
            tags=("learning",),
            language="en",
        )

    @pytest.fixture
    def trial(  # noqa: PLR0917 - fixtures are asked for by name
        self,
        publisher: Publisher,
        settings: Mapping[str, Any],
        service: ScriptedService | None,
        reach: Reach | None,
        documents: Mapping[str, Any],
        post: Post,
        tmp_path: Path,
    ) -> Trial:
        """The publisher with its settings, ready to be called as the core does."""
        model = publisher.settings
        names = {field.name for field in secret_fields(model)}
        secrets = {name: settings[name] for name in names & set(settings)}
        target = TargetConfig(
            name="target", publisher=publisher.name, settings=settings
        )
        folder = tmp_path / "target"
        folder.mkdir()
        state = FakeDocuments()
        state.batch(list(documents.items()))
        return Trial(
            publisher=publisher,
            settings=validate(target, model, secrets),
            secrets=tuple(secrets.values()),
            service=service,
            reach=reach,
            folder=folder,
            post=post,
            is_publishing=self.is_publishing,
            state=state,
        )

    def is_publishing(self, request: httpx.Request) -> bool:
        """Whether this request makes a copy public.

        Override it where a publisher writes before that: a session, an upload.
        """
        return is_write(request)

    def sent_text(self, trial: Trial) -> str:
        """What readers could see of all that was sent.

        Override it where the text leaves in a form of its own, such as a mail.
        """
        return trial.sent_text()
