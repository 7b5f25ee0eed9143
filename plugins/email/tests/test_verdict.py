"""What a spam filter makes of a letter: rspamd, with SPF, DKIM and DMARC of its own."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from dns_support import dns_server
from email_support import composed
from needs import requires_module
from publisher_support import make_message
from rspamd_support import Verdict, rspamd
from share_bridge.plugin import Message

pytestmark = pytest.mark.real_server

ENVELOPE = {
    "From": "blog@example.org",
    "Rcpt": "zoe@example.org",
    "IP": "203.0.113.5",
    "Helo": "mail.example.org",
    "Hostname": "mail.example.org",
}
SIGNED = (
    *("from", "to", "subject", "date", "message-id", "mime-version", "content-type"),
    *("list-id", "list-unsubscribe", "list-unsubscribe-post"),
)
TEASER = (
    "A small circle, a timer and a single honest question turned a mailing list of "
    "strangers into a network that answers within the hour. This is how we did it, "
    "what went wrong, and what we would do again."
)


@pytest.fixture(scope="module")
def key(requires: Callable[..., str]) -> tuple[bytes, str]:
    """A private key as PEM, and its public one as DNS has it."""
    openssl = requires("openssl")
    made = subprocess.run(
        [openssl, "genrsa", "-traditional", "2048"], capture_output=True, check=True
    )
    public = subprocess.run(
        [openssl, "rsa", "-pubout", "-outform", "DER"],
        input=made.stdout,
        capture_output=True,
        check=True,
    )
    return made.stdout, b64encode(public.stdout).decode()


@pytest.fixture(scope="module")
def verdict(requires: Callable[..., str], key: tuple[bytes, str]) -> Iterator[Verdict]:
    records = {
        "example.org": {
            "TXT": ["v=spf1 ip4:203.0.113.5 -all"],
            "MX": ["1 mail.example.org."],
        },
        "_dmarc.example.org": {"TXT": ["v=DMARC1; p=reject; adkim=s; aspf=s"]},
        "sb._domainkey.example.org": {"TXT": [f"v=DKIM1; k=rsa; p={key[1]}"]},
        "mail.example.org": {"A": ["203.0.113.5"]},
        "5.113.0.203.in-addr.arpa": {"PTR": ["mail.example.org."]},
        "learning.example": {"A": ["203.0.113.6"]},
    }
    with dns_server(records) as port, rspamd(requires, dns=port) as ask:
        yield ask


def letter(**changes: Any) -> Message:
    more = {"link": "https://example.org/2026/five-people/", "teaser": TEASER}
    text = f"{TEASER}\n\nRead more: {more['link']}"
    return make_message(
        1, title="Five people, one question", text=text, **{**more, **changes}
    )


@pytest.fixture
def signed(key: tuple[bytes, str]) -> Callable[..., bytes]:
    dkim = requires_module("dkim")

    def sign(message: Message) -> bytes:
        page = "https://example.org/unsubscribe/{token}"
        raw = composed(
            message,
            date=datetime.now(UTC),
            unsubscribe_url=page,
            footer="1 Long Road, London",
        )
        headers = [name.encode() for name in SIGNED]
        signature: bytes = dkim.sign(
            raw, b"sb", b"example.org", key[0], include_headers=headers
        )
        return signature + raw

    return sign


def test_a_signed_letter_passes(
    verdict: Verdict, signed: Callable[..., bytes], record_property: Any
) -> None:
    found = verdict(signed(letter()), **ENVELOPE)

    scores = {name: it["score"] for name, it in found["symbols"].items()}
    record_property("score", found["score"])
    record_property("symbols", {name: it for name, it in scores.items() if it})
    assert {"R_DKIM_ALLOW", "R_SPF_ALLOW", "DMARC_POLICY_ALLOW"} <= set(scores)
    assert found["action"] == "no action"
    assert found["score"] < 0, str({k: v for k, v in scores.items() if v})


def test_a_letter_that_was_changed_on_the_way_does_not(
    verdict: Verdict, signed: Callable[..., bytes]
) -> None:
    raw = signed(letter()).replace(b"honest question", b"honest questiom")

    assert "R_DKIM_REJECT" in verdict(raw, **ENVELOPE)["symbols"]


def test_the_unsubscribe_header_is_under_the_signature(
    verdict: Verdict, signed: Callable[..., bytes]
) -> None:
    raw = signed(letter()).replace(b"example.org/unsubscribe", b"evil.example/unsubscr")

    assert "R_DKIM_REJECT" in verdict(raw, **ENVELOPE)["symbols"]


def test_a_stranger_s_letter_in_our_name_is_refused(verdict: Verdict) -> None:
    envelope = {**ENVELOPE, "IP": "203.0.113.66"}

    found = verdict(composed(letter()), **envelope)

    assert {"R_SPF_FAIL", "DMARC_POLICY_REJECT"} <= set(found["symbols"])
    assert found["action"] != "no action"
