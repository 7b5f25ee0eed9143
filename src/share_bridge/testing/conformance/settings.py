"""Promises about settings and secrets."""

from __future__ import annotations

import json
import logging
import re

import pytest
from msgspec.structs import asdict, fields

from share_bridge.config.settings import secret_fields
from share_bridge.config.target_tables import COMMON_KEYS
from share_bridge.plugin.publisher import Publisher
from share_bridge.testing.conformance.attempt import expect
from share_bridge.testing.conformance.fixtures import Fixtures
from share_bridge.testing.conformance.trial import Trial
from share_bridge.testing.faults import Answer, Lost

__all__ = ["SettingsPromises"]

_SECRET = re.compile(
    r"(?:^|_)(?:token|secret|password|passphrase|passwd|credentials?"
    r"|(?:api|access|private|secret)_?key)$"
)
#: What an author may write to debug with; the promises hold then, too.
_TROUBLES: tuple[Answer | Lost, ...] = (
    Answer(401, text="<h1>Who are you?</h1>"),
    Answer(400, {"error": "no"}),
    Answer(500),
    Answer(200, text="not JSON"),
    Lost.TIMEOUT,
)


class SettingsPromises(Fixtures):
    """Mistakes are refused, and secrets stay secret."""

    def test_settings_leave_the_common_keys_alone(
        self, publisher_class: type[Publisher]
    ) -> None:
        """`timeout`, `template` … belong to the core, which takes them out before."""
        taken = {it.encode_name for it in fields(publisher_class.settings)} & set(
            COMMON_KEYS
        )
        expect(not taken, f"the core takes {', '.join(sorted(taken))}: rename")

    def test_secrets_are_declared(self, publisher_class: type[Publisher]) -> None:
        """What is called token, password, secret or key is a `Secret`."""
        model = publisher_class.settings
        secret = {field.name for field in secret_fields(model)}
        named = {name for it in fields(model) if _SECRET.search(name := it.encode_name)}
        expect(named <= secret, f"declare as Secret: {', '.join(named - secret)}")

    def test_settings_do_not_show_secrets(self, trial: Trial) -> None:
        """They are printed when a test fails, and when an author debugs."""
        trial.needs_secrets()
        shown = [repr(trial.settings), json.dumps(asdict(trial.settings), default=str)]
        expect(not any(map(trial.reveals, shown)), "a secret shows in the settings")

    def test_errors_do_not_show_secrets(self, trial: Trial) -> None:
        """Whatever goes wrong: people paste errors into issues."""
        trial.needs_secrets()
        trial.needs_service()
        for what in _troubles(trial):
            error = trial.publish_under(what).error
            told = f"{error} {error!r}"
            expect(not trial.reveals(told), f"{type(error).__name__} shows a secret")

    def test_logs_do_not_show_secrets(
        self, trial: Trial, caplog: pytest.LogCaptureFixture
    ) -> None:
        """At every level, and when things go wrong."""
        trial.needs_secrets()
        with caplog.at_level(logging.DEBUG):
            trial.check()
            trial.publish()
            for what in _troubles(trial):
                trial.publish_under(what)
        expect(not trial.reveals(caplog.text), "a secret shows in the logs")
        expect(not trial.reveals("".join(trial.printed)), "a secret was printed")

    def test_nothing_kept_shows_secrets(self, trial: Trial) -> None:
        """Receipts, accounts, state and progress are stored in the ledger."""
        trial.needs_secrets()
        account = trial.check().result
        attempt = trial.publish()
        kept = [account, attempt.result, attempt.context.progress]
        kept += trial.state.scan()
        text = f"{kept!r} {json.dumps(kept, default=repr)}"
        expect(not trial.reveals(text), f"the ledger would keep a secret: {text}")


def _troubles(trial: Trial) -> list[Answer | Lost]:
    service = trial.service
    if service is None:
        return []
    own = (service.refused, service.unauthorized, service.forbidden)
    return [*_TROUBLES, *filter(None, own)]
