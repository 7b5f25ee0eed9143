"""The newer scheme: HTTP Message Signatures, of which Mastodon is the model reader.

https://www.rfc-editor.org/rfc/rfc9421 (2026-11-24)
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import datetime
from email.utils import format_datetime

from share_bridge_activitypub.signatures.claim import Claim, Scheme
from share_bridge_activitypub.signatures.digests import content_digest
from share_bridge_activitypub.signatures.errors import SignatureError
from share_bridge_activitypub.signatures.freshness import time_of
from share_bridge_activitypub.signatures.keys import PrivateKey
from share_bridge_activitypub.signatures.request import Request
from share_bridge_activitypub.signatures.structured import (
    Bare,
    Item,
    Member,
    quoted,
    read_dictionary,
)

__all__ = ["read", "sign"]

#: More signatures than that in one request are not looked at.
MOST = 3

#: https://www.rfc-editor.org/rfc/rfc9421#section-6.2.2 (2026-11-24)
_ALGORITHMS = {"rsa-v1_5-sha256": "rsa", "ed25519": "ed25519"}

_DERIVED: dict[str, Callable[[Request], str]] = {
    "@method": lambda request: request.method,
    "@target-uri": lambda request: request.url,
    "@authority": lambda request: request.authority,
    "@scheme": lambda request: request.scheme,
    "@request-target": lambda request: request.target,
    "@path": lambda request: request.path,
    "@query": lambda request: f"?{request.query}",
}


def sign(
    request: Request, *, key: PrivateKey, key_id: str, now: datetime
) -> dict[str, str]:
    """The headers that sign a request; send them all, and the body as it is.

    They satisfy the rules of Mastodon, WordPress and Fedify.
    """
    headers = {"Date": format_datetime(now, usegmt=True)}
    if request.has_body:
        headers["Content-Digest"] = content_digest(request.body)
    lines = {
        name: _DERIVED[name](request)
        for name in ("@method", "@target-uri", "@authority")
    }
    lines |= {name.lower(): value for name, value in headers.items()}
    content_type = request.header("content-type")
    if content_type is not None:
        lines["content-type"] = content_type
    algorithm = "rsa-v1_5-sha256" if key.public.is_rsa else "ed25519"
    parameters = (
        f"({' '.join(map(quoted, lines))});created={int(now.timestamp())}"
        f';keyid={quoted(key_id)};alg="{algorithm}"'
    )
    signature = b64encode(key.sign(_base(lines.items(), parameters))).decode()
    return headers | {
        "Signature-Input": f"sig1={parameters}",
        "Signature": f"sig1=:{signature}:",
    }


def read(request: Request) -> tuple[Claim, ...]:
    """What each signature claims, three at most; empty where there is none.

    Raises:
        SignatureError: None of them can be read, or names what is there.

    """
    given = request.header("signature-input")
    if given is None:
        return ()
    signatures = read_dictionary(request.header("signature") or "")
    claims, reason = [], SignatureError("there is no signature")
    for label, member in list(read_dictionary(given).items())[:MOST]:
        try:
            claims.append(_claim(request, member, signatures.get(label)))
        except SignatureError as error:
            reason = error
    if not claims:
        raise reason
    return tuple(claims)


def _claim(request: Request, member: Member, signature: Member | None) -> Claim:
    if signature is None or not isinstance(signature.items[0].value, bytes):
        raise SignatureError("the Signature header lacks what Signature-Input names")
    names = [_name(item) for item in member.items]
    if len(set(names)) != len(names):
        raise SignatureError("the signature covers a component twice")
    lines = [(name, _value(request, name)) for name in names]
    created, expires = (
        member.parameters.get("created"),
        member.parameters.get("expires"),
    )
    return Claim(
        scheme=Scheme.RFC9421,
        key_id=_text(member.parameters.get("keyid"), "keyid"),
        request=request,
        bases=(_base(lines, member.text),),
        signature=signature.items[0].value,
        covered=frozenset(names),
        created=_time(created),
        expires=_time(expires),
        algorithms=_algorithms(member.parameters.get("alg")),
    )


def _name(item: Item) -> str:
    """A component without parameters: none is needed to sign an activity."""
    if not isinstance(item.value, str) or item.parameters:
        raise SignatureError("the signature covers a component that is not supported")
    return item.value


def _value(request: Request, name: str) -> str:
    if name.startswith("@"):
        derive = _DERIVED.get(name)
        if derive is None:
            raise SignatureError("the signature covers a component that is not known")
        return derive(request)
    value = request.authority if name == "host" else request.header(name)
    if value is None:
        raise SignatureError(f"the signature covers {name[:100]}, which is not there")
    return value


def _base(lines: Iterable[tuple[str, str]], parameters: str) -> bytes:
    """https://www.rfc-editor.org/rfc/rfc9421#section-2.5 (2026-11-24)."""
    whole = [*lines, ("@signature-params", parameters)]
    return "\n".join(f'"{name}": {value}' for name, value in whole).encode("latin-1")


def _text(value: Bare | None, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise SignatureError(f"the signature lacks its {name}")
    return value


def _time(value: Bare | None) -> datetime | None:
    return None if value is None else time_of(str(value))


def _algorithms(name: Bare | None) -> frozenset[str]:
    if name is None:
        return frozenset({"rsa", "ed25519"})
    if not isinstance(name, str) or name not in _ALGORITHMS:
        raise SignatureError("the signature uses an algorithm that is not supported")
    return frozenset({_ALGORITHMS[name]})
