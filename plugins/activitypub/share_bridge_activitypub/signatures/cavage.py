"""The older scheme, a draft that every server speaks.

https://datatracker.ietf.org/doc/html/draft-cavage-http-signatures-12 (2026-11-24)
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from share_bridge_activitypub.signatures.claim import Claim, Scheme
from share_bridge_activitypub.signatures.digests import digest
from share_bridge_activitypub.signatures.errors import SignatureError
from share_bridge_activitypub.signatures.freshness import time_of, time_of_date
from share_bridge_activitypub.signatures.keys import PrivateKey
from share_bridge_activitypub.signatures.request import Request

__all__ = ["read", "sign"]

_TARGET, _CREATED, _EXPIRES = "(request-target)", "(created)", "(expires)"
_LONGEST = 8192
_PARAMETER = re.compile(r'\s*([a-zA-Z]+)\s*=\s*(?:"([^"\\]*)"|(\d+))\s*(?:,|$)')
_NAMES = re.compile(
    r"(?:(?:[a-z0-9!#$%&'*+.^_`|~-]+|\((?:request-target|created|expires)\)) *)+"
)
#: What labels mean; an unknown one means nothing, and the key decides.
_ALGORITHMS = {"rsa-sha256": frozenset({"rsa"}), "ed25519": frozenset({"ed25519"})}
_ANY = frozenset({"rsa", "ed25519"})


def sign(
    request: Request, *, key: PrivateKey, key_id: str, now: datetime
) -> dict[str, str]:
    """The headers that sign a request; send them all, and the body as it is.

    They satisfy the rules of Mastodon, GoToSocial, Misskey, Takahe and Threads.
    """
    headers = {"Host": request.authority, "Date": format_datetime(now, usegmt=True)}
    if request.has_body:
        headers["Digest"] = digest(request.body)
    lines = {_TARGET: f"{request.method.lower()} {request.target}"}
    lines |= {name.lower(): value for name, value in headers.items()}
    for name in ("content-type", "accept"):
        value = request.header(name)
        if value is not None:
            lines[name] = value
    signature = b64encode(key.sign(_base(lines.items()))).decode()
    algorithm = "rsa-sha256" if key.public.is_rsa else "hs2019"
    headers["Signature"] = (
        f'keyId="{key_id}",algorithm="{algorithm}",'
        f'headers="{" ".join(lines)}",signature="{signature}"'
    )
    return headers


def read(request: Request) -> Claim | None:
    """What the `Signature` header claims; None where there is none of this kind.

    Raises:
        SignatureError: It cannot be read, or names what is not there.

    """
    value = _stated(request)
    if value is None:
        return None
    parameters = _parameters(value)
    key_id, signed = parameters.get("keyId", ""), parameters.get("signature", "")
    if not key_id or not signed:
        raise SignatureError("the signature lacks its keyId or itself")
    names = _names(parameters.get("headers", _CREATED))
    created, expires = parameters.get("created"), parameters.get("expires")
    label = parameters.get("algorithm", "").lower()
    return Claim(
        scheme=Scheme.CAVAGE,
        key_id=key_id,
        request=request,
        bases=_bases(request, names, parameters),
        signature=_bytes(signed),
        covered=frozenset(names),
        created=_made(request, names, created),
        expires=time_of(expires) if expires and _EXPIRES in names else None,
        algorithms=_ALGORITHMS.get(label, _ANY),
    )


def _stated(request: Request) -> str | None:
    """The parameters, from `Signature` or from `Authorization: Signature …`."""
    value = request.header("signature")
    if value is not None:
        return None if request.header("signature-input") is not None else value
    scheme, _, value = (request.header("authorization") or "").partition(" ")
    return value if scheme.lower() == "signature" else None


def _parameters(value: str) -> dict[str, str]:
    if len(value) > _LONGEST:
        raise SignatureError("the signature header is too long")
    found: dict[str, str] = {}
    position = 0
    while position < len(value):
        match = _PARAMETER.match(value, position)
        if match is None:
            raise SignatureError("the signature header cannot be read")
        name, text, number = match.groups()
        if name in found:
            raise SignatureError(f"the signature header has two {name}")
        found[name] = number if text is None else text
        position = match.end()
    return found


@lru_cache(maxsize=256)
def _names(listed: str) -> Mapping[str, None]:
    """What is covered, in order; the software of a host lists the same each time."""
    listed = listed.lower().strip(" ")
    if not _NAMES.fullmatch(listed):
        raise SignatureError("the signature covers something that is no header")
    names = listed.split()
    if len(set(names)) != len(names):
        raise SignatureError("the signature covers a header twice")
    return dict.fromkeys(names)


def _bases(
    request: Request, names: Mapping[str, None], parameters: Mapping[str, str]
) -> tuple[bytes, ...]:
    """With the query in the target, then without: Fedify leaves it out."""
    method = request.method.lower()
    values = {name: _value(request, name, parameters) for name in names}
    targets = dict.fromkeys([request.target, request.path])
    if _TARGET not in values:
        return (_base(values.items()),)
    bases = []
    for target in targets:
        values[_TARGET] = f"{method} {target}"
        bases.append(_base(values.items()))
    return tuple(bases)


def _value(request: Request, name: str, parameters: Mapping[str, str]) -> str:
    if name == _TARGET:
        return ""  # there are two of them
    if name in {_CREATED, _EXPIRES}:
        value = parameters.get(name.strip("()"))
    elif name == "host":
        value = request.authority  # what a proxy made of the header does not count
    else:
        value = request.header(name)
    if value is None:
        raise SignatureError(f"the signature covers {name[:100]}, which is not there")
    return value


def _base(lines: Iterable[tuple[str, str]]) -> bytes:
    return "\n".join([f"{name}: {value}" for name, value in lines]).encode("latin-1")


def _made(
    request: Request, names: Mapping[str, None], created: str | None
) -> datetime | None:
    """When it was made, by what is signed."""
    if _CREATED in names and created is not None:
        return time_of(created)
    if "date" in names:
        return time_of_date(request.header("date") or "")
    return None


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise SignatureError("the signature is not base64") from error
