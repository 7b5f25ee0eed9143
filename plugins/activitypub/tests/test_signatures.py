"""What is signed verifies; whatever is changed afterwards does not."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge_activitypub.signatures import (
    PrivateKey,
    PublicKey,
    Request,
    Scheme,
    SignatureError,
    claims,
    sign,
)

_NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_KEY_ID = "https://blog.example/ap/actor#main-key"
_INBOX = "https://social.example/inbox"
_RSA, _ED25519 = PrivateKey.make_rsa(), PrivateKey.make_ed25519()
_BODY = b'{"type":"Create"}'

_schemes = st.sampled_from(Scheme)
_keys = st.sampled_from([_RSA, _ED25519])


def _sent(
    *,
    scheme: Scheme = Scheme.CAVAGE,
    key: PrivateKey = _RSA,
    method: str = "POST",
    url: str = _INBOX,
    body: bytes = _BODY,
    at: datetime = _NOW,
) -> tuple[str, str, dict[str, str], bytes]:
    headers = {"Content-Type": "application/activity+json"} if body else {}
    request = Request(method, url, headers, body)
    signed = sign(request, key=key, key_id=_KEY_ID, now=at, scheme=scheme)
    return method, url, headers | signed, body


def _verify(
    method: str,
    url: str,
    headers: dict[str, str],
    body: bytes,
    *,
    key: PublicKey = _RSA.public,
    now: datetime = _NOW,
) -> None:
    (claim,) = claims(Request(method, url, headers, body))
    claim.verify(key, now=now)


@given(
    scheme=_schemes,
    key=_keys,
    method=st.sampled_from(["POST", "GET", "PUT"]),
    path=st.text("abcdefgh/-._~%20", max_size=20),
    query=st.text("abc=&%2F", max_size=10),
    body=st.binary(max_size=100),
)
def test_what_was_signed_verifies(
    *, scheme: Scheme, key: PrivateKey, method: str, path: str, query: str, body: bytes
) -> None:
    url = f"https://social.example/{path}?{query}".removesuffix("?")
    sent = _sent(scheme=scheme, key=key, method=method, url=url, body=body)
    _verify(*sent, key=key.public)


@given(scheme=_schemes, data=st.data())
def test_any_changed_byte_of_the_body_is_refused(
    scheme: Scheme, data: st.DataObject
) -> None:
    method, url, headers, body = _sent(scheme=scheme)
    at = data.draw(st.integers(0, len(body) - 1))
    changed = bytes(
        [*body[:at], body[at] ^ data.draw(st.integers(1, 255)), *body[at + 1 :]]
    )
    with pytest.raises(SignatureError):
        _verify(method, url, headers, changed)


@given(scheme=_schemes, data=st.data())
def test_any_changed_header_is_refused(scheme: Scheme, data: st.DataObject) -> None:
    """Also in the signature header itself, but for what changes nothing it says."""
    method, url, headers, body = _sent(scheme=scheme)
    name = data.draw(st.sampled_from(sorted(set(headers) - {"Host"})))
    value = headers[name]
    at = data.draw(st.integers(0, len(value) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    changed = value[:at] + other + value[at + 1 :]
    if changed.lower() == value.lower():
        return
    try:
        (claim,) = claims(Request(method, url, headers | {name: changed}, body))
        claim.verify(_RSA.public, now=_NOW)
    except SignatureError:
        return
    # what is left: another name for the key, or a label that means the same
    assert name in {"Signature", "Signature-Input"}
    assert claim.key_id != _KEY_ID or scheme is Scheme.CAVAGE


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"url": "https://other.example/inbox"},
        {"url": "https://social.example/inbox2"},
        {"url": "https://social.example:8443/inbox"},
    ],
    ids=["method", "host", "path", "port"],
)
def test_a_request_sent_elsewhere_is_refused(
    scheme: Scheme, change: dict[str, str]
) -> None:
    method, url, headers, body = _sent(scheme=scheme)
    elsewhere = {"method": method, "url": url} | change
    with pytest.raises(SignatureError):
        _verify(elsewhere["method"], elsewhere["url"], headers, body)


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize(
    "off, taken",
    [
        (timedelta(minutes=59), True),
        (timedelta(minutes=61), False),
        (-timedelta(minutes=4), True),
        (-timedelta(minutes=6), False),
    ],
)
def test_a_signature_is_good_for_an_hour(
    scheme: Scheme, off: timedelta, *, taken: bool
) -> None:
    sent = _sent(scheme=scheme)
    if taken:
        _verify(*sent, now=_NOW + off)
        return
    with pytest.raises(SignatureError, match=r"old|future"):
        _verify(*sent, now=_NOW + off)


@pytest.mark.parametrize("scheme", Scheme)
def test_another_s_key_is_refused(scheme: Scheme) -> None:
    with pytest.raises(SignatureError, match="not by that key"):
        _verify(*_sent(scheme=scheme), key=PrivateKey.make_rsa().public)


@pytest.mark.parametrize("scheme", Scheme)
def test_an_address_in_another_spelling_is_the_same(scheme: Scheme) -> None:
    method, _, headers, body = _sent(scheme=scheme)
    _verify(method, "https://SOCIAL.example:443/inbox#x", headers, body)


def test_the_host_that_a_proxy_wrote_does_not_count() -> None:
    method, url, headers, body = _sent()
    _verify(method, url, headers | {"Host": "127.0.0.1:8000"}, body)


@pytest.mark.parametrize("label", ["hs2019", "rsa-sha256", "", "something-new"])
def test_the_key_says_the_algorithm_not_the_label(label: str) -> None:
    method, url, headers, body = _sent()
    said = headers["Signature"].replace("rsa-sha256", label)
    _verify(method, url, headers | {"Signature": said}, body)


def test_a_digest_is_known_in_any_case() -> None:
    """It is signed as it is written, so the signer writes it."""
    method, url, headers, body = _sent()
    digest = headers["Digest"].replace("SHA-256", "sha-256")
    lines = (
        f"(request-target): post /inbox\nhost: social.example\n"
        f"date: {headers['Date']}\ndigest: {digest}"
    )
    signature = _base64(_RSA.sign(lines.encode()))
    said = (
        f'keyId="{_KEY_ID}",headers="(request-target) host date digest",'
        f'signature="{signature}"'
    )
    _verify(method, url, headers | {"Digest": digest, "Signature": said}, body)


@pytest.mark.parametrize(
    "covered",
    [
        "(request-target) host date",
        "host date digest",
        "(request-target) date digest",
        "(request-target) host digest",
        "date",
        "",
    ],
)
def test_a_signature_over_too_little_is_refused(covered: str) -> None:
    """Even where it is valid: what is not covered could be anything."""
    method, url, headers, body = _sent()
    values = {name.lower(): value for name, value in headers.items()}
    values["(request-target)"] = "post /inbox"
    base = "\n".join(f"{name}: {values[name]}" for name in covered.split())
    said = (
        f'keyId="{_KEY_ID}",headers="{covered}",'
        f'signature="{_base64(_RSA.sign(base.encode()))}"'
    )
    with pytest.raises(SignatureError, match="cover"):
        _verify(method, url, headers | {"Signature": said}, body)


@pytest.mark.parametrize(
    "covered",
    [
        ("@method", "@target-uri"),
        ("@target-uri", "content-digest"),
        ("@method", "@authority", "content-digest"),
        ("@method", "@authority", "@path", "content-digest"),
        ("@method", "content-digest"),
        (),
    ],
)
def test_a_message_signature_over_too_little_is_refused(
    covered: tuple[str, ...],
) -> None:
    url = f"{_INBOX}?page=1"
    method, _, headers, body = _sent(scheme=Scheme.RFC9421, url=url)
    values = {
        "@method": "POST",
        "@target-uri": url,
        "@authority": "social.example",
        "@path": "/inbox",
        "content-digest": headers["Content-Digest"],
    }
    listed = " ".join(f'"{name}"' for name in covered)
    given_ = f'({listed});created={int(_NOW.timestamp())};keyid="{_KEY_ID}"'
    base = "".join(f'"{name}": {values[name]}\n' for name in covered)
    signature = _base64(_RSA.sign(f'{base}"@signature-params": {given_}'.encode()))
    weak = {"Signature-Input": f"sig1={given_}", "Signature": f"sig1=:{signature}:"}
    with pytest.raises(SignatureError, match="cover"):
        _verify(method, url, headers | weak, body)


@pytest.mark.parametrize(
    "header, value",
    [
        ("Signature", ""),
        ("Signature", "keyId"),
        ("Signature", 'keyId="a",keyId="b",signature="YQ=="'),
        ("Signature", 'keyId="a",headers="x x",signature="YQ=="'),
        ("Signature", 'keyId="a",headers="x:y",signature="YQ=="'),
        ("Signature", 'keyId="a",headers="nope",signature="YQ=="'),
        ("Signature", 'keyId="a",headers="date",signature="!"'),
        ("Signature", 'headers="date",signature="YQ=="'),
        ("Signature", f'keyId="{"a" * 9000}",signature="YQ=="'),
        ("Signature-Input", "sig1"),
        ("Signature-Input", "sig1=("),
        ("Signature-Input", 'sig1=("@method"'),
        ("Signature-Input", 'sig1=("@method""@path");created=1;keyid="a"'),
        ("Signature-Input", 'sig1=("@method";req);created=1;keyid="a"'),
        ("Signature-Input", 'sig1=("@method" "@method");created=1;keyid="a"'),
        ("Signature-Input", 'sig1=("@status");created=1;keyid="a"'),
        ("Signature-Input", 'sig1=("@method");created=x;keyid="a"'),
        ("Signature-Input", 'sig1=("@method");created=1;keyid="a";alg="hmac-sha256"'),
        ("Signature-Input", 'sig1=("@method");created=1'),
        ("Signature-Input", 'other=("@method");created=1;keyid="a"'),
        ("Signature-Input", 'sig1=("@method");created=1;keyid="a",'),
        ("Signature-Input", "a" * 9000),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_word(header: str, value: str) -> None:
    method, url, headers, body = _sent(
        scheme=Scheme.CAVAGE if header == "Signature" else Scheme.RFC9421
    )
    with pytest.raises(SignatureError):
        _verify(method, url, headers | {header: value}, body)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80))
def test_no_header_breaks_the_reader(text: str) -> None:
    for header in ("Signature", "Signature-Input"):
        method, url, headers, body = _sent(scheme=Scheme.RFC9421)
        try:
            claims(Request(method, url, headers | {header: text}, body))
        except SignatureError:
            continue


def test_an_unsigned_request_is_refused() -> None:
    with pytest.raises(SignatureError, match="not signed"):
        claims(Request("POST", _INBOX, {}, _BODY))


def test_a_signature_in_the_authorization_header_counts() -> None:
    method, url, headers, body = _sent()
    said = headers.pop("Signature")
    _verify(method, url, headers | {"Authorization": f"Signature {said}"}, body)


def test_one_of_several_message_signatures_is_enough() -> None:
    method, url, headers, body = _sent(scheme=Scheme.RFC9421)
    ours = headers["Signature-Input"]
    both = {
        "Signature-Input": f'a=("@method");created=1;keyid="x", {ours}',
        "Signature": f"a=:YQ==:, {headers['Signature']}",
    }
    found = claims(Request(method, url, headers | both, body))
    assert [claim.key_id for claim in found] == ["x", _KEY_ID]
    found[1].verify(_RSA.public, now=_NOW)


def test_an_end_is_kept_and_may_not_be_far() -> None:
    created = int(_NOW.timestamp())
    for expires, reason in ((created - 1, "expired"), (created + 90_000, "longer")):
        method, url, headers, body = _sent(scheme=Scheme.RFC9421)
        given_ = (
            headers["Signature-Input"].removeprefix("sig1=") + f";expires={expires}"
        )
        said = {"Signature-Input": f"sig1={given_}"}
        with pytest.raises(SignatureError, match=reason):
            _verify(method, url, headers | said, body)


@pytest.mark.parametrize(
    "url", ["/inbox", "ftp://a.example/", "https://ä.example/", "https:///x"]
)
def test_an_address_that_cannot_be_signed_is_named(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Request("GET", url)


def test_a_header_of_two_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="more than one line"):
        Request("GET", _INBOX, {"Date": "x\r\nHost: evil.example"})


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()
