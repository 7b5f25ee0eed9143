"""Logs in at a target: credentials are saved, tried, and a blocked target is freed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.config.model import TargetConfig
from share_bridge.config.secrets import variable
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.outcome import typed
from share_bridge.dispatch.target.identity import check
from share_bridge.dispatch.target.opened import open_target
from share_bridge.errors import PluginError, PublishError, ShareBridgeError
from share_bridge.ledger.records import TargetRecord
from share_bridge.model.receipt import Account

if TYPE_CHECKING:
    from share_bridge.plugin.browser import Browser

__all__ = ["LoggedIn", "log_in"]


class LoggedIn(Struct, frozen=True):
    """What a login came to.

    Attributes:
        account: Who is logged in, by the credentials that were saved.
        place: Where they were saved, in words.
        overruled: By key, the place whose value wins over the saved one.
        before: The account that the target was bound to, where it is another.

    """

    account: Account
    place: str
    overruled: Mapping[str, str]
    before: str = ""


async def log_in(runtime: Runtime, target: TargetConfig, browser: Browser) -> LoggedIn:
    """Let the publisher log in, and ask the service who that is.

    A target that was blocked is checked again by the next run, and goes on.

    Raises:
        ConfigurationError: A setting is wrong, or the credentials cannot be saved.
        PluginError: The publisher does not load, or saved nothing.
        PublishError: The service or the person said no, or did not answer.

    """
    record = runtime.ledger.targets.named(target.name, target.publisher)
    await _get_credentials(runtime, target, record, browser)
    runtime.ledger.targets.recheck(record.id)
    account = await _try(runtime, target, record)
    other = record.account is not None and record.account != account.id
    return LoggedIn(
        account,
        runtime.store.where(target.name),
        _overruled(runtime, target, record),
        (record.account_name or record.account or "") if other else "",
    )


async def _get_credentials(
    runtime: Runtime, target: TargetConfig, record: TargetRecord, browser: Browser
) -> None:
    opened = open_target(runtime, target, record, before_login=True)
    context = opened.context()
    try:
        await opened.publisher.login(context, browser)
    except ShareBridgeError:
        raise
    except Exception as error:  # the border: a plugin may raise anything
        context.log.debug("login failed", exc_info=error)
        raise typed(error, wrote=False, now=runtime.now()) from error
    finally:
        await opened.close()
    if not context.credentials.get():
        raise PluginError(f"{target.publisher}: its login saved no credentials")


async def _try(runtime: Runtime, target: TargetConfig, record: TargetRecord) -> Account:
    """Who the saved credentials are, whatever else is set."""
    from share_bridge.config.settings import secret_fields  # noqa: PLC0415 - only when there is work

    model = runtime.publishers.publisher(target.publisher).settings
    saved = {it.name for it in secret_fields(model)} & {*runtime.store.get(target.name)}
    variables = {variable(target.name, key) for key in saved}
    settings = {key: it for key, it in target.settings.items() if key not in saved}
    environ = {
        name: value for name, value in runtime.environ.items() if name not in variables
    }
    opened = open_target(
        replace(runtime, environ=environ), replace(target, settings=settings), record
    )
    try:
        return await check(opened)
    except PublishError as error:
        raise PublishError(
            f"what login got was saved, but does not work yet: {error}"
        ) from error
    finally:
        await opened.close()


def _overruled(
    runtime: Runtime, target: TargetConfig, record: TargetRecord
) -> Mapping[str, str]:
    opened = open_target(runtime, target, record, before_login=True)
    saved = runtime.store.get(target.name)
    places = opened.secrets.places
    found = opened.secrets.values
    return {
        key: places[key]
        for key, value in saved.items()
        if key in found and found[key] != value
    }
