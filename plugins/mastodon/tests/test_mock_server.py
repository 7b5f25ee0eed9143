"""The publisher against mastodon-mock (from PyPI), a server that we did not write."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import httpx
import pytest

from login_support import Returned
from mastodon_support import Desk, message, picture
from share_bridge.dispatch.settle.settle import Verdict, judge, same_text
from share_bridge.errors import (
    AuthExpiredError,
    ConflictError,
    GoneError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    TooLongError,
    TransientError,
)
from share_bridge.model.message import Message

pytestmark = pytest.mark.real_server

#: One pixel, as a PNG that can be read.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944"
    "4154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
FAULTS = "/api/v1/_mock/faults"


class Picker(Returned):
    """Allows what is asked, as the first account that the page offers."""

    async def authorize(self, url: str) -> Mapping[str, str]:
        asked = dict(parse_qsl(urlsplit(url).query))
        form = {
            name: asked[name] for name in ("redirect_uri", "client_id", "scope")
        } | {"state": self.state}
        async with httpx.AsyncClient(trust_env=False) as client:
            page = await client.get(url)
            names = re.findall(r'name="username" value="([^"]+)"', page.text)
            back = await client.post(
                url.partition("?")[0], data=form | {"username": names[0]}
            )
        return dict(parse_qsl(urlsplit(back.headers["location"]).query))


@pytest.fixture(scope="module")
def server(
    requires: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Its address; what stands there goes with it."""
    program = requires("mastodon_mock")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    log = (tmp_path_factory.mktemp("mock") / "log.txt").open("wb")
    with (
        log,
        subprocess.Popen(
            [
                program,
                "serve",
                "--in-memory",
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
            ],
            stdout=log,
            stderr=log,
            cwd=tmp_path_factory.mktemp("mock"),
        ) as process,
    ):
        try:
            _wait(url)
            yield url
        finally:
            process.terminate()


