"""The promises that every publisher keeps, as tests that its author inherits."""

from __future__ import annotations

from share_bridge.testing.conformance.at_once import AtOncePromises
from share_bridge.testing.conformance.checking import CheckPromises
from share_bridge.testing.conformance.declared import DeclaredPromises
from share_bridge.testing.conformance.edits import EditPromises
from share_bridge.testing.conformance.errors import ErrorPromises
from share_bridge.testing.conformance.fan_out import FanOutPromises
from share_bridge.testing.conformance.identity import IdentityPromises
from share_bridge.testing.conformance.interactions import InteractionPromises
from share_bridge.testing.conformance.recent import RecentPromises
from share_bridge.testing.conformance.sending import SendingPromises
from share_bridge.testing.conformance.settings import SettingsPromises
from share_bridge.testing.conformance.trial import Trial
from share_bridge.testing.conformance.unknown import UnknownPromises

__all__ = ["PublisherConformance", "Trial"]


class PublisherConformance(
    IdentityPromises,
    SettingsPromises,
    CheckPromises,
    SendingPromises,
    ErrorPromises,
    UnknownPromises,
    DeclaredPromises,
    RecentPromises,
    EditPromises,
    InteractionPromises,
    FanOutPromises,
    AtOncePromises,
):
    """What every publisher promises; each test is one promise.

    Subclass it in the plugin's tests, and say which publisher, with which settings,
    at which service:

    ```python
    class TestNotes(PublisherConformance):
        @pytest.fixture
        def publisher_class(self):
            return NotesPublisher

        @pytest.fixture
        def settings(self):
            return {"server": "https://notes.example", "token": "a-secret-of-notes"}

        @pytest.fixture
        def service(self):
            return NotesService()
    ```

    Promises that the capabilities do not make are skipped, with the reason. Further
    fixtures may be overridden (`registration`, `post`), and two methods:
    `is_publishing(request)` where a publisher writes before it publishes, and
    `sent_text(trial)` where the text leaves in a form of its own.
    """
