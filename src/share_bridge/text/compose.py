"""A post and the rules of a target become the message that fits it.

The whole of `share_bridge.text` is for this: the author's words are chosen, cut on
whole units, laid out, and counted as the network counts. Same post, same rules, same
message.
"""

from __future__ import annotations

import json
from hashlib import blake2b

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.model.capabilities import Capabilities, Format, MediaLimits, Unit
from share_bridge.model.message import Facet, Message
from share_bridge.model.post import Image, Post
from share_bridge.model.thread import Thread
from share_bridge.text.blocks import plain_blocks
from share_bridge.text.draft import DoesNotFitError, Draft, Room, draft
from share_bridge.text.facets import anchors, facets
from share_bridge.text.formats import to_html, to_markdown
from share_bridge.text.layout import Layout
from share_bridge.text.links import absolute, canonical
from share_bridge.text.plain import collapse
from share_bridge.text.read_more import read_more
from share_bridge.text.truncate import at_most, truncate

__all__ = ["RULES_VERSION", "DoesNotFitError", "Rules", "compose"]

#: Goes up when the same post and the same rules give another message.
RULES_VERSION = 1


class Rules(Struct, frozen=True):
    """What a target asks of a message.

    Attributes:
        target: Its name, by which an author may have words for it.
        capabilities: Limits, counting, formats, features.
        read_more: Words of the link; None: in the post's language; "": none.
        hashtags: At most this many; None: as many as fit.
        visibility: Unless the post says otherwise.
        language: Of posts that do not say.
        template: Lays the message out; None: as every message is.
        site: What the site is called, for a template.
        thread: The whole post in parts; None: a teaser.

    """

    target: str
    capabilities: Capabilities
    read_more: str | None = None
    hashtags: int | None = None
    visibility: str = ""
    language: str = ""
    template: str | None = None
    site: str = ""
    thread: Thread | None = None


def compose(post: Post, rules: Rules) -> Message:
    """Make the message that carries a post to a target.

    Returns:
        All of a Message but its action. `text` is within every limit of the
        capabilities, together with the content warning where the service takes one.

    Raises:
        DoesNotFitError: The author's own text for this target, or a link alone, is
            too long: neither is ever cut.
        BadTemplateError: The target's template fails on this post.

    """
    rules = replace(rules, capabilities=rules.capabilities.taking(post))
    language = post.language or rules.language
    message = Message(
        post=post,
        title=collapse(post.title),
        link=absolute(post.url, ""),
        read_more=read_more(language) if rules.read_more is None else rules.read_more,
        language=language,
        images=_images(post.images, rules.capabilities.media),
        content_warning=_warning(post),
        visibility=post.override.visibility or rules.visibility,
        rules=RULES_VERSION,
    )
    own = post.override.text_for(rules.target)
    if own is not None:
        composed = _own(message, own, rules)
    elif post.posts:
        composed = _digested(message, rules)
    elif rules.template is not None:
        composed = _templated(message, rules, rules.template)
    elif rules.thread is not None:
        composed = _threaded(message, rules, rules.thread)
    else:
        composed = _teased(message, rules)
    parts = composed.parts or (composed.text,)
    return replace(composed, parts=parts, words=_fingerprint(composed))


def _own(message: Message, text: str, rules: Rules) -> Message:
    """The author's own words, as they are; where they do not fit, nothing."""
    text = text.strip()
    excess = Room(rules.capabilities, message.content_warning).excess(text)
    if excess:
        raise DoesNotFitError(
            f"{message.title or message.link}: its own text for {rules.target} is "
            f"{excess}; shorten it in the post's share block"
        )
    own = Draft(Layout(teaser=text), plain_blocks(text), more=False)
    return _written(message, own, rules.capabilities)


def _teased(message: Message, rules: Rules) -> Message:
    made = draft(message, rules.capabilities, most_tags=rules.hashtags)
    if not rules.capabilities.has_title:
        message = replace(message, title=made.layout.title)
    return _written(message, made, rules.capabilities)


def _templated(message: Message, rules: Rules, source: str) -> Message:
    from share_bridge.text.templated import lay_out  # noqa: PLC0415 - few targets do

    layout, made = lay_out(
        message,
        rules.capabilities,
        source=source,
        most_tags=rules.hashtags,
        site=rules.site,
    )
    if not rules.capabilities.has_title:
        message = replace(message, title=layout.title)
    written = _written(message, made, rules.capabilities)
    tags = tuple(tag for tag in layout.tags if f"#{tag}" in written.text)
    return replace(written, teaser=layout.teaser, tags=tags)


def _threaded(message: Message, rules: Rules, thread: Thread) -> Message:
    from share_bridge.text.threaded import in_parts  # noqa: PLC0415 - few targets do

    made = in_parts(
        message, rules.capabilities, thread=thread, most_tags=rules.hashtags
    )
    if made is None:
        return _teased(message, rules)
    if not rules.capabilities.has_title:
        message = replace(message, title=made.parts[0].title)
    parts = tuple(part.text for part in made.parts)
    text = "\n\n".join(parts)
    shown = Draft(Layout(teaser=text), plain_blocks(text), more=False)
    written = _written(message, shown, rules.capabilities)
    tags = next((part.tags for part in made.parts if part.tags), ())
    unit = rules.capabilities.facets
    return replace(
        written,
        parts=parts,
        teaser=made.teaser,
        tags=tags,
        facets=tuple(
            facet
            for number, part in enumerate(parts)
            for facet in (facets(part, unit=unit, part=number) if unit else ())
        ),
    )


def _digested(message: Message, rules: Rules) -> Message:
    from share_bridge.text.digested import digested  # noqa: PLC0415 - few targets do

    return digested(
        message,
        rules.capabilities,
        words=rules.read_more,
        template=rules.template,
        site=rules.site,
    )


def _written(message: Message, made: Draft, capabilities: Capabilities) -> Message:
    """The message with the draft in every format that the target takes."""
    layout, formats = made.layout, capabilities.formats
    return replace(
        message,
        text=layout.text,
        teaser=layout.teaser,
        tags=layout.tags,
        facets=_facets(made, capabilities.facets),
        html=to_html(message, made) if Format.HTML in formats else "",
        markdown=to_markdown(message, made) if Format.MARKDOWN in formats else "",
    )


def _facets(made: Draft, unit: Unit | None) -> tuple[Facet, ...]:
    if unit is None:
        return ()
    linked = anchors(made.blocks, made.layout.teaser_start)
    return facets(made.layout.text, unit=unit, linked=linked)


def _images(images: tuple[Image, ...], media: MediaLimits) -> tuple[Image, ...]:
    return tuple(
        image
        if media.max_alt is None
        else replace(image, alt=truncate(image.alt, at_most(media.max_alt)).text)
        for image in images[: media.max_count]
    )


def _warning(post: Post) -> str:
    own = post.override.content_warning
    return collapse(post.content_warning if own is None else own)


def _fingerprint(message: Message) -> str:
    """What the author said in this message: none of the template's words.

    Nor the link: a site that moves or tags its links says nothing new.
    """
    words = (
        message.title,
        message.teaser,
        message.tags,
        message.content_warning,
        [(canonical(image.url) or image.path, image.alt) for image in message.images],
    )
    return blake2b(json.dumps(words).encode(), digest_size=16).hexdigest()
