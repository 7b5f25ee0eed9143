"""Every recipient gets a mail of their own, once, and no post can add to it."""

from __future__ import annotations

import asyncio
import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher_support import NOON, FakeContext, make_message
from share_bridge.plugin import (
    ConfigurationError,
    Message,
    Receipt,
    Recipient,
    TargetBlockedError,
    for_line,
)
from share_bridge.testing import read_settings
from share_bridge_email.addresses import parse
from share_bridge_email.mail import compose
from share_bridge_email.publisher import EmailPublisher, EmailSettings

EMAIL = EmailPublisher()
SETTINGS = {
    "from": "Learning <blog@example.org>",
    "to": ["Ada <ada@example.org>", "grace@example.org"],
    "folder": "out/mail",
}
HEADERS = [
    *("Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted"),
    *("Archived-At", "MIME-Version", "Content-Type", "Content-Language"),
]


def make_context(folder: Path, **settings: Any) -> FakeContext:
    return FakeContext(
        folder,
        read_settings(EmailSettings, {**SETTINGS, **settings}),
        recipient=Recipient("ada@example.org", personal=True),
    )


def publish(context: FakeContext, message: Message) -> Receipt:
    return asyncio.run(EMAIL.publish(message, context))


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def composed(message: Message, subject: str = "{title}") -> bytes:
    return compose(
        message,
        sender=parse('"Learning, out loud" <blog@example.org>'),
        to=parse("Zoë <zoe@example.org>"),
        subject=subject,
        key="0" * 32,
        date=NOON,
    )


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_a_mail_says_it_twice(tmp_path: Path) -> None:
    """As plain text, and as a letter with a button."""
    context = make_context(tmp_path)

    publish(context, make_message(1))

    [path] = (tmp_path / "out" / "mail").iterdir()
    mail = read(path.read_bytes())
    assert mail.get_content_type() == "multipart/alternative"
    assert part(mail, "plain") == (
        "Post 1\n\nA teaser of one sentence.\n\n"
        "Read more: https://learning.example/1/\n"
    )
    letter = part(mail, "html")
    assert '<a class="button" href="https://learning.example/1/"' in letter
    assert letter.count("Read more</a>") == 1
    assert ">A teaser of one sentence.</p>" in letter


def test_headers_are_those_of_a_list(tmp_path: Path) -> None:
    context = make_context(tmp_path)

    receipt = publish(context, make_message(1, title="Zoë's 🌱 day"))

    [path] = (tmp_path / "out" / "mail").iterdir()
    mail = read(path.read_bytes())
    assert mail.keys() == HEADERS
    assert mail["From"] == "Learning <blog@example.org>"
    assert mail["To"] == "Ada <ada@example.org>"
    assert mail["Subject"] == "Zoë's 🌱 day"
    assert mail["Date"].datetime == NOON
    assert mail["Message-ID"] == f"<{context.key()}@example.org>" == receipt.remote_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Archived-At"] == "<https://learning.example/1/>"
    assert mail["Content-Language"] == "en"


def test_everyone_listed_is_a_recipient_once(tmp_path: Path) -> None:
    context = make_context(
        tmp_path, to=["Ada <ada@example.org>", "ADA@example.org", "g@example.org"]
    )

    async def recipients() -> list[Recipient]:
        return [who async for who in EMAIL.recipients(make_message(1), context)]

    assert asyncio.run(recipients()) == [
        Recipient("ada@example.org", personal=True),
        Recipient("g@example.org", personal=True),
    ]


def test_nobody_sees_another(tmp_path: Path) -> None:
    context = make_context(tmp_path)

    publish(context, make_message(1))
    publish(
        replace(context, recipient=Recipient("grace@example.org", personal=True)),
        make_message(1),
    )

    ada, grace = sorted(
        (tmp_path / "out" / "mail").iterdir(), key=lambda p: b"grace@" in p.read_bytes()
    )
    assert b"grace" not in ada.read_bytes()
    assert b"ada@" not in grace.read_bytes()
    assert not [p for p in (ada, grace) if "ada" in p.name or "grace" in p.name]


def test_one_delivery_is_one_file(tmp_path: Path) -> None:
    """A run that was killed and repeated leaves what one run leaves."""
    context = make_context(tmp_path)
    first = publish(context, make_message(1))
    [path] = (tmp_path / "out" / "mail").iterdir()
    content = path.read_bytes()

    assert publish(context, make_message(1)) == first
    assert list((tmp_path / "out" / "mail").iterdir()) == [path]
    assert path.read_bytes() == content


def test_a_subject_of_one_s_own(tmp_path: Path) -> None:
    raw = composed(make_message(1), "New: {title}")

    assert read(raw)["Subject"] == "New: Post 1"


@pytest.mark.parametrize("teaser, subject", [("Some words.", "Some words."), ("", "…")])
def test_a_post_without_a_title_has_a_subject(teaser: str, subject: str) -> None:
    message = make_message(1, title="", teaser=teaser, link="")

    assert read(composed(message))["Subject"] == subject


