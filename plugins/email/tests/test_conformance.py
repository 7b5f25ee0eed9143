"""E-mail keeps the promises that every publisher makes: in a folder, and by SMTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from email_support import SETTINGS, read
from share_bridge.testing import LOOPBACK, PublisherConformance, Trial
from share_bridge_email.publisher import EmailPublisher
from smtp_support import SmtpServer


def words(raw: bytes) -> str:
    """Headers and both bodies of a mail, decoded."""
    mail = read(raw)
    texts = [f"{name}: {value}" for name, value in mail.items()]
    texts += [
        part.get_content()
        for part in mail.walk()
        if part.get_content_maintype() == "text"
    ]
    return "\n".join(texts)


class TestFolder(PublisherConformance):
    @pytest.fixture
    def publisher_class(self) -> type[EmailPublisher]:
        return EmailPublisher

    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return SETTINGS

    def sent_text(self, trial: Trial) -> str:
        files = sorted(trial.folder.rglob("*.eml"))
        return "\n".join(words(file.read_bytes()) for file in files)


class TestSmtp(PublisherConformance):
    @pytest.fixture
    def publisher_class(self) -> type[EmailPublisher]:
        return EmailPublisher

    @pytest.fixture
    def server(self) -> Iterator[SmtpServer]:
        with SmtpServer() as self.running:
            yield self.running

    @pytest.fixture
    def settings(self, server: SmtpServer) -> dict[str, Any]:
        where = {"server": "127.0.0.1", "port": server.port, "security": "none"}
        given = {key: it for key, it in SETTINGS.items() if key != "folder"}
        return given | where

    @pytest.fixture
    def reach(self) -> Any:
        return LOOPBACK

    def sent_text(self, trial: Trial) -> str:
        return "\n".join(words(mail.raw) for mail in self.running.mails)
