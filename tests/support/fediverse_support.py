"""A small server that speaks Mastodon's API, and can be as other servers are.

```python
service = Fediverse(PROFILES["gotosocial"])
with StatefulServer(service) as server:
    ...
```

It is used in memory, as the transport of a client, or on a real socket.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message as Mail
from email.parser import BytesParser
from email.policy import HTTP
from html import escape
from typing import Any, ClassVar

import httpx
import regex

from fediverse_profiles import PROFILES, Profile
from fediverse_talk import Talk
from share_bridge.testing.faults import Answer, Lost
from share_bridge.testing.service import ScriptedService
from share_bridge.text.links import url_spans

__all__ = ["TOKEN", "Fediverse", "Status"]

TOKEN = "the-token-of-alice"
_FIELDS = {"status", "visibility", "language", "sensitive", "spoiler_text"} | {
    "media_ids",
    "in_reply_to_id",
    "media_attributes",
}


@dataclass
class Status:
    """What stands over there."""

    id: str
    text: str
    created: datetime
    warning: str = ""
    visibility: str = "public"
    language: str = ""
    media: list[str] = field(default_factory=list)
    in_reply_to: str | None = None
    edited: datetime | None = None
    boost: bool = False
    application: str = "share-bridge"
    ghost: int = 0


class Fediverse(ScriptedService):
    """One server with one account, `alice`.

    Attributes:
        standing: Statuses, oldest first.
        media: What was uploaded, by id.
        edits: PUT requests that changed something, by id of the status.
        hidden: So many of the newest statuses are not listed yet.
        processing: Reads until an upload is ready; 0: at once.
        scopes: What the token may do, if the server tells.
        talk: What others did with them.
        judge: Says what is wrong with a request; what it said is in `problems`.

    """

    unauthorized: ClassVar[Answer | None] = Answer(
        401, {"error": "The access token is invalid"}
    )
    forbidden: ClassVar[Answer | None] = Answer(
        403, {"error": "This action is outside the authorized scopes"}
    )
    rate_limited: ClassVar[Answer | None] = Answer(
        429,
        {"error": "Too many requests"},
        headers={"X-RateLimit-Reset": "2026-11-22T12:10:00.000000Z"},
    )
    missing: ClassVar[Answer | None] = Answer(404, {"error": "Record not found"})
    refused: ClassVar[Answer | None] = Answer(
        422, {"error": "Validation failed: Text can't be blank"}
    )

    def __init__(
        self,
        profile: Profile = PROFILES["mastodon"],
        *,
        clock: Callable[[], datetime] | None = None,
        account: str = "1",
    ) -> None:
        super().__init__()
        self.profile = profile
        self.account = account
        self.standing: list[Status] = []
        self.media: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, str] = {}
        self.edits: list[str] = []
        self.talk = Talk()
        self.hidden = 0
        self.processing = 0
        self.scopes: list[str] | None = None
        self.judge: Callable[[httpx.Request], list[str]] | None = None
        self.problems: list[str] = []
        self._real_clock = clock
        self._number = 0

    # What a test asks and does

    def now(self) -> datetime:
        return super().now() if self._real_clock is None else self._real_clock()

    def find(self, status: str) -> Status | None:
        return next((one for one in self.standing if one.id == status), None)

    def texts(self) -> list[str]:
        return [status.text for status in self.standing]

    def add(self, text: str, **values: Any) -> Status:
        """A status that somebody wrote by hand."""
        self._number += 1
        status = Status(
            self.profile.make_id(self._number),
            text,
            **({"created": self.now(), "application": "Web"} | values),
        )
        self.standing.append(status)
        return status

    # What it answers

    def answer(self, request: httpx.Request) -> Answer | Lost:
        for status in [one for one in self.standing if one.ghost]:
            status.ghost -= 1
            if not status.ghost:
                self.standing.remove(status)
        if self.judge is not None:
            self.problems += self.judge(request)
        path = request.url.path
        open_page = self._open(
            path, f"{request.url.scheme}://{request.url.netloc.decode()}"
        )
        if open_page is not None:
            return open_page
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.profile.bad_token
        for pattern, method, give in _ROUTES:
            match = re.fullmatch(pattern, path)
            if match and method == request.method:
                answer: Answer = give(self, request, *match.groups())
                return answer
        return self.profile.missing

    def _open(self, path: str, origin: str) -> Answer | None:
        if path == "/.well-known/nodeinfo" and self.profile.software:
            schema = "http://nodeinfo.diaspora.software/ns/schema/2.0"
            link = {"rel": schema, "href": f"{origin}/nodeinfo/2.0"}
            return Answer(200, {"links": [link]})
        if path == "/nodeinfo/2.0":
            return Answer(200, {"software": {"name": self.profile.software}})
        if path in {"/api/v1/instance", "/api/v2/instance"}:
            if "v2" in path and not self.profile.has_v2:
                return self.profile.missing
            return Answer(200, self._instance())
        return None

    def _instance(self) -> dict[str, Any]:
        most = self.profile.most
        if most is None or not self.profile.software:
            return {"uri": "server.example"}
        return {
            "configuration": {
                "statuses": {
                    "max_characters": most,
                    "max_media_attachments": 4,
                    "characters_reserved_per_url": 23,
                },
                "media_attachments": {
                    "supported_mime_types": ["image/png", "image/jpeg", "video/mp4"],
                    "image_size_limit": 16_777_216,
                    "description_limit": 1500,
                },
            }
        }

    def whoami(self, request: httpx.Request) -> Answer:
        url = f"https://{request.url.netloc.decode()}/@alice"
        return Answer(
            200, {"id": self.account, "username": "alice", "acct": "alice", "url": url}
        )

    def application(self, _: httpx.Request) -> Answer:
        if not self.profile.names_application:
            return self.profile.missing
        scopes = {} if self.scopes is None else {"scopes": self.scopes}
        return Answer(200, {"name": "share-bridge", "website": None, **scopes})

    def post(self, request: httpx.Request) -> Answer:
        body = json.loads(request.content)
        key = request.headers.get("Idempotency-Key", "")
        known = self.find(self.keys.get(key, "")) if self.profile.keeps_keys else None
        if known is not None:
            return Answer(200, self.shown(known, request))
        wrong = self._wrong(body)
        if wrong is not None:
            return wrong
        status = self.add(
            body["status"],
            warning=body.get("spoiler_text", ""),
            visibility=body.get("visibility", "public"),
            language=body.get("language", ""),
            media=list(body.get("media_ids", ())),
            in_reply_to=body.get("in_reply_to_id"),
            application="share-bridge",
        )
        self.keys[key] = status.id
        return Answer(200, self.shown(status, request))

    def _wrong(self, body: Mapping[str, Any], *, standing: str = "") -> Answer | None:
        most = self.profile.most
        text = body["status"]
        if not text and self.profile.software != "snac":
            return Answer(422, {"error": "Validation failed: Text can't be blank"})
        if unknown := set(body) - _FIELDS:
            return Answer(422, {"error": f"Unknown: {sorted(unknown)}"})
        if self.profile.wants_booleans and type(body.get("sensitive")) is not bool:
            return Answer(422, {"error": "Expected boolean, received string"})
        if most is not None and _length(text) + len(body["spoiler_text"]) > most:
            return Answer(
                422,
                {"error": f"Validation failed: character limit of {most} exceeded"},
            )
        for name in body.get("media_ids", ()):
            if name not in self.media:
                return Answer(422, {"error": f"Media with IDs {name} not found"})
            if not self.media[name]["ready"]:
                return Answer(
                    422,
                    {"error": "Cannot attach files that have not finished processing."},
                )
            holders = [one.id for one in self.standing if name in one.media]
            if self.profile.refuses_attached and set(holders) - {standing}:
                return Answer(
                    400,
                    {"error": f"Bad Request: media {name} is already attached"},
                )
        return None

    def read(self, request: httpx.Request, name: str) -> Answer:
        status = self.find(name)
        if status is None:
            return self.profile.missing
        return Answer(200, self.shown(status, request))

    def source(self, _: httpx.Request, name: str) -> Answer:
        status = self.find(name)
        if status is None:
            return self.profile.missing
        return Answer(
            200, {"id": name, "text": status.text, "spoiler_text": status.warning}
        )

    def context(self, _: httpx.Request, name: str) -> Answer:
        if self.find(name) is None:
            return self.profile.missing
        return Answer(200, {"ancestors": [], "descendants": self.talk.under(name)})

    def people(self, request: httpx.Request, name: str, what: str) -> Answer:
        if self.find(name) is None:
            return self.profile.missing
        return self.talk.page(request, what)

    def edit(self, request: httpx.Request, name: str) -> Answer:
        status = self.find(name)
        if status is None or status.ghost:
            return self.profile.missing
        body = json.loads(request.content)
        wrong = self._wrong(body, standing=name)
        if wrong is not None:
            return wrong
        status.text, status.warning = body["status"], body.get("spoiler_text", "")
        status.media = list(body.get("media_ids", ()))
        for attributes in body.get("media_attributes", ()):
            self.media[attributes["id"]]["description"] = attributes["description"]
        status.edited = self.now()
        self.edits.append(name)
        return Answer(200, self.shown(status, request))

    def delete(self, _: httpx.Request, name: str) -> Answer:
        status = self.find(name)
        if status is None or status.ghost:
            return self.profile.missing
        if self.profile.lag:
            status.ghost = self.profile.lag + 1
        else:
            self.standing.remove(status)
        return Answer(200, {"id": name, "text": status.text})

    def listing(self, request: httpx.Request, account: str) -> Answer:
        if account != self.account:
            return self.profile.missing
        shown = self.standing[: len(self.standing) - self.hidden]
        newest = [one for one in reversed(shown) if not one.boost]
        if not self.profile.lists_hidden:
            newest = [one for one in newest if one.visibility in _LISTED]
        most = int(request.url.params.get("limit", 20))
        last = request.url.params.get("max_id")
        if last and self.profile.pages:
            ids = [one.id for one in newest]
            newest = newest[ids.index(last) + 1 :] if last in ids else []
        page = newest[:most]
        headers = {}
        if self.profile.links_pages:
            # Behind a proxy: the host is not the one that the client knows.
            more = (
                f'<http://internal/x?limit=40&max_id={page[-1].id}>; rel="next"'
                if page
                else ""
            )
            previous = '<http://internal/x?min_id=9>; rel="prev"'
            full = len(newest) > len(page)
            headers = {"Link": f"{more}, {previous}" if full else previous}
        return Answer(200, [self.shown(one, request) for one in page], headers=headers)

    def upload(self, request: httpx.Request) -> Answer:
        fields = _multipart(request)
        if b"broken" in fields["file"]["data"]:
            return Answer(422, {"error": "Validation failed: File is not an image"})
        name = str(9000 + len(self.media))
        self.media[name] = {
            "type": self.profile.makes or fields["file"]["type"],
            "description": fields.get("description", {}).get("data", b"").decode(),
            "focus": fields.get("focus", {}).get("data", b"").decode()
            if self.profile.keeps_focus
            else "",
            "ready": not self.processing,
        }
        shown = {"id": name, "type": "image", "url": None}
        return Answer(202 if self.processing else 200, shown)

    def poll(self, _: httpx.Request, name: str) -> Answer:
        upload = self.media.get(name)
        if upload is None:
            return self.profile.missing
        if self.processing > 1:
            self.processing -= 1
            return Answer(206, {"id": name, "url": None})
        upload["ready"] = True
        return Answer(200, {"id": name, "url": "https://files.example/a.png"})

    def shown(self, status: Status, request: httpx.Request) -> dict[str, Any]:
        """A status as JSON."""
        origin = f"{request.url.scheme}://{request.url.netloc.decode()}"
        edited = status.edited if self.profile.tells_edits else None
        application = {"name": status.application, "website": None}
        return {
            "id": status.id,
            "url": f"{origin}/@alice/{status.id}",
            "uri": f"{origin}/users/alice/statuses/{status.id}",
            "created_at": self._date(status.created),
            "edited_at": None if edited is None else self._date(edited),
            "content": _content(status.text, origin, self.profile.shows),
            "spoiler_text": status.warning,
            "visibility": status.visibility,
            "language": status.language or None,
            "in_reply_to_id": status.in_reply_to,
            "application": application if self.profile.names_application else None,
            "reblog": {"id": "x"} if status.boost else None,
            "card": None,
            "tags": [],
            "mentions": [
                {"url": f"https://{host}/@{user}", "acct": f"{user}@{host}"}
                for user, host in _MENTION.findall(status.text)
            ],
            "media_attachments": [
                {"id": name, "description": self.media[name]["description"]}
                for name in status.media
            ],
        }

    def _date(self, date: datetime) -> str:
        spec = "milliseconds" if self.profile.milliseconds else "seconds"
        return date.astimezone(UTC).isoformat(timespec=spec).replace("+00:00", "Z")


_STATUS = "/api/v1/statuses"
_ROUTES: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
    ("/api/v1/accounts/verify_credentials", "GET", Fediverse.whoami),
    ("/api/v1/apps/verify_credentials", "GET", Fediverse.application),
    (_STATUS, "POST", Fediverse.post),
    (f"{_STATUS}/([^/]+)", "GET", Fediverse.read),
    (f"{_STATUS}/([^/]+)", "PUT", Fediverse.edit),
    (f"{_STATUS}/([^/]+)", "DELETE", Fediverse.delete),
    (f"{_STATUS}/([^/]+)/source", "GET", Fediverse.source),
    (f"{_STATUS}/([^/]+)/context", "GET", Fediverse.context),
    (f"{_STATUS}/([^/]+)/(favourited_by|reblogged_by|quotes)", "GET", Fediverse.people),
    ("/api/v1/accounts/([^/]+)/statuses", "GET", Fediverse.listing),
    ("/api/v2/media", "POST", Fediverse.upload),
    ("/api/v1/media/([^/]+)", "GET", Fediverse.poll),
)
_LISTED = {"public", "unlisted"}
_MENTION = re.compile(r"@(\w+)@([\w.]+\w)")
_TAG = re.compile(r"(?<![\w/&])#(\w+)")


def _length(text: str) -> int:
    """As Mastodon counts: an address is 23, of a mention the host is free."""
    spans = url_spans(text)
    short = len(regex.findall(r"\X", text)) + sum(
        23 - (end - start) for start, end in spans
    )
    return short - sum(len(host) + 1 for _, host in _MENTION.findall(text))


def _content(text: str, origin: str, shows: str) -> str:
    """HTML as a server makes it."""
    pieces, end = [], 0
    for start, stop in url_spans(text):
        pieces += [_words(text[end:start], origin), _link(text[start:stop], shows)]
        end = stop
    body = "".join([*pieces, _words(text[end:], origin)])
    paragraphs = re.sub(r"\n{2,}", "</p><p>", body).replace("\n", "<br />")
    return f"<p>{paragraphs}</p>"


def _words(text: str, origin: str) -> str:
    words = _MENTION.sub(
        r'<span class="h-card"><a href="https://\2/@\1" class="u-url mention">'
        r"@<span>\1</span></a></span>",
        escape(text, quote=False),
    )
    return _TAG.sub(
        rf'<a href="{origin}/tags/\1" class="mention hashtag" rel="tag">'
        r"#<span>\1</span></a>",
        words,
    )


def _link(url: str, shows: str) -> str:
    href, bare = escape(url), url.partition("://")[2]
    if shows == "pieces":
        scheme = url[: len(url) - len(bare)]
        style = "ellipsis" if len(bare) > 30 else ""
        inner = (
            f'<span class="invisible">{scheme}</span>'
            f'<span class="{style}">{escape(bare[:30])}</span>'
            f'<span class="invisible">{escape(bare[30:])}</span>'
        )
    elif shows == "shortened":
        inner = escape(bare if len(bare) <= 25 else bare[:25] + "…")
    else:
        inner = href
    return f'<a href="{href}" rel="nofollow noopener" target="_blank">{inner}</a>'


def _multipart(request: httpx.Request) -> dict[str, dict[str, Any]]:
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    mail = BytesParser(policy=HTTP).parsebytes(head + request.content)
    parts: dict[str, dict[str, Any]] = {}
    for part in mail.iter_parts():  # type: ignore[attr-defined]  # EmailMessage, by the policy
        _keep(part, parts)
    return parts


def _keep(part: Mail, parts: dict[str, dict[str, Any]]) -> None:
    name = part.get_param("name", header="content-disposition")
    parts[str(name)] = {
        "data": part.get_payload(decode=True) or b"",
        "type": part.get_content_type(),
    }
