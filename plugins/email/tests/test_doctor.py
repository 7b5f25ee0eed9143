"""`doctor` says in plain words what keeps mails from arriving."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from dns_support import dns_server
from email_support import Desk
from share_bridge.plugin import Remark

KEY = b64encode(b"k" * 294).decode()
GOOD: dict[str, Any] = {
    "example.org": {
        "TXT": ["google-site-verification=x", "v=spf1 include:_spf.mail.example ~all"],
        "MX": ["10 mail.example."],
    },
    "_spf.mail.example": {"TXT": ["v=spf1 ip4:192.0.2.0/24 a mx -all"]},
    "default._domainkey.example.org": {"TXT": [f"v=DKIM1; k=rsa; p={KEY}"]},
    "_dmarc.example.org": {"TXT": ["v=DMARC1; p=none; rua=mailto:d@example.org"]},
    "smtp.mail.example": {"A": ["192.0.2.9"]},
    "9.2.0.192.in-addr.arpa": {"PTR": ["out.mail.example."]},
    "out.mail.example": {"A": ["192.0.2.9"]},
}


def examined(
    folder: Path, records: dict[str, Any] | None = None, **changes: Any
) -> list[Remark]:
    """What doctor says, where DNS has these records beside the good ones."""
    with dns_server(GOOD | (records or {})) as port:
        smtp = {"folder": None, "server": "smtp.mail.example"}
        page = {"unsubscribe_url": "https://example.org/{token}"}
        desk = Desk(folder, **{**smtp, **page, "dns": f"127.0.0.1:{port}", **changes})
        found: list[Remark] = desk.run(lambda: desk.publisher.examine(desk.context()))
    return [*found]


def grades(remarks: list[Remark], word: str) -> list[str]:
    return [it.grade.value for it in remarks if word in it.text]


def texts(remarks: list[Remark], *grades: str) -> str:
    return "\n".join(
        f"{it.text} → {it.fix}" for it in remarks if it.grade.value in grades
    )


def test_all_is_well(tmp_path: Path) -> None:
    found = examined(tmp_path)

    assert texts(found, "warning", "problem") == ""
    said = texts(found, "ok")
    assert "2 readers" in said
    assert "mails go to smtp.mail.example, port 465, encrypted" in said
    assert "SPF: example.org says who may send for it" in said
    assert "DKIM: there is a key at default._domainkey.example.org" in said
    assert "DMARC: the policy of example.org is none" in said
    assert "DMARC: SPF speaks for example.org" in said
    assert "PTR: the address of smtp.mail.example has a name" in said


def txt(name: str, *records: str) -> dict[str, Any]:
    known = GOOD.get(name) or {}
    return {name: {**known, "TXT": list(records)}}


@pytest.mark.parametrize(
    "records, grade, said",
    [
        (txt("example.org"), "problem", "does not say who may send for it"),
        (txt("example.org", "v=spf1 -all", "v=spf1 a -all"), "problem", "2 records"),
        (txt("example.org", "v=spf1 +all"), "problem", "the whole world"),
        (txt("example.org", "v=spf1 a mx"), "warning", "has no end"),
        (
            txt(
                "example.org",
                f"v=spf1 {'a:x.example ' * 9} include:_spf.mail.example -all",
            ),
            "problem",
            "needs 12 questions",
        ),
        (
            txt("_spf.mail.example", "v=spf1 include:example.org -all"),
            "ok",
            "says who may send",
        ),
    ],
)
def test_spf(tmp_path: Path, records: dict[str, Any], grade: str, said: str) -> None:
    found = examined(tmp_path, records)

    assert said in texts(found, grade)
    assert grades(found, "SPF: example.org") == [grade]


SELECTOR = "default._domainkey.example.org"


@pytest.mark.parametrize(
    "records, more, grade, said",
    [
        (txt(SELECTOR), {}, "warning", "no key of example.org was found"),
        (txt(SELECTOR), {"dkim_selector": "default"}, "problem", "there is no key at"),
        (txt(SELECTOR, "v=DKIM1; p="), {}, "problem", "was revoked"),
        (txt(SELECTOR, f"v=DKIM1; t=y; p={KEY}"), {}, "warning", "marked as a test"),
        (txt(SELECTOR, "p=" + "A" * 216), {}, "warning", "less than 2048 bits"),
        (txt(SELECTOR, "p=" + "A" * 120), {}, "problem", "less than 1024 bits"),
        (txt(SELECTOR, "p=%%%"), {}, "problem", "cannot be read"),
        (txt(SELECTOR, "k=ed25519; p=AAAA"), {}, "ok", "there is a key"),
        (
            txt("mine._domainkey.example.org", f"p={KEY}"),
            {"dkim_selector": "mine"},
            "ok",
            "a key at mine._domainkey",
        ),
    ],
)
def test_dkim(
    tmp_path: Path, records: dict[str, Any], more: Any, grade: str, said: str
) -> None:
    found = examined(tmp_path, records, **more)

    assert said in texts(found, grade)
    assert grades(found, "DKIM: ") == [grade]


@pytest.mark.parametrize(
    "records, more, grade, said",
    [
        (txt("_dmarc.example.org"), {}, "problem", "has no policy"),
        (txt("_dmarc.example.org", "v=DMARC1;"), {}, "problem", "what to do"),
        (
            txt("_dmarc.example.org", "v=DMARC1; p=none", "v=DMARC1; p=reject"),
            {},
            "problem",
            "2 policies",
        ),
        (
            {},
            {"from": "news@news.example.org", "bounces": "b@example.org"},
            "ok",
            "SPF speaks for news.example.org",
        ),
        (
            txt("_dmarc.example.org", "v=DMARC1; p=reject; aspf=s"),
            {"bounces": "b@news.example.org"},
            "warning",
            "SPF speaks for news.example.org, not for example.org",
        ),
        (
            {},
            {"bounces": "b@mail.example"},
            "warning",
            "DKIM alone has to hold",
        ),
    ],
)
def test_dmarc(
    tmp_path: Path, records: dict[str, Any], more: Any, grade: str, said: str
) -> None:
    assert said in texts(examined(tmp_path, records, **more), grade)


@pytest.mark.parametrize(
    "records, more, grade, said",
    [
        ({"9.2.0.192.in-addr.arpa": {}}, {}, "warning", "no name that leads back"),
        ({"out.mail.example": {"A": ["192.0.2.8"]}}, {}, "warning", "leads back"),
        ({}, {"server": "127.0.0.1"}, "warning", "whose public address is not known"),
        (
            {"example.org": {"TXT": GOOD["example.org"]["TXT"]}},
            {},
            "problem",
            "failures are not reported",
        ),
        (
            {"example.org": {**GOOD["example.org"], "MX": ["0 ."]}},
            {},
            "problem",
            "takes no mail",
        ),
        ({}, {"unsubscribe_url": None}, "warning", "no one-click unsubscribe"),
        ({}, {"from": "ada@gmail.com"}, "warning", "lets only its own servers"),
    ],
)
def test_what_else_servers_look_at(
    tmp_path: Path, records: dict[str, Any], more: Any, grade: str, said: str
) -> None:
    assert said in texts(examined(tmp_path, records, **more), grade)


def test_a_silent_dns_is_no_verdict(tmp_path: Path) -> None:
    """Neither yes nor no; and the rest is told all the same."""
    found = examined(tmp_path, {"_dmarc.example.org": None})

    assert "DNS gives no answer about _dmarc.example.org" in texts(found, "warning")
    assert grades(found, "SPF: example.org") == ["ok"]


def test_a_large_list_has_to_keep_the_rules_for_bulk(tmp_path: Path) -> None:
    lines = "\n".join(f"reader-{number}@example.net" for number in range(5000))
    (tmp_path / "readers.txt").write_text(lines)

    found = examined(tmp_path, list="readers.txt", to=None, unsubscribe_url=None)

    assert "5000 readers" in texts(found, "ok")
    assert "no one-click unsubscribe" in texts(found, "problem")
    assert "under 0.3 %" in texts(found, "ok")


def test_the_list_is_looked_at_too(tmp_path: Path) -> None:
    text = (
        "email,status\na@x.example,\nnobody,\nb@x.example,unsubscribed\n" + "x,\n" * 6
    )
    (tmp_path / "readers.csv").write_text(text)

    found = examined(tmp_path, to=None, list="readers.csv")

    assert "1 reader; 1 more have left" in texts(found, "ok")
    assert "readers.csv, line 3: has to be one address" in texts(found, "warning")
    assert "2 more lines are like that" in texts(found, "warning")


def test_a_list_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    found = examined(tmp_path, to=None, list="readers.csv")

    assert "readers.csv: No such file" in texts(found, "problem")


def test_a_folder_needs_no_dns(tmp_path: Path) -> None:
    desk = Desk(tmp_path)

    found = desk.run(lambda: desk.publisher.examine(desk.context()))

    assert [it.text for it in found] == ["2 readers"]
