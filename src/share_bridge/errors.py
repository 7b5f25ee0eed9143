"""Every exception that share-bridge raises, in one tree.

They are named for what happens next, not for what went wrong:

```
ShareBridgeError
├─ ConfigurationError        names the TOML path and the fix
├─ SourceError               names the source, the URL, what was wrong
├─ LedgerError               locked, corrupt, newer, disk full: nothing is sent
│  └─ NoKeyError        it must be encrypted, and there is no key
├─ PluginError               load, api version, name conflict
└─ PublishError
   ├─ TransientError         surely not accepted: try again later
   │  └─ RateLimitedError    not before `retry_after`; pauses the target
   ├─ OutcomeUnknownError    perhaps accepted: settle before anything else
   ├─ TargetBlockedError     hold all of this target, tell the owner
   │  ├─ AuthExpiredError
   │  └─ PermissionDeniedError
   ├─ ConflictError          from update: the copy was edited over there
   ├─ GoneError              from update and delete: the copy is not there any more
   ├─ SkippedError           not sent, and not to be
   └─ RejectedError          final for this post
      ├─ TooLongError
      ├─ MediaRejectedError
      ├─ UnsupportedError
      └─ DuplicateError      the service names the copy that stands: delivered
```
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from share_bridge.model.receipt import Receipt

__all__ = [
    "AuthExpiredError",
    "ConfigurationError",
    "ConflictError",
    "DuplicateError",
    "GoneError",
    "LedgerError",
    "MediaRejectedError",
    "NoKeyError",
    "OutcomeUnknownError",
    "PermissionDeniedError",
    "PluginError",
    "PublishError",
    "RateLimitedError",
    "RejectedError",
    "ShareBridgeError",
    "SkippedError",
    "SourceError",
    "TargetBlockedError",
    "TooLongError",
    "TransientError",
    "UnsupportedError",
]


class ShareBridgeError(Exception):
    """Anything that share-bridge says went wrong: what, where, what to do."""


class ConfigurationError(ShareBridgeError):
    """The configuration cannot be used; the message names the TOML path and the fix."""


class SourceError(ShareBridgeError):
    """A source could not be read; the message names it, its URL and what was wrong.

    Args:
        message: What, where, what to do.
        validators: What to remember for the next reading all the same (it asked
            not to be asked before a certain time); None leaves what was there.

    """

    def __init__(
        self, message: str, *, validators: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.validators = validators


class LedgerError(ShareBridgeError):
    """The ledger is locked, corrupt, newer, or its disk full: nothing is sent."""


class NoKeyError(LedgerError):
    """It has to be written encrypted, and there is no key: it is not written."""


class PluginError(ShareBridgeError):
    """A plugin did not load, is made for another API version, or clashes by name."""


class PublishError(ShareBridgeError):
    """A delivery failed; the subclass says what happens next.

    Args:
        message: What went wrong, one line.
        whole_target: Where one message has many recipients: whatever goes to this
            target fails in the same way, not only what goes to this recipient's host.

    """

    def __init__(self, message: str = "", *, whole_target: bool = False) -> None:
        super().__init__(message)
        self.whole_target = whole_target


class TransientError(PublishError):
    """Surely not accepted: tried again later by itself."""


class _RestError(PublishError):
    """The service may say for how long it wants to be left alone.

    Args:
        message: What it said, or that it said nothing.
        retry_after: How long to wait; None: it did not say, and the core decides.
        whole_target: As for every `PublishError`.

    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: timedelta | None = None,
        whole_target: bool = False,
    ) -> None:
        super().__init__(message, whole_target=whole_target)
        self.retry_after = retry_after


class RateLimitedError(_RestError, TransientError):
    """Surely not accepted, and not to be tried before `retry_after` has passed."""


class OutcomeUnknownError(_RestError):
    """Perhaps accepted: the core looks before it tries again."""


class TargetBlockedError(PublishError):
    """Nothing can be sent to this target, or host, until its owner acts."""


class AuthExpiredError(TargetBlockedError):
    """The service does not accept the credentials any more."""


class PermissionDeniedError(TargetBlockedError):
    """The credentials are valid, but not for this."""


class ConflictError(PublishError):
    """The copy was edited over there: an update would overwrite it."""


class GoneError(PublishError):
    """The copy is not there any more."""


class SkippedError(PublishError):
    """Nothing was sent, and nothing is to be, to this recipient: nobody is asked."""


class RejectedError(PublishError):
    """The service refuses this post, now and for ever."""


class TooLongError(RejectedError):
    """The text is over the service's limit."""


class MediaRejectedError(RejectedError):
    """The service refuses an image."""


class UnsupportedError(RejectedError):
    """The service cannot take this kind of message."""


class DuplicateError(RejectedError):
    """The service says that this stands already, and where: it counts as delivered.

    Args:
        message: What the service said.
        existing: The receipt of the copy that stands.

    """

    def __init__(self, message: str, *, existing: Receipt) -> None:
        super().__init__(message)
        self.existing = existing
