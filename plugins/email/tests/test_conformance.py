"""E-mail keeps the promises that every publisher makes."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from share_bridge.testing import PublisherConformance, Trial
from share_bridge_email.publisher import EmailPublisher


class TestEmail(PublisherConformance):
    @pytest.fixture
    def publisher_class(self) -> type[EmailPublisher]:
        return EmailPublisher

    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {
            "from": "Learning out loud <blog@example.org>",
            "to": ["Ada <ada@example.org>", "grace@example.net"],
            "folder": "out/mail",
        }

    def sent_text(self, trial: Trial) -> str:
        """Headers and both bodies of every mail, decoded."""
        texts = []
        for path in sorted(trial.folder.rglob("*.eml")):
            mail = message_from_bytes(path.read_bytes(), policy=default)
            texts += [f"{name}: {value}" for name, value in mail.items()]
            texts += [
                part.get_content()
                for part in mail.walk()
                if part.get_content_maintype() == "text"
            ]
        return "\n".join(texts)
