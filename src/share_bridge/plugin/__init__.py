"""What a plugin author imports, and nothing else.

Names are loaded when first used, so that a plugin's registration costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from share_bridge.errors import (
        AuthExpiredError as AuthExpiredError,
        ConfigurationError as ConfigurationError,
        ConflictError as ConflictError,
        DuplicateError as DuplicateError,
        GoneError as GoneError,
        MediaRejectedError as MediaRejectedError,
        OutcomeUnknownError as OutcomeUnknownError,
        PermissionDeniedError as PermissionDeniedError,
        PublishError as PublishError,
        RateLimitedError as RateLimitedError,
        RejectedError as RejectedError,
        SourceError as SourceError,
        TargetBlockedError as TargetBlockedError,
        TooLongError as TooLongError,
        TransientError as TransientError,
        UnsupportedError as UnsupportedError,
    )
    from share_bridge.model.capabilities import (
        Capabilities as Capabilities,
        Counting as Counting,
        Format as Format,
        MediaLimits as MediaLimits,
        Support as Support,
        TextLimit as TextLimit,
        Unit as Unit,
    )
    from share_bridge.model.delivery import Delivery as Delivery, State as State
    from share_bridge.model.message import (
        Action as Action,
        Facet as Facet,
        Message as Message,
    )
    from share_bridge.model.post import (
        Image as Image,
        Override as Override,
        Post as Post,
    )
    from share_bridge.model.receipt import (
        Account as Account,
        Pending as Pending,
        Receipt as Receipt,
        Recipient as Recipient,
        RemotePost as RemotePost,
    )
    from share_bridge.plugin.context import (
        Context as Context,
        Credentials as Credentials,
        Documents as Documents,
        SourceContext as SourceContext,
    )
    from share_bridge.plugin.files import (
        file_error as file_error,
        write_file as write_file,
    )
    from share_bridge.plugin.publisher import Publisher as Publisher
    from share_bridge.plugin.registration import Registration as Registration
    from share_bridge.plugin.settings import Secret as Secret, Settings as Settings
    from share_bridge.plugin.source import (
        Previous as Previous,
        Reading as Reading,
        ReadingState as ReadingState,
        Source as Source,
    )
    from share_bridge.text.escape import (
        for_html as for_html,
        for_line as for_line,
        for_markdown as for_markdown,
        for_terminal as for_terminal,
    )
    from share_bridge.text.links import same_link as same_link
    from share_bridge.text.sanitize import clean as clean

#: Marks a function of a plugin module as one of the hooks of `hookspecs`.
hookimpl = pluggy.HookimplMarker("share_bridge")

_MODULES = {
    "share_bridge.errors": (
        "AuthExpiredError",
        "ConfigurationError",
        "ConflictError",
        "DuplicateError",
        "GoneError",
        "MediaRejectedError",
        "OutcomeUnknownError",
        "PermissionDeniedError",
        "PublishError",
        "RateLimitedError",
        "RejectedError",
        "SourceError",
        "TargetBlockedError",
        "TooLongError",
        "TransientError",
        "UnsupportedError",
    ),
    "share_bridge.model.capabilities": (
        "Capabilities",
        "Counting",
        "Format",
        "MediaLimits",
        "Support",
        "TextLimit",
        "Unit",
    ),
    "share_bridge.model.delivery": ("Delivery", "State"),
    "share_bridge.model.message": ("Action", "Facet", "Message"),
    "share_bridge.model.post": ("Image", "Override", "Post"),
    "share_bridge.model.receipt": (
        "Account",
        "Pending",
        "Receipt",
        "Recipient",
        "RemotePost",
    ),
    "share_bridge.plugin.context": (
        "Context",
        "Credentials",
        "Documents",
        "SourceContext",
    ),
    "share_bridge.plugin.files": ("file_error", "write_file"),
    "share_bridge.plugin.publisher": ("Publisher",),
    "share_bridge.plugin.registration": ("Registration",),
    "share_bridge.plugin.settings": ("Secret", "Settings"),
    "share_bridge.plugin.source": ("Previous", "Reading", "ReadingState", "Source"),
    "share_bridge.text.escape": (
        "for_html",
        "for_line",
        "for_markdown",
        "for_terminal",
    ),
    "share_bridge.text.links": ("same_link",),
    "share_bridge.text.sanitize": ("clean",),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = ["hookimpl", *sorted(_HOME)]  # noqa: PLE0604 - names are strings, computed

if not TYPE_CHECKING:  # a checker would take it for a promise of every name

    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_HOME[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
