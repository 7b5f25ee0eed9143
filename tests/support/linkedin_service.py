"""LinkedIn, as its documentation describes it: strict, forgetful of nothing.

Shapes of answers: https://learn.microsoft.com/linkedin/ (2026-11-22), and reports of
real ones: ComposioHQ/composio#2710, Arisamiga/Linkedin-RSS#5, n8n-io/n8n#28967.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote, urlencode

import httpx

from linkedin_posts import problems_of
from linkedin_text import read_little
from share_bridge.testing.context import NOON
from share_bridge.testing.faults import Answer, Lost
from share_bridge.testing.service import ScriptedService

__all__ = ["MEMBER", "PAGE", "TOKEN", "App", "LinkedIn", "Post", "Token"]

TOKEN = "AQX-the-token-of-ada"
MEMBER, PAGE = "urn:li:person:Ada_1", "urn:li:organization:2414183"
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")
_MEMBER_SCOPES = frozenset({"openid", "profile", "w_member_social"})
_LIFE = 5_184_000


@dataclass
class Token:
    """An access token; `active` until it is revoked."""

    scopes: frozenset[str] = _MEMBER_SCOPES
    active: bool = True
    ends: datetime = NOON + timedelta(days=60)


@dataclass
class App:
    """An application of the developer portal.

    Attributes:
        redirect: The one address that leads back, but for its port: another run of
            the tests may hold the usual one.

    """

    secret: str = "app-secret"
    redirect: str = "http://127.0.0.1/callback"
    scopes: frozenset[str] = _MEMBER_SCOPES
    refreshes: bool = False


@dataclass
class Post:
    """One that was accepted; deleted ones are remembered, as LinkedIn does."""

    urn: str
    body: dict[str, Any]
    deleted: bool = False
    edited: bool = False

    @property
    def text(self) -> str:
        """What readers see: up to the first character that is not escaped."""
        return read_little(self.body["commentary"])[0]

    @property
    def tags(self) -> tuple[str, ...]:
        return read_little(self.body["commentary"])[1]


@dataclass
class Picture:
    owner: str
    data: bytes = b""
    asked: int = 0


def _error(status: int, message: str, code: str = "", **more: Any) -> Answer:
    own = {"status": status, "message": message, **({"code": code} if code else {})}
    return Answer(status, own | more)


class LinkedIn(ScriptedService):
    """The API, the upload host and the login of LinkedIn, in one.

    Attributes:
        tokens, apps: What it knows.
        posts: Everything that was ever accepted.
        versions: Those that are served.
        daily: Posts a member may make in a day.
        processing: How often an image is asked for until it is ready.
        problems: What was asked against the documentation.

    """

    unauthorized: ClassVar = _error(
        401, "Invalid access token", "INVALID_ACCESS_TOKEN", serviceErrorCode=65600
    )
    forbidden: ClassVar = _error(
        403,
        "Not enough permissions to access: posts.CREATE.20261001",
        "ACCESS_DENIED",
        serviceErrorCode=100,
    )
    rate_limited: ClassVar = _error(
        429,
        "Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls to this "
        "resource is reached.",
        serviceErrorCode=101,
    )
    missing: ClassVar = _error(404, "Could not find entity", "NOT_FOUND")
    refused: ClassVar = _error(
        422,
        "com.linkedin.content.common.exception.BadRequestResponseException: "
        "the post is against the rules of the community",
        errorDetailType="com.linkedin.common.error.BadRequest",
    )

    def __init__(self, *, clock: Callable[[], datetime] | None = None) -> None:
        super().__init__()
        self.real_clock = clock
        self.tokens = {TOKEN: Token()}
        self.apps = {"app-1": App()}
        self.codes: dict[str, dict[str, str]] = {}
        self.posts: list[Post] = []
        self.pictures: dict[str, Picture] = {}
        self.versions = {"202610", "202611"}
        self.daily = 150
        self.made: dict[str, int] = {}
        self.processing = 0
        self.reads_posts = False
        self.problems: list[str] = []
        self.members = {MEMBER: "Ada Lovelace"}
        self.organizations = {PAGE: "Learning out loud"}

    def now(self) -> datetime:
        return super().now() if self.real_clock is None else self.real_clock()

    @property
    def standing(self) -> list[Post]:
        """What readers can see."""
        return [post for post in self.posts if not post.deleted]

    def texts(self) -> list[str]:
        return [post.text for post in self.standing]

    # Who asks, and how

    def answer(self, request: httpx.Request) -> Answer | Lost:
        path = request.url.path
        for pattern, handle in _ROUTES:
            if found := re.fullmatch(pattern, f"{request.method} {path}"):
                refused = self._refuse(request) if path.startswith("/rest/") else None
                parts = [unquote(part) for part in found.groups()]
                return refused or handle(self, request, *parts)
        return Answer(404, text="<h1>Page not found</h1>")

    def _refuse(self, request: httpx.Request) -> Answer | None:
        """What every call of the API has to bring."""
        headers = request.headers
        if headers.get("x-restli-protocol-version") != "2.0.0":
            self.problems.append(f"{request.url.path}: no protocol version")
        if request.content and headers.get("content-type") != "application/json":
            self.problems.append(f"{request.url.path}: {headers.get('content-type')}")
        token = self._token(request)
        if token is None:
            return self.unauthorized
        version = headers.get("linkedin-version")
        if version is None:
            return _error(400, "A version must be present", "VERSION_MISSING")
        if version not in self.versions:
            text = f"Requested version {version}01 is not active"
            return _error(426, text, "NONEXISTENT_VERSION")
        return None

    def _token(self, request: httpx.Request) -> Token | None:
        _, _, name = request.headers.get("authorization", "").partition(" ")
        token = self.tokens.get(name)
        good = token and token.active and token.ends > self.now()
        return token if good else None

    def _may(self, request: httpx.Request, author: str) -> bool:
        token = self._token(request)
        assert token is not None
        if author in self.organizations:
            return "w_organization_social" in token.scopes
        return author in self.members and "w_member_social" in token.scopes

    def _whoami(self, request: httpx.Request) -> Answer:
        token = self._token(request)
        if token is None:
            return self.unauthorized
        if "openid" not in token.scopes:
            return self.forbidden
        ((urn, name),) = self.members.items()
        return Answer(200, {"sub": urn.rpartition(":")[2], "name": name})

    def _organization(self, request: httpx.Request, number: str) -> Answer:
        token = self._token(request)
        assert token is not None
        if "rw_organization_admin" not in token.scopes:
            return self.forbidden
        name = self.organizations.get(f"urn:li:organization:{number}")
        return Answer(200, {"localizedName": name}) if name else self.missing

    # Posts

    def _create(self, request: httpx.Request) -> Answer:
        body = json.loads(request.content)
        ready = {
            urn: it.owner for urn, it in self.pictures.items() if self._is_ready(it)
        }
        wrong = list(problems_of(body, ready))
        if wrong:
            return _error(422, "ERROR :: " + "; ".join(wrong))
        if not self._may(request, body["author"]):
            return self.forbidden
        for post in self.posts:
            if post.body == body:
                return self._duplicate(post)
        day = f"{body['author']} {self.now():%Y-%m-%d}"
        if self.made.get(day, 0) >= self.daily:
            return self.rate_limited
        self.made[day] = self.made.get(day, 0) + 1
        urn = f"urn:li:share:{7_000_000_000_000_000_000 + len(self.posts)}"
        self.posts.append(Post(urn, body))
        return Answer(201, headers={"x-restli-id": urn, "Location": f"/posts/{urn}"})

    @staticmethod
    def _duplicate(post: Post) -> Answer:
        return _error(
            422,
            "com.linkedin.content.common.exception.BadRequestResponseException: "
            f"Content is a duplicate of {post.urn}",
            errorDetailType="com.linkedin.common.error.BadRequest",
            errorDetails={
                "inputErrors": [
                    {
                        "description": "Duplicate post is detected",
                        "input": {},
                        "code": "DUPLICATE_POST",
                    }
                ]
            },
        )

    def _find(self, urn: str) -> Post | None:
        return next((post for post in self.standing if post.urn == urn), None)

    def _read(self, request: httpx.Request, urn: str) -> Answer:
        if not self.reads_posts:
            return self.forbidden
        post = self._find(urn)
        if post is None:
            return self.missing
        state = {"lifecycleStateInfo": {"isEditedByAuthor": post.edited}}
        return Answer(200, {"id": urn, **post.body, **state})

    def _change(self, request: httpx.Request, urn: str) -> Answer:
        if request.headers.get("x-restli-method") != "PARTIAL_UPDATE":
            return _error(400, "POST needs X-RestLi-Method", "ILLEGAL_ARGUMENT")
        post = self._find(urn)
        if post is None:
            return self.missing
        if not self._may(request, post.body["author"]):
            return self.forbidden
        values = json.loads(request.content)["patch"]["$set"]
        if set(values) - {"commentary", "lifecycleState"}:
            return _error(422, f"not allowed to change {sorted(values)}")
        post.body |= values
        post.edited = True
        return Answer(204)

    def _delete(self, request: httpx.Request, urn: str) -> Answer:
        if request.headers.get("x-restli-method") != "DELETE":
            self.problems.append("DELETE without its X-RestLi-Method")
        post = self._find(urn)
        if post is not None:
            post.deleted = True
        return Answer(204)

    # Images

    def _initialize(self, request: httpx.Request) -> Answer:
        if request.url.params.get("action") != "initializeUpload":
            return _error(400, "no such action")
        owner = json.loads(request.content)["initializeUploadRequest"]["owner"]
        if not self._may(request, owner):
            return self.forbidden
        number = len(self.pictures)
        urn = f"urn:li:image:C5{number}"
        self.pictures[urn] = Picture(owner)
        address = f"{request.url.scheme}://{request.url.netloc.decode()}"
        value = {
            "uploadUrlExpiresAt": 1_795_000_000_000,
            "uploadUrl": f"{address}/dms-uploads/{urn}?ca=vector&sync=1",
            "image": urn,
        }
        return Answer(200, {"value": value})

    def _upload(self, request: httpx.Request, urn: str) -> Answer:
        if self._token(request) is None:
            return Answer(401)
        self.pictures[urn].data = request.content
        return Answer(201)

    def _picture(self, request: httpx.Request, urn: str) -> Answer:
        picture = self.pictures.get(urn)
        if picture is None:
            return self.missing
        picture.asked += 1
        status = "PROCESSING"
        if self._is_ready(picture):
            status = "AVAILABLE"
        elif not picture.data.startswith(_MAGIC):
            status = "PROCESSING_FAILED"
        return Answer(200, {"id": urn, "owner": picture.owner, "status": status})

    def _is_ready(self, picture: Picture) -> bool:
        return picture.data.startswith(_MAGIC) and picture.asked > self.processing

    # OAuth

    def _authorize(self, request: httpx.Request) -> Answer:
        query = dict(request.url.params)
        app = self.apps.get(query.get("client_id", ""))
        back = query.get("redirect_uri", "")
        if app is None or re.sub(r":\d+", "", back) != app.redirect:
            return Answer(200, text="<p>The redirect_uri does not match")
        wanted = set(query.get("scope", "").split())
        answer = {"state": query["state"]}
        if "+" in request.url.query.decode() or not wanted <= app.scopes:
            answer |= {
                "error": "unauthorized_scope_error",
                "error_description": "Scope is not authorized for your application",
            }
        else:
            code = f"code-{len(self.codes)}"
            self.codes[code] = query
            answer |= {"code": code}
        return Answer(302, headers={"Location": f"{back}?{urlencode(answer)}"})

    def _exchange(self, request: httpx.Request) -> Answer:
        form = dict(parse_qsl(request.content.decode()))
        app = self.apps.get(form.get("client_id", ""))
        if app is None or form.get("client_secret") != app.secret:
            return _oauth_error(401, "invalid_client", "Client authentication failed")
        if form["grant_type"] == "refresh_token":
            if not app.refreshes or form["refresh_token"] != "the-refresh-token":
                return _oauth_error(400, "invalid_request", "The provided token is bad")
            scopes = app.scopes
        else:
            asked = self.codes.pop(form.get("code", ""), None)
            if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
                text = "appid/redirect uri/code verifier does not match"
                return _oauth_error(400, "invalid_request", text)
            scopes = frozenset(asked["scope"].split())
        name = f"AQV-token-{len(self.tokens)}"
        self.tokens[name] = Token(scopes, ends=self.now() + timedelta(seconds=_LIFE))
        answer = {
            "access_token": name,
            "expires_in": _LIFE,
            "scope": ",".join(sorted(scopes)),
            "token_type": "Bearer",
        }
        if app.refreshes:
            answer |= {
                "refresh_token": "the-refresh-token",
                "refresh_token_expires_in": 31_536_000,
            }
        return Answer(200, answer)

    def _introspect(self, request: httpx.Request) -> Answer:
        form = dict(parse_qsl(request.content.decode()))
        app = self.apps.get(form.get("client_id", ""))
        if app is None or form.get("client_secret") != app.secret:
            return _oauth_error(401, "invalid_client", "Client authentication failed")
        token = self.tokens.get(form.get("token", ""))
        if token is None:
            return Answer(200, {"active": False})
        return Answer(
            200, {"active": token.active, "expires_at": int(token.ends.timestamp())}
        )


def _oauth_error(status: int, error: str, text: str) -> Answer:
    return Answer(status, {"error": error, "error_description": text})


_ROUTES: tuple[tuple[str, Callable[..., Answer]], ...] = (
    (r"GET /v2/userinfo", LinkedIn._whoami),
    (r"GET /rest/organizations/(\d+)", LinkedIn._organization),
    (r"POST /rest/posts", LinkedIn._create),
    (r"GET /rest/posts/([^/]+)", LinkedIn._read),
    (r"POST /rest/posts/([^/]+)", LinkedIn._change),
    (r"DELETE /rest/posts/([^/]+)", LinkedIn._delete),
    (r"POST /rest/images", LinkedIn._initialize),
    (r"GET /rest/images/([^/]+)", LinkedIn._picture),
    (r"PUT /dms-uploads/([^/]+)", LinkedIn._upload),
    (r"GET /oauth/v2/authorization", LinkedIn._authorize),
    (r"POST /oauth/v2/accessToken", LinkedIn._exchange),
    (r"POST /oauth/v2/introspectToken", LinkedIn._introspect),
)
