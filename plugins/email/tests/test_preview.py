"""What `share-bridge preview` shows of a mail is what a reader would get."""

from __future__ import annotations

from msgspec.structs import replace

from email_support import composed, part, read, settings
from publisher_support import make_message
from share_bridge.plugin import Image
from share_bridge_email.publisher import EmailPublisher

MESSAGE = make_message(teaser="Words & more.", title="A <title>")


def test_both_bodies_are_those_of_the_mail() -> None:
    """But for the reader's own way out."""
    html, plain = EmailPublisher().preview(
        MESSAGE, settings(**{"from": '"Learning, out loud" <blog@example.org>'})
    )

    mail = read(composed(MESSAGE))
    own = f"0f0f0f0f-{'0' * 32}"
    assert part(mail, "plain").replace(own, "token-of-this-reader") == plain.text
    assert part(mail, "html").replace(own, "token-of-this-reader") == html.html


def test_the_subject_is_named() -> None:
    html, _ = EmailPublisher().preview(MESSAGE, settings(subject="News: {title}"))

    assert html.title == "HTML mail, with the subject “News: A <title>”"


def test_a_picture_counts_as_one_that_can_be_read() -> None:
    shown = replace(MESSAGE, images=(Image("https://p.example/hill.png", "A hill"),))

    html, plain = EmailPublisher().preview(shown, settings())

    assert 'src="https://p.example/hill.png" alt="A hill"' in html.html
    assert "[A hill]" in plain.text
