"""Adds every post to a twtxt feed: one line each, time, tab, text (https://twtxt.dev)."""

from __future__ import annotations

from datetime import timedelta

from share_bridge.plugin import (
    Account,
    Capabilities,
    Context,
    Message,
    Publisher,
    Receipt,
    Settings,
    TextLimit,
    hookimpl,
)


class TwtxtSettings(Settings):
    file: str = "twtxt.txt"
    """The feed to add to, relative to the configuration."""


class TwtxtPublisher(Publisher):
    name = "twtxt"
    title = "twtxt"
    settings = TwtxtSettings
    capabilities = Capabilities(
        text=(TextLimit(280),),
        local=True,  # nothing leaves this machine
        honours_keys=timedelta.max,  # the same line is never added twice
    )

    async def check(self, context: Context) -> Account:
        return Account(id=context.settings.file)

    async def publish(self, message: Message, context: Context) -> Receipt:
        file = context.folder / context.settings.file
        lines = file.read_text("utf-8") if file.exists() else ""
        text = message.text.replace("\n", "\u2028")  # how twtxt writes line ends
        if f"\t{text}\n" not in lines:
            when = message.post.published or context.now()
            whole = file.with_suffix(".part")
            whole.write_text(f"{lines}{when:%Y-%m-%dT%H:%M:%SZ}\t{text}\n", "utf-8")
            whole.replace(file)  # at once, or not at all
        return Receipt(remote_id=context.key())


@hookimpl
def register_publishers() -> list[type[Publisher]]:
    return [TwtxtPublisher]
