"""No secret leaves through a message, a log record or a traceback."""

from __future__ import annotations

import base64
import json
import logging
from io import StringIO
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge.http.redact import RedactingFilter, Redactor, quieten, show_url

SECRET = "s3cr3t/+ä tok&en=="

FORMS = {
    "plain": SECRET,
    "query": quote(SECRET, safe=""),
    "path": quote(SECRET),
    "form": quote_plus(SECRET),
    "lower case escapes": quote(SECRET, safe="").replace("%2F", "%2f"),
    "json": json.dumps(SECRET),
    "repr": repr(SECRET),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 for URLs": base64.urlsafe_b64encode(SECRET.encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_secret_is_masked_in_every_form(form: str) -> None:
    """As it is, as URLs carry it, as JSON and base64 do."""
    text = Redactor([SECRET]).text(f"before {form} after")

    assert "***" in text
    assert form not in text
    assert text.startswith("before ")
    assert text.endswith(" after")


@pytest.mark.parametrize("user", ["a", "ab", "abc", "abcd"])
def test_a_password_is_masked_inside_basic_credentials(user: str) -> None:
    """Whatever its alignment to base64's groups of three is."""
    secret = "correct-horse-battery"
    encoded = base64.b64encode(f"{user}:{secret}".encode()).decode()

    masked = Redactor([secret]).text(f"Basic {encoded}")

    assert "***" in masked
    assert len(masked) < 24


@given(secret=st.text(min_size=4), before=st.text(), after=st.text())
def test_no_text_keeps_a_secret(secret: str, before: str, after: str) -> None:
    """For any secret that is not short or blank."""
    masked = Redactor([secret]).text(before + secret + after)

    assert len(secret.strip()) < 4 or secret not in masked.replace("***", "\0")


@pytest.mark.parametrize("secret", ["", "abc", "   ", " ab "])
def test_a_short_secret_masks_nothing(secret: str) -> None:
    """It would mask half of every text."""
    assert Redactor([secret]).text("an abc of abs   ") == "an abc of abs   "


def test_the_longest_secret_wins() -> None:
    """A secret that begins another does not leave the other's end."""
    assert Redactor(["token", "token-long"]).text("x token-long y") == "x *** y"


def test_each_line_of_a_key_is_masked() -> None:
    """A library may quote one line of a PEM file."""
    key = "-----BEGIN KEY-----\nMIIBOgIBAAJBAK\nshort\n-----END KEY-----"

    assert Redactor([key]).text("bad line MIIBOgIBAAJBAK") == "bad line ***"


def test_secrets_can_be_added_later() -> None:
    """Tokens rotate while a run goes on."""
    redact = Redactor()
    redact.add("rotated-token")

    assert redact.text("rotated-token") == "***"


@pytest.fixture
def stream() -> StringIO:
    return StringIO()


def make_log(name: str, stream: StringIO, redact: Redactor) -> logging.Logger:
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter(redact))
    log = logging.getLogger(name).getChild(str(id(stream)))
    log.propagate = False
    log.addHandler(handler)
    return log


def test_a_record_is_masked_with_its_arguments(stream: StringIO) -> None:
    """`%s` is filled in first."""
    make_log("a", stream, Redactor(["hidden-token"])).warning("with %s", "hidden-token")

    assert stream.getvalue() == "with ***\n"


def test_a_traceback_is_masked(stream: StringIO) -> None:
    """The text of the exception, and the lines of code it shows."""
    log = make_log("a", stream, Redactor(["hidden-token"]))
    try:
        int("hidden-token")
    except ValueError:
        log.exception("failed", stack_info=True)

    assert "hidden-token" not in stream.getvalue()
    assert "'***'" in stream.getvalue()


def test_a_record_that_cannot_be_formatted_is_still_shown(stream: StringIO) -> None:
    """Logging never ends a run."""
    make_log("a", stream, Redactor(["hidden-token"])).warning("%d", "hidden-token")

    assert stream.getvalue() == "%d ('***',)\n"


@pytest.mark.parametrize("name", ["httpx", "httpcore.connection", "httpcore.http11"])
def test_the_logs_of_the_wire_hide_queries(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """httpx logs every URL in full, tokens in queries included."""
    redact = Redactor(["bot12345"])
    quieten(redact)
    with caplog.at_level(logging.DEBUG, logger=name):
        logging.getLogger(name).info(
            "GET %s", "https://u:p@a.example/bot12345/x?access_token=abc#t"
        )

    assert caplog.messages == ["GET https://a.example/***/x?***"]


def test_a_client_that_is_gone_is_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    """A server that runs for months does not collect secrets."""
    quieten(Redactor(["forgotten"]))
    with caplog.at_level(logging.INFO, logger="httpx"):
        logging.getLogger("httpx").info("forgotten")

    assert caplog.messages == ["forgotten"]


@pytest.mark.parametrize(
    "url, shown",
    [
        ("https://a.example/feed.xml", "https://a.example/feed.xml"),
        ("https://a.example/feed?key=1", "https://a.example/feed?***"),
        ("https://user:pass@a.example:8/x#f", "https://a.example:8/x"),
        ("https://user:p@ss@a.example/", "https://a.example/"),
        ("https://social.example/@me", "https://social.example/@me"),
        ("https://a.example?x", "https://a.example?***"),
        ("nonsense", "nonsense"),
        ("", ""),
    ],
)
def test_a_url_is_shown_without_what_is_secret(url: str, shown: str) -> None:
    """User, password and query may be secrets; a path is not."""
    assert show_url(url) == shown
