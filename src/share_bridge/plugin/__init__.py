"""What a plugin author imports, and nothing else.

Names are loaded when first used, so that a plugin's registration costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from msgspec.structs import replace as replace

    from share_bridge.errors import (
        AuthExpiredError as AuthExpiredError,
    )
    from share_bridge.errors import (
        ConfigurationError as ConfigurationError,
    )
    from share_bridge.errors import (
        ConflictError as ConflictError,
    )
    from share_bridge.errors import (
        DuplicateError as DuplicateError,
    )
    from share_bridge.errors import (
        GoneError as GoneError,
    )
    from share_bridge.errors import (
        MediaRejectedError as MediaRejectedError,
    )
    from share_bridge.errors import (
        OutcomeUnknownError as OutcomeUnknownError,
    )
    from share_bridge.errors import (
        PermissionDeniedError as PermissionDeniedError,
    )
    from share_bridge.errors import (
        PublishError as PublishError,
    )
    from share_bridge.errors import (
        RateLimitedError as RateLimitedError,
    )
    from share_bridge.errors import (
        RejectedError as RejectedError,
    )
    from share_bridge.errors import (
        SkippedError as SkippedError,
    )
    from share_bridge.errors import (
        SourceError as SourceError,
    )
    from share_bridge.errors import (
        TargetBlockedError as TargetBlockedError,
    )
    from share_bridge.errors import (
        TooLongError as TooLongError,
    )
    from share_bridge.errors import (
        TransientError as TransientError,
    )
    from share_bridge.errors import (
        UnsupportedError as UnsupportedError,
    )
    from share_bridge.model.capabilities import (
        Capabilities as Capabilities,
    )
    from share_bridge.model.capabilities import (
        Counting as Counting,
    )
    from share_bridge.model.capabilities import (
        Format as Format,
    )
    from share_bridge.model.capabilities import (
        MediaLimits as MediaLimits,
    )
    from share_bridge.model.capabilities import (
        Support as Support,
    )
    from share_bridge.model.capabilities import (
        TextLimit as TextLimit,
    )
    from share_bridge.model.capabilities import (
        Unit as Unit,
    )
    from share_bridge.model.delivery import Delivery as Delivery
    from share_bridge.model.delivery import State as State
    from share_bridge.model.interaction import Interaction as Interaction
    from share_bridge.model.interaction import InteractionKind as InteractionKind
    from share_bridge.model.interaction import Moderation as Moderation
    from share_bridge.model.message import (
        Action as Action,
    )
    from share_bridge.model.message import (
        Facet as Facet,
    )
    from share_bridge.model.message import (
        Message as Message,
    )
    from share_bridge.model.notice import Notice as Notice
    from share_bridge.model.post import (
        Image as Image,
    )
    from share_bridge.model.post import (
        Override as Override,
    )
    from share_bridge.model.post import (
        Post as Post,
    )
    from share_bridge.model.post import (
        post_id as post_id,
    )
    from share_bridge.model.receipt import (
        Account as Account,
    )
    from share_bridge.model.receipt import (
        Pending as Pending,
    )
    from share_bridge.model.receipt import (
        Receipt as Receipt,
    )
    from share_bridge.model.receipt import (
        Recipient as Recipient,
    )
    from share_bridge.model.receipt import (
        RemotePost as RemotePost,
    )
    from share_bridge.model.remark import (
        Grade as Grade,
    )
    from share_bridge.model.remark import (
        Remark as Remark,
    )
    from share_bridge.model.rendering import Rendering as Rendering
    from share_bridge.plugin.answers import raise_for_response as raise_for_response
    from share_bridge.plugin.answers import read_json as read_json
    from share_bridge.plugin.answers import retry_after as retry_after
    from share_bridge.plugin.blocks import Blocks as Blocks
    from share_bridge.plugin.browser import Browser as Browser
    from share_bridge.plugin.browser import Pkce as Pkce
    from share_bridge.plugin.context import Context as Context
    from share_bridge.plugin.context import Credentials as Credentials
    from share_bridge.plugin.context import Documents as Documents
    from share_bridge.plugin.context import SourceContext as SourceContext
    from share_bridge.plugin.files import file_error as file_error
    from share_bridge.plugin.files import write_file as write_file
    from share_bridge.plugin.intake import Intake as Intake
    from share_bridge.plugin.interactions import Interactions as Interactions
    from share_bridge.plugin.publisher import Publisher as Publisher
    from share_bridge.plugin.registration import Registration as Registration
    from share_bridge.plugin.settings import Check as Check
    from share_bridge.plugin.settings import Secret as Secret
    from share_bridge.plugin.settings import Settings as Settings
    from share_bridge.plugin.source import Previous as Previous
    from share_bridge.plugin.source import Reading as Reading
    from share_bridge.plugin.source import ReadingState as ReadingState
    from share_bridge.plugin.source import Source as Source
    from share_bridge.text.escape import (
        for_html as for_html,
    )
    from share_bridge.text.escape import (
        for_line as for_line,
    )
    from share_bridge.text.escape import (
        for_markdown as for_markdown,
    )
    from share_bridge.text.escape import (
        for_terminal as for_terminal,
    )
    from share_bridge.text.facets import facets as facets
    from share_bridge.text.links import (
        same_link as same_link,
    )
    from share_bridge.text.links import (
        urls_in as urls_in,
    )
    from share_bridge.text.little_text import little_text as little_text
    from share_bridge.text.networks import (
        Network as Network,
    )
    from share_bridge.text.networks import (
        network as network,
    )
    from share_bridge.text.sanitize import clean as clean

#: Marks a function of a plugin module as one of the hooks of `hookspecs`.
hookimpl = pluggy.HookimplMarker("share_bridge")

_MODULES = {
    "msgspec.structs": ("replace",),
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
        "SkippedError",
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
    "share_bridge.model.interaction": ("Interaction", "InteractionKind", "Moderation"),
    "share_bridge.model.message": ("Action", "Facet", "Message"),
    "share_bridge.model.notice": ("Notice",),
    "share_bridge.model.post": ("Image", "Override", "Post", "post_id"),
    "share_bridge.model.receipt": (
        "Account",
        "Pending",
        "Receipt",
        "Recipient",
        "RemotePost",
    ),
    "share_bridge.model.remark": ("Grade", "Remark"),
    "share_bridge.model.rendering": ("Rendering",),
    "share_bridge.plugin.answers": ("raise_for_response", "read_json", "retry_after"),
    "share_bridge.plugin.blocks": ("Blocks",),
    "share_bridge.plugin.browser": ("Browser", "Pkce"),
    "share_bridge.plugin.context": (
        "Context",
        "Credentials",
        "Documents",
        "SourceContext",
    ),
    "share_bridge.plugin.files": ("file_error", "write_file"),
    "share_bridge.plugin.intake": ("Intake",),
    "share_bridge.plugin.interactions": ("Interactions",),
    "share_bridge.plugin.publisher": ("Publisher",),
    "share_bridge.plugin.registration": ("Registration",),
    "share_bridge.plugin.settings": ("Check", "Secret", "Settings"),
    "share_bridge.plugin.source": ("Previous", "Reading", "ReadingState", "Source"),
    "share_bridge.text.escape": (
        "for_html",
        "for_line",
        "for_markdown",
        "for_terminal",
    ),
    "share_bridge.text.facets": ("facets",),
    "share_bridge.text.links": ("same_link", "urls_in"),
    "share_bridge.text.little_text": ("little_text",),
    "share_bridge.text.networks": ("Network", "network"),
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
