"""What LinkedIn says is heard as what it means, and tells what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from linkedin_service import TOKEN, LinkedIn, Token
from linkedin_support import Desk, message
from publisher_support import NOON
from share_bridge.errors import (
    AuthExpiredError,
    DuplicateError,
    OutcomeUnknownError,
    PermissionDeniedError,
    PublishError,
    RateLimitedError,
    RejectedError,
    TargetBlockedError,
    TooLongError,
    TransientError,
)
from share_bridge.testing.faults import Answer, Fault

Open = Callable[..., Desk]


def own(status: int, text: str, **more: Any) -> Answer:
    return Answer(status, {"status": status, "message": text, **more})


def is_create(request: httpx.Request) -> bool:
    return request.method == "POST" and request.url.path == "/rest/posts"


EXPIRED = own(
    401,
    "The token used in the request has expired",
    code="EXPIRED_ACCESS_TOKEN",
    serviceErrorCode=65602,
)


@pytest.mark.parametrize(
    "answer, kind, told",
    [
        (EXPIRED, AuthExpiredError, "has expired.*share-bridge login target"),
        (LinkedIn.forbidden, PermissionDeniedError, "scope w_member_social"),
        (Answer(403), PermissionDeniedError, r"\(403\)"),
        (own(400, "A version must be present", code="VERSION_MISSING"),
         TargetBlockedError, "newer version"),
        (own(400, "Organization permissions must be used when using organization "
             "as author"), PermissionDeniedError, "as author"),
        (own(422, "/author :: urn:li:person:X is not the member"),
         PermissionDeniedError, "/author"),
        (own(422, "ERROR :: /commentary :: length is beyond the maximum"),
         TooLongError, "commentary"),
        (own(422, "the words are against the rules"), RejectedError, "the rules"),
        (own(400, "the media is still processing"), TransientError, "processing"),
        (own(422, "urn:li:image:1 is not there"), RejectedError, "urn:li:image"),
        (own(422, "Content is a duplicate of urn:li:share:77"),
         DuplicateError, "share:77"),
        (own(500, "Internal Server Error"), OutcomeUnknownError, "500"),
        (Answer(502), OutcomeUnknownError, "502"),
    ],
)  # fmt: skip
def test_every_answer_has_its_meaning(
    desk: Desk, service: LinkedIn, answer: Answer, kind: type[Exception], told: str
) -> None:
    service.fail(Fault(what=answer, when=is_create))

    with pytest.raises(kind, match=told) as raised:
        desk.post(message())
    assert type(raised.value) is kind or issubclass(type(raised.value), kind)
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404, text="<h1>Not found</h1>"),
        Answer(422, text="<h1>A proxy says no</h1>"),
        Answer(422, ["no object"]),
        own(422, "x", errorDetails={"inputErrors": [{"code": "DUPLICATE_POST"}]}),
    ],
)
def test_what_is_not_clear_is_held(
    desk: Desk, service: LinkedIn, answer: Answer
) -> None:
    """A plain PublishError: the owner is asked."""
    service.fail(Fault(what=answer, when=is_create))

    with pytest.raises(PublishError) as raised:
        desk.post(message())
    assert type(raised.value) is PublishError


def test_a_version_that_ended_names_the_setting(
    open_desk: Open, service: LinkedIn
) -> None:
    with pytest.raises(TargetBlockedError) as raised:
        open_desk(version="202504").post(message())

    assert "202504" in str(raised.value)
    assert "set a newer version in [targets.target]" in str(raised.value)
    assert service.posts == []


def test_an_organization_is_told_what_its_token_lacks(open_desk: Open) -> None:
    with pytest.raises(PermissionDeniedError, match="w_organization_social"):
        open_desk(author="2414183").post(message())


def test_a_used_up_quota_waits_until_midnight(desk: Desk, service: LinkedIn) -> None:
    service.daily = 0

    with pytest.raises(RateLimitedError, match="until midnight UTC") as raised:
        desk.post(message())
    assert raised.value.retry_after == timedelta(hours=12)


@pytest.mark.parametrize(
    "answer, wait",
    [
        (Answer(429), None),
        (Answer(429, headers={"Retry-After": "60"}), timedelta(seconds=60)),
        (
            own(429, "Resource level throttle limit", serviceErrorCode=101),
            timedelta(hours=12),
        ),
    ],
)
def test_other_limits_wait_as_long_as_is_asked(
    desk: Desk, service: LinkedIn, answer: Answer, wait: timedelta | None
) -> None:
    service.fail(Fault(what=answer, when=is_create))

    with pytest.raises(RateLimitedError) as raised:
        desk.post(message())
    assert raised.value.retry_after == wait


# Who posts


def test_check_says_who_and_until_when(desk: Desk) -> None:
    account = desk.check()

    assert (account.id, account.name) == ("urn:li:person:Ada_1", "Ada Lovelace")
    assert account.expires is None


def test_a_token_that_says_nothing_of_its_owner_needs_the_author(
    open_desk: Open, service: LinkedIn
) -> None:
    service.tokens[TOKEN] = Token(frozenset({"w_member_social"}))
    known = open_desk(author="urn:li:person:Ada_1")

    with pytest.raises(PermissionDeniedError, match="openid"):
        open_desk().check()
    assert known.check().id == "urn:li:person:Ada_1"
    assert known.post(message())


def test_the_token_of_somebody_else_is_refused(open_desk: Open) -> None:
    with pytest.raises(TargetBlockedError, match=r"Ada_1, and author says .*Eve"):
        open_desk(author="urn:li:person:Eve").check()


def test_an_organization_has_a_name_where_it_may_be_read(
    open_desk: Open, service: LinkedIn
) -> None:
    desk = open_desk(author="2414183")
    bare = desk.check()
    service.tokens[TOKEN] = Token(frozenset({"rw_organization_admin"}))
    named = desk.check()

    assert bare.name == bare.id == "urn:li:organization:2414183"
    assert named.name == "Learning out loud"
    assert named.url.endswith("/company/2414183")


def test_an_organization_that_does_not_exist_is_told(
    open_desk: Open, service: LinkedIn
) -> None:
    service.tokens[TOKEN] = Token(frozenset({"rw_organization_admin"}))

    with pytest.raises(TargetBlockedError, match="no organization 7"):
        open_desk(author="7").check()


@pytest.mark.parametrize("answer", [Answer(200, []), Answer(200, {"sub": 7})])
def test_a_check_that_says_nothing_is_repeated(
    desk: Desk, service: LinkedIn, answer: Answer
) -> None:
    service.fail(Fault(what=answer, when=lambda _: True))

    with pytest.raises(TransientError):
        desk.check()


# How old the version is


@pytest.mark.parametrize(
    "version, grade, told",
    [
        ("202610", "ok", "API of 2026-10"),
        ("202601", "ok", "API of 2026-01"),
        ("202512", "warning", 'take version = "202512" out of [targets.target]'),
        ("202410", "warning", "25 months old"),
    ],
)
def test_an_old_version_is_warned_about(
    open_desk: Open, version: str, grade: str, told: str
) -> None:
    """After ten months: LinkedIn ends each after a year."""
    desk = open_desk(version=version)
    (remark,) = desk.call(desk.publisher.examine)

    assert remark.grade == grade
    assert told in f"{remark.text} {remark.fix}"


def test_an_old_release_is_to_be_upgraded(desk: Desk) -> None:
    later = NOON + timedelta(days=400)
    (remark,) = desk.call(desk.publisher.examine, clock=later)

    assert remark.fix.startswith("upgrade share-bridge")
