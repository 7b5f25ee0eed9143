"""What a mail says, and that no post can add to it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from email_support import composed, part, read
from publisher_support import NOON, make_message
from share_bridge.plugin import Image, Message, for_line

HEADERS = [
    *("Date", "From", "To", "Subject", "Message-ID", "List-Id", "List-Unsubscribe"),
    *("Auto-Submitted", "Archived-At", "MIME-Version", "Content-Type"),
    "Content-Language",
]
TOKEN = f"0f0f0f0f-{'0' * 32}"


def test_a_mail_says_it_twice() -> None:
    """As plain text, and as a letter with a button."""
    mail = read(composed(make_message(1)))

    assert mail.get_content_type() == "multipart/alternative"
    assert part(mail, "plain") == (
        "Post 1\n\nA teaser of one sentence.\n\n"
        "Read more: https://learning.example/1/\n\n"
        "-- \nYou get this mail because you follow Learning, out loud.\n"
        f"Unsubscribe: mailto:blog@example.org?subject=unsubscribe%20{TOKEN}\n"
    )
    letter = part(mail, "html")
    assert '<a class="button" href="https://learning.example/1/"' in letter
    assert letter.count("Read more</a>") == 1
    assert ">A teaser of one sentence.</p>" in letter
    assert f'href="mailto:blog@example.org?subject=unsubscribe%20{TOKEN}"' in letter


def test_headers_are_those_of_a_list() -> None:
    mail = read(composed(make_message(1, title="Zoë's 🌱 day")))

    assert mail.keys() == HEADERS
    assert mail["From"] == '"Learning, out loud" <blog@example.org>'
    assert mail["To"] == "Zoë <zoe@example.org>"
    assert mail["Subject"] == "Zoë's 🌱 day"
    assert mail["Date"].datetime == NOON
    assert mail["Message-ID"] == f"<{'0' * 32}@example.org>"
    assert mail["List-Id"] == '"Learning, out loud" <blog.example.org>'
    assert mail["List-Unsubscribe"] == (
        f"<mailto:blog@example.org?subject=unsubscribe%20{TOKEN}>"
    )
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Archived-At"] == "<https://learning.example/1/>"
    assert mail["Content-Language"] == "en"


def test_one_click_leaves_where_there_is_a_page() -> None:
    """RFC 8058; the mail stays as the second way."""
    page = "https://example.org/leave?who={token}&mail={address}"
    mail = read(
        composed(
            make_message(1),
            to="zoe+news@example.org",
            unsubscribe_url=page,
            unsubscribe_to="bye@example.org",
        )
    )

    url = f"https://example.org/leave?who={TOKEN}&mail=zoe%2Bnews%40example.org"
    mailto = f"mailto:bye@example.org?subject=unsubscribe%20{TOKEN}"
    assert mail["List-Unsubscribe"] == f"<{url}>, <{mailto}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"Unsubscribe: {url}\n" in part(mail, "plain")
    assert f'href="{url.replace("&", "&amp;")}"' in part(mail, "html")


@pytest.mark.parametrize(
    "language, words",
    [("de-AT", "Abbestellen"), ("fr", "Se désabonner"), ("tlh", "Unsubscribe")],
)
def test_the_last_words_are_in_the_language_of_the_post(
    language: str, words: str
) -> None:
    mail = read(composed(make_message(1, language=language)))

    assert f"{words}: mailto:" in part(mail, "plain")
    assert f">{words}</a>" in part(mail, "html")


def test_the_owner_has_the_last_word() -> None:
    mail = read(composed(make_message(1), footer="Example Ltd, 1 Road <London>"))

    assert part(mail, "plain").endswith("\nExample Ltd, 1 Road <London>\n")
    assert "Example Ltd, 1 Road &lt;London&gt;" in part(mail, "html")


@pytest.mark.parametrize(
    "more, header",
    [
        ({"list_id": "News.example.org"}, '"Learning, out loud" <news.example.org>'),
        ({"from": "Zoë <a.b+c@example.org>"}, "<a-b-c.example.org>"),
        ({"from": "blog@example.org"}, "<blog.example.org>"),
    ],
)
def test_a_list_has_a_name(more: dict[str, str], header: str) -> None:
    assert read(composed(make_message(1), **more))["List-Id"] == header


def test_answers_go_where_they_are_wanted() -> None:
    mail = read(composed(make_message(1), reply_to="Ada <ada@example.org>"))

    assert mail["Reply-To"] == "Ada <ada@example.org>"


def test_a_reader_whose_address_is_not_ascii_gets_utf8_headers() -> None:
    """RFC 6532; it goes to servers with SMTPUTF8 only."""
    raw = composed(make_message(1, title="Grüße"), to="Jürgen <jürgen@münchen.example>")

    assert "To: Jürgen <jürgen@xn--mnchen-3ya.example>".encode() in raw
    assert read(raw)["Subject"] == "Grüße"
    body = raw.partition(b"\r\n\r\n")[2]
    assert body.isascii()


def picture(**changes: Any) -> Message:
    """A message whose picture could be read."""
    shown = Image(
        "https://example.org/map.png?a=1&b=2",
        'A "hand-drawn" map',
        data=b"\x89PNG",
        media_type="image/png",
    )
    return replace(make_message(1), images=(replace(shown, **changes),))


def test_a_picture_is_shown_by_its_address() -> None:
    mail = read(composed(picture()))

    letter = part(mail, "html")
    assert '<img src="https://example.org/map.png?a=1&amp;b=2"' in letter
    assert 'alt="A &quot;hand-drawn&quot; map"' in letter
    assert '[A "hand-drawn" map]' in part(mail, "plain")


@pytest.mark.parametrize(
    "message, more",
    [
        (picture(data=b""), {}),
        (picture(url="", path="map.png"), {}),
        (replace(picture(), content_warning="Maps"), {}),
        (picture(), {"images": False}),
    ],
    ids=["could not be read", "has no address", "behind a warning", "not wanted"],
)
def test_a_picture_that_is_not_to_be_seen_is_not_shown(
    message: Message, more: dict[str, Any]
) -> None:
    mail = read(composed(message, **more))

    assert "<img" not in part(mail, "html")
    assert "hand-drawn" not in part(mail, "plain")


def test_it_is_small_enough_to_be_shown_whole() -> None:
    """Gmail cuts what is over 102 KB: the most that fits, with the most markup."""
    html = "<p>" + "<b>w</b> <code>x</code> " * 200 + "</p>" * 1 + "<ul>"
    html += "<li>a</li>" * 200 + "</ul>"

    mail = read(composed(make_message(1, teaser="ü" * 800, html=html)))

    assert len(part(mail, "html").encode()) < 40_000


def test_a_subject_of_one_s_own() -> None:
    raw = composed(make_message(1), subject="New: {title}")

    assert read(raw)["Subject"] == "New: Post 1"


@pytest.mark.parametrize("teaser, subject", [("Some words.", "Some words."), ("", "…")])
def test_a_post_without_a_title_has_a_subject(teaser: str, subject: str) -> None:
    message = make_message(1, title="", teaser=teaser, link="")

    assert read(composed(message))["Subject"] == subject


def test_the_author_s_own_words_get_a_link() -> None:
    message = make_message(1, text="My words.", html="<p>My words.</p>")

    assert "My words.\n\nRead more: https://learning.example/1/\n" in part(
        read(composed(message)), "plain"
    )


def test_a_warning_takes_the_place_of_the_teaser() -> None:
    mail = read(composed(make_message(1, content_warning="Food")))

    assert "teaser" not in part(mail, "plain") + part(mail, "html")
    assert "⚠ Food" in part(mail, "plain")
    assert "⚠ Food" in part(mail, "html")


def test_nothing_else_is_loaded() -> None:
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
