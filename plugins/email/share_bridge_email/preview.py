"""Both bodies of a mail as a reader would get them, for `share-bridge preview`."""

from __future__ import annotations

from share_bridge.plugin import Message, Rendering, replace
from share_bridge_email.addresses import parse
from share_bridge_email.letter import draw
from share_bridge_email.mail import plain_letter, subject_line
from share_bridge_email.settings import EmailSettings
from share_bridge_email.unsubscribe import way_out

__all__ = ["renderings"]

#: RFC 2606: nobody's.
_READER = parse("Reader <reader@example.org>")
_TOKEN = "token-of-this-reader"  # noqa: S105 - of nobody


def renderings(message: Message, settings: EmailSettings) -> tuple[Rendering, ...]:
    """As to a reader whose own link to unsubscribe is not made yet.

    A picture counts as one that can be read: whether it can be is known when it is
    sent.
    """
    images = tuple(replace(image, data=b"?") for image in message.images)
    shown = replace(message, images=images)
    leave = way_out(settings, _READER, _TOKEN).link
    subject = subject_line(shown, settings.subject)
    html = draw(shown, settings, subject=subject, leave=leave)
    plain = plain_letter(shown, settings, leave=leave)
    return (
        Rendering(f"HTML mail, with the subject “{subject}”", html=html),
        Rendering("Plain-text mail", text=plain),
    )