def test_the_author_s_own_words_get_a_link() -> None:
    message = make_message(1, text="My words.", html="<p>My words.</p>")

    assert part(read(composed(message)), "plain").endswith(
        "My words.\n\nRead more: https://learning.example/1/\n"
    )


def test_a_warning_takes_the_place_of_the_teaser() -> None:
    mail = read(composed(make_message(1, content_warning="Food")))

    assert "teaser" not in part(mail, "plain") + part(mail, "html")
    assert "⚠ Food" in part(mail, "plain")
    assert "⚠ Food" in part(mail, "html")


def test_nothing_is_loaded() -> None:
    """No pixel that counts readers."""
    html = '<p>A<img src="https://x.example/pixel.gif" alt="a > b">B</p>'

    letter = part(read(composed(make_message(1, html=html))), "html")

    assert "AB</p>" in letter
    assert "src=" not in letter
    assert "url(" not in letter


NASTY = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        [
            "x\r\nBcc: evil@example.org",
            "x\nContent-Type: text/html\n\n<script>",
            "x\rTo: evil@example.org",
            "=?utf-8?q?x=0D=0ABcc:_evil@example.org?=",
            "x\u2028Bcc: evil@example.org",
            "x\x0bBcc: y\x0cTo: z\x85",
            "🌱" * 200,
            "a" * 1200,
            "ü" * 1200,
            '"<>,;:@()\\',
            "</title><script>alert(1)</script>",
            "\ud800",
        ]
    ),
)


class Shape(HTMLParser):
    """The elements of a letter, in their order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(" ".join([tag, *(name for name, _ in attrs)]))


PLAIN = Shape(part(read(composed(make_message(1))), "html")).tags


@given(title=NASTY, teaser=NASTY, link=NASTY, language=NASTY)
@example(title="", teaser="", link="a" * 1000, language="")
def test_no_post_can_add_to_a_mail(
    title: str, teaser: str, link: str, language: str
) -> None:
    """The same headers, the same two parts, the same elements, whatever it says."""
    message = make_message(
        1,
        title=f"x{title}",
        teaser=f"x{teaser}",
        text=teaser,
        html="",
        link=f"https://x/{link}",
        language=language,
    )

    raw = composed(message)

    mail = read(raw)
    optional = {"Archived-At", "Content-Language"}
    assert [name for name in mail.keys() if name not in optional] == [  # noqa: SIM118
        name for name in HEADERS if name not in optional
    ]
    assert [str(part.get_content_type()) for part in mail.walk()] == [
        *("multipart/alternative", "text/plain", "text/html")
    ]
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert [a.addr_spec for a in mail["To"].addresses] == ["zoe@example.org"]
    assert [a.addr_spec for a in mail["From"].addresses] == ["blog@example.org"]
    assert Shape(part(mail, "html")).tags == PLAIN


@given(st.text(max_size=200))
def test_a_subject_says_what_the_title_says(title: str) -> None:

    mail = read(composed(make_message(1, title=title, teaser="x")))

    assert str(mail["Subject"]).split() == (for_line(title) or "x").split()


@pytest.mark.parametrize(
    "title",
    ["=?utf-8?q?x=0D=0ABcc:_y@example.org?=", "a" * 2000, "ü " * 300, "a b " * 400],
    ids=["an encoded word", "one long word", "many letters", "many words"],
)
def test_a_title_that_looks_like_a_header_is_a_title(title: str) -> None:
    raw = composed(make_message(1, title=title))

    assert str(read(raw)["Subject"]).split() == title.split()
    assert b"\r\nBcc" not in raw
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_a_long_address_is_not_folded() -> None:
    link = f"https://learning.example/{'a' * 500}/ü?x=1&y=(2)"

    mail = read(composed(make_message(1, link=link)))

    assert mail["Archived-At"] == f"<{link.replace('ü', '%C3%BC')}>"


def test_check_names_the_sender(tmp_path: Path) -> None:
    account = asyncio.run(EMAIL.check(make_context(tmp_path)))

    assert account.id == "blog@example.org"
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")

    with pytest.raises(TargetBlockedError, match=r"^out/mail/[0-9a-f]{32}\.eml: "):
        publish(make_context(tmp_path), make_message(1))


@pytest.mark.parametrize(
    "change, said",
    [
        ({"transport": "smtp"}, '"smtp" is not built yet; use "folder"'),
        ({"transport": "pigeon"}, 'has to be "folder"'),
        ({"to": []}, "at least 1 item"),
        ({"to": ["nobody"]}, "has to be one address"),
        ({"from": "x@example.org\nBcc: y@example.org"}, "has to be one address"),
        ({"folder": ""}, "at least 1 character"),
        ({"sender": "x@example.org"}, "unknown key"),
    ],
)
def test_settings_that_cannot_work_are_refused(
    change: dict[str, object], said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        read_settings(EmailSettings, {**SETTINGS, **change})
