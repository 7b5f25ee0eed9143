"""The contract of a publisher: an object that sends to one kind of service."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from share_bridge.errors import UnsupportedError
from share_bridge.model.capabilities import Capabilities

if TYPE_CHECKING:
    from share_bridge.model.interaction import Interaction
    from share_bridge.model.message import Message
    from share_bridge.model.notice import Notice
    from share_bridge.model.receipt import (
        Account,
        Pending,
        Receipt,
        Recipient,
        RemotePost,
    )
    from share_bridge.model.remark import Remark
    from share_bridge.model.rendering import Rendering
    from share_bridge.plugin.browser import Browser
    from share_bridge.plugin.context import Context
    from share_bridge.plugin.settings import Settings

__all__ = ["Publisher"]


class Publisher(ABC):
    """Sends messages to one kind of service.

    The core has composed the message, committed that it is about to be sent, and
    calls `publish` under a deadline. What `publish` raises says what happens next
    (see `share_bridge.errors`); an exception that is not typed counts as an
    unknown outcome, since a late post is a nuisance and a double post is public.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    api_version: ClassVar[int] = 1
    settings: ClassVar[type[Settings]]
    #: What is always true, before any server was asked.
    capabilities: ClassVar[Capabilities] = Capabilities()

    @abstractmethod
    async def check(self, context: Context) -> Account:
        """Say who we are over there, and until when; post nothing."""

    @abstractmethod
    async def publish(self, message: Message, context: Context) -> Receipt | Pending:
        """Send one message; Pending asks to be called again."""

    async def examine(self, context: Context) -> Sequence[Remark]:
        """What `share-bridge doctor` is to tell beside `check`; changes nothing."""
        return ()

    def preview(self, message: Message, settings: Any) -> Sequence[Rendering]:
        """Further forms of a message for `share-bridge preview`, beside its text.

        There is no context: nothing can be sent, asked or kept. Secrets among the
        settings are placeholders, and images have no bytes.
        """
        return ()

    async def close(self, context: Context) -> None:  # noqa: B027 - most keep nothing
        """End what `publish` kept open between calls, such as a connection.

        Called once when nothing more is sent in this run, also after a failure, and
        where nothing was opened. What it raises changes nothing any more.
        """

    async def discover(self, context: Context) -> Capabilities:
        """The capabilities as this server has them (`discover`)."""
        raise self._undeclared("discover")

    async def login(self, context: Context, browser: Browser) -> None:
        """Get credentials and end with `context.credentials.replace` (`login`).

        A value saved under the name of a `Secret` setting is found as that setting
        from then on. Here, a required one that is not there yet holds a placeholder.
        `expires`, as ISO 8601, is the day that is named to who carries it to CI.
        """
        raise self._undeclared("login")

    def recipients(
        self, message: Message, context: Context
    ) -> AsyncIterator[Recipient]:
        """Everyone whom this message is for (`fan_out`)."""
        raise self._undeclared("recipients")

    async def newcomers(
        self, message: Message, context: Context
    ) -> AsyncIterator[Recipient]:
        """Who is to get an edit beside those who have the post (`fan_out`).

        Such as somebody whom it names for the first time. `publish` is called for them,
        with the edited message.
        """
        nobody: tuple[Recipient, ...] = ()
        for recipient in nobody:
            yield recipient

    async def prepare(
        self,
        message: Message,
        context: Context,
    ) -> Receipt | None:
        """Get ready for a message: once for all of its recipients (`fan_out`).

        Called before the recipients are asked for, also where there are none, and
        again if the run was cut off; `context.key()` is the same then.

        Returns:
            Where the message stands by itself, without any recipient, such as at an
            address where it is served; None where it does not.

        """
        return None

    async def obstacle(
        self,
        message: Message,
        context: Context,
    ) -> str:
        """What stands in the way of a message that is prepared (`fan_out`).

        Such as an address where it is to be served, and is not yet. It is asked for
        again after a while, and its owner is asked after `give_up_after`.

        Returns:
            One line for people; empty where the message may go.

        """
        return ""

    async def collect(self, context: Context) -> Sequence[Remark]:
        """Take in what others sent since the last run (`collect`).

        Called in every run before anything is sent. What was done in an earlier run
        is written down for good by then; what is done in this one may not be.

        Returns:
            What its owner should know of it; the report has what is not `Grade.OK`.

        """
        raise self._undeclared("collect")

    async def notify(self, notice: Notice, context: Context) -> None:
        """Tell `notice.recipient` what `context.state.batch` planned.

        It may be called again after it succeeded, where that was not recorded.
        """
        raise self._undeclared("notify")

    def recent(self, context: Context, *, since: datetime) -> AsyncIterator[RemotePost]:
        """List the account's own posts, newest first, back to `since` (`recent`).

        The iterator pages by itself. It ends only where the list ends or is older
        than `since`; what cannot be read raises.
        """
        raise self._undeclared("recent")

    def interactions(
        self, receipt: Receipt, context: Context
    ) -> AsyncIterator[Interaction]:
        """What others did with a copy, in any order; changes nothing (`interactions`).

        Replies, also to replies, likes, boosts and quotes, as far as everybody may see
        them. `post` and `moderation` are the core's to fill in, and it cleans `html`.
        The iterator pages by itself and ends where there is no more: what was kept
        before and is not among them is forgotten. Give no more than a page could show.

        Raises:
            GoneError: The copy is not there any more.

        """
        raise self._undeclared("interactions")

    async def update(
        self, receipt: Receipt, message: Message, context: Context
    ) -> Receipt:
        """Change the copy to the message (`edit`).

        Raises:
            ConflictError: The copy was edited over there.
            GoneError: The copy is not there any more.

        """
        raise self._undeclared("update")

    async def delete(self, receipt: Receipt, context: Context) -> None:
        """Take the copy away (`delete`); one that is gone already raises GoneError."""
        raise self._undeclared("delete")

    def _undeclared(self, method: str) -> UnsupportedError:
        return UnsupportedError(f"{self.title} has no {method}")
