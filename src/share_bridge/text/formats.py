"""The draft of a message as HTML and as Markdown, with a link that names the post."""

from __future__ import annotations

from msgspec.structs import replace

from share_bridge.model.message import Message
from share_bridge.text.blocks import Block
from share_bridge.text.draft import Draft
from share_bridge.text.escape import for_html, for_markdown
from share_bridge.text.links import url_spans
from share_bridge.text.render import as_html, as_markdown
from share_bridge.text.runs import Run

__all__ = ["linked", "to_html", "to_markdown"]


def to_html(message: Message, made: Draft) -> str:
    """Title, teaser, link and hashtags as balanced HTML."""
    layout = made.layout
    paragraphs = [
        f"<p><strong>{for_html(layout.title)}</strong></p>" if layout.title else "",
        f"<p>{for_html(layout.warning)}</p>" if layout.warning else "",
        as_html([linked(block) for block in made.blocks]),
        f"<p>{_html_link(message, made)}</p>" if layout.link else "",
        f"<p>{for_html(_hashtags(layout.tags))}</p>" if layout.tags else "",
    ]
    return "\n".join(paragraph for paragraph in paragraphs if paragraph)


def to_markdown(message: Message, made: Draft) -> str:
    """Title, teaser, link and hashtags as CommonMark."""
    layout = made.layout
    words = for_markdown(_link_words(message, made))
    address = message.link.replace("(", "%28").replace(")", "%29")
    paragraphs = [
        f"**{for_markdown(layout.title)}**" if layout.title else "",
        for_markdown(layout.warning),
        as_markdown([linked(block) for block in made.blocks]),
        f"[{words}]({address})" if layout.link else "",
        for_markdown(_hashtags(layout.tags)),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _html_link(message: Message, made: Draft) -> str:
    words = _link_words(message, made)
    label = for_html(f"{words}: {message.title or message.post.title}")
    named = f' aria-label="{label}"' if made.more and message.post.title else ""
    return f'<a href="{for_html(message.link)}"{named}>{for_html(words)}</a>'


def _link_words(message: Message, made: Draft) -> str:
    """The target's words where there is more to read, else the address itself."""
    if made.more and message.read_more:
        return message.read_more
    return message.link.split("://", 1)[-1].rstrip("/")


def _hashtags(tags: tuple[str, ...]) -> str:
    return " ".join(f"#{tag}" for tag in tags)


def linked(block: Block) -> Block:
    """The block with the addresses in its text as links."""
    runs: list[Run] = []
    for run in block.runs:
        spans = () if run.link or "code" in run.marks else url_spans(run.text)
        end = 0
        for start, stop in spans:
            if start > end:
                runs.append(Run(run.text[end:start], run.marks))
            address = run.text[start:stop]
            runs.append(Run(address, run.marks, address))
            end = stop
        if end < len(run.text):
            runs.append(Run(run.text[end:], run.marks, run.link))
    return replace(block, runs=tuple(runs))
