"""Everyone who reads a target: its settings and its file, without those who left."""

from __future__ import annotations

from email.headerregistry import Address

from share_bridge.plugin import Context, TargetBlockedError
from share_bridge_email.addresses import parse
from share_bridge_email.list_file import Listed, read_list
from share_bridge_email.settings import EmailSettings

__all__ = ["listed", "readers"]


async def readers(context: Context) -> dict[str, Address]:
    """Everyone who is listed, by address in lower case.

    Raises:
        TargetBlockedError: The file cannot be used, or nobody is in it: a list that
            was lost must not look like one that everybody left.

    """
    found = await listed(context)
    for line, why in found.wrong[:10]:
        context.log.warning(
            "%s, line %d: %s; left out", context.settings.readers, line, why
        )
    if not found.readers:
        raise TargetBlockedError(f"{context.settings.readers} holds no address")
    return found.readers


async def listed(context: Context) -> Listed:
    """Settings and file, with what is wrong in the file.

    Raises:
        TargetBlockedError: The file cannot be used.

    """
    settings: EmailSettings = context.settings
    found = await context.run_blocking(_read, context) if settings.readers else Listed()
    for text in settings.to:
        reader = parse(text)
        found.readers[reader.addr_spec.lower()] = reader
    return found


def _read(context: Context) -> Listed:
    name = context.settings.readers
    try:
        return read_list(context.folder / name)
    except OSError as error:
        raise TargetBlockedError(f"{name}: {error.strerror}") from error
    except ValueError as error:
        raise TargetBlockedError(f"{name} {error}") from error