def _wait(url: str) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            if httpx.get(f"{url}/api/v1/instance", trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail("mastodon-mock does not start")


@pytest.fixture(scope="module")
def token(server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of an application of our own, by the whole way of OAuth."""
    desk = Desk(tmp_path_factory.mktemp("login"), server, token="none-yet")
    kept: dict[str, str] = {}

    async def login(context: Any) -> None:
        await desk.publisher.login(context, Picker())
        kept.update(context.credentials.get())

    desk.call(login)
    return kept["token"]


@pytest.fixture
def desk(server: str, token: str, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, server, token=token)
    desk.now = datetime.now(UTC)
    yield desk
    httpx.delete(server + FAULTS, trust_env=False).raise_for_status()


@pytest.fixture
def fail(server: str) -> Callable[..., None]:
    """Have one request to a path meet an effect."""

    def inject(effect: Mapping[str, Any], path: str, *, methods: str = "POST") -> None:
        rule = {
            "match": {"methods": [methods], "path": path},
            "effect": effect,
            "count": 1,
        }
        httpx.post(server + FAULTS, json=rule, trust_env=False).raise_for_status()

    return inject


def _message(words: str = "Learning out loud", **changes: Any) -> Message:
    """Another post every time."""
    link = f"https://learning.example/posts/{uuid4()}/"
    return message(f"{words}\n\nWe write once. #learning", link=link, **changes)


def _post(desk: Desk, sent: Message) -> Any:
    return desk.post(sent, delivery=f"create {sent.link}")


def test_the_account_and_its_application(desk: Desk) -> None:
    account = desk.check()

    assert account.name.startswith("@testuser@127.0.0.1:")
    assert account.application == "share-bridge"


def test_a_bad_token(server: str, tmp_path: Path) -> None:
    with pytest.raises(AuthExpiredError):
        Desk(tmp_path, server, token="nobody-s").check()


def test_its_limits(desk: Desk) -> None:
    found = desk.discover()

    assert found.text[0].maximum == 500
    assert found.honours_keys == timedelta(minutes=55)


def test_a_post_is_found_again_as_it_was_sent(desk: Desk) -> None:
    sent = _message("Möwen & <Meer>: 3 > 2", content_warning="Sea")

    receipt = _post(desk, sent)
    (found,) = [post for post in desk.recent(desk.now) if post.id == receipt.remote_id]

    assert same_text(found.text, sent.text)
    assert found.links == (sent.link,)
    assert judge([found], sent, since=desk.now).verdict is Verdict.FOUND


def test_the_same_key_twice_is_one_post(desk: Desk) -> None:
    sent = _message()

    assert _post(desk, sent).remote_id == _post(desk, sent).remote_id


def test_an_edit_keeps_the_image(desk: Desk, server: str) -> None:
    image = picture(data=PIXEL)
    sent = _message("Before", images=(image,))
    receipt = _post(desk, sent)

    desk.update(receipt, message("After", images=(image,)))

    status = httpx.get(
        f"{server}/api/v1/statuses/{receipt.remote_id}", trust_env=False
    ).json()
    assert "After" in status["content"]
    assert [one["description"] for one in status["media_attachments"]] == ["A hill"]


def test_a_copy_that_was_edited_over_there_is_held(
    desk: Desk, server: str, token: str
) -> None:
    receipt = _post(desk, _message("Before"))
    httpx.put(
        f"{server}/api/v1/statuses/{receipt.remote_id}",
        json={"status": "By hand"},
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    ).raise_for_status()

    with pytest.raises(ConflictError):
        desk.update(receipt, message("After"))


def test_a_copy_is_deleted_and_then_gone(desk: Desk) -> None:
    receipt = _post(desk, _message())

    desk.delete(receipt)

    with pytest.raises(GoneError):
        desk.delete(receipt)
    with pytest.raises(GoneError):
        desk.update(receipt, message("After"))


def test_a_thread_is_a_chain(desk: Desk) -> None:
    mark = uuid4().hex
    sent = _message(parts=(f"One {mark}", f"Two {mark}", f"Three {mark}"))

    receipt = _post(desk, sent)
    found = [post for post in desk.recent(desk.now) if mark in post.text]

    assert [post.in_reply_to for post in found] == [
        receipt.parts[1],
        receipt.parts[0],
        "",
    ]


def test_every_page_is_read(desk: Desk) -> None:
    sent = [_post(desk, _message()).remote_id for _ in range(45)]

    listed = [post.id for post in desk.recent(desk.now)]

    assert set(sent) <= set(listed)
    assert len(listed) == len(set(listed))


def test_a_text_that_is_too_long(desk: Desk) -> None:
    with pytest.raises(TooLongError):
        desk.publish(message("x" * 501, link=""))


def test_an_empty_text(desk: Desk) -> None:
    with pytest.raises(RejectedError):
        desk.publish(message(text="", parts=("",), link=""))


def test_a_wait_is_kept(desk: Desk, fail: Callable[..., None]) -> None:
    fail({"type": "ratelimit", "headers": {"Retry-After": "7"}}, "/api/v1/statuses")

    with pytest.raises(RateLimitedError) as caught:
        desk.publish(_message())

    assert caught.value.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize(
    "effect",
    [
        {"type": "status", "status": 503},
        {"type": "status", "status": 500},
        {"type": "malformed"},
        {"type": "malformed", "truncate": False},
    ],
)
def test_a_lost_answer_is_looked_for(
    desk: Desk, fail: Callable[..., None], effect: dict[str, Any]
) -> None:
    """None of these was accepted, and looking says so."""
    sent = _message()
    fail(effect, "/api/v1/statuses")

    with pytest.raises(OutcomeUnknownError):
        desk.publish(sent)

    assert judge(desk.recent(desk.now), sent, since=desk.now).verdict is Verdict.ABSENT


def test_a_post_that_is_accepted_late_is_found(
    desk: Desk, fail: Callable[..., None]
) -> None:
    """The client has gone when it is; its key keeps it from standing twice."""
    sent = _message()
    fail({"type": "latency", "delay_ms": 700}, "/api/v1/statuses")

    with pytest.raises(httpx.ReadTimeout):
        desk.publish(sent, timeout=0.2, delivery=f"create {sent.link}")
    time.sleep(1)
    found = judge(desk.recent(desk.now), sent, since=desk.now)

    again = _post(desk, sent)
    ids = [post.id for post in desk.recent(desk.now) if sent.link in post.links]
    assert ids == [again.remote_id]
    assert found.receipt is None or found.receipt.remote_id == again.remote_id


def test_an_image_that_cannot_be_taken_is_left_out(
    desk: Desk, fail: Callable[..., None], server: str
) -> None:
    fail({"type": "status", "status": 422}, "/api/v2/media")

    receipt = _post(desk, _message(images=(picture(data=PIXEL),)))

    status = httpx.get(
        f"{server}/api/v1/statuses/{receipt.remote_id}", trust_env=False
    ).json()
    assert status["media_attachments"] == []


def test_a_list_that_cannot_be_read_proves_nothing(
    desk: Desk, fail: Callable[..., None]
) -> None:
    fail({"type": "malformed"}, "/api/v1/accounts/*/statuses", methods="GET")

    with pytest.raises(TransientError):
        desk.recent(desk.now)
