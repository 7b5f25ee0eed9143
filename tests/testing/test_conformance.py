"""The kit passes a good publisher, and names the promise that a broken one breaks."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from kit_support import broken_promises, run_kit

pytest_plugins = ["pytester"]

_CASE = """
import pytest
from share_bridge.testing import PublisherConformance
from broken_publishers import BOARDS, PUBLISHERS
from noticeboard import Board, BoardPublisher

class TestIt(PublisherConformance):
    @pytest.fixture
    def publisher_class(self):
        return PUBLISHERS.get("{name}", BoardPublisher)

    @pytest.fixture
    def registration(self):
        return "broken_publishers"

    @pytest.fixture
    def settings(self):
        return {{"server": "https://board.example", "token": "a-secret-of-the-board"}}

    @pytest.fixture
    def service(self):
        return BOARDS.get("{name}", Board)()
"""

_RECENT = {
    "test_recent_shows_what_was_published",
    "test_recent_knows_when",
    "test_recent_is_newest_first",
    "test_recent_pages",
    "test_a_lost_publish_is_found",
    "test_a_publish_that_never_arrived_is_absent",
    "test_a_repeated_publish_stands_once",
    "test_an_edit_changes_the_copy",
    "test_a_delete_takes_the_copy_away",
    "test_a_thread_goes_on_behind_what_stands",
}

#: The broken publishers, and what the kit says of them.
BROKEN = {
    "PreviewsAsText": {"test_previews_are_renderings"},
    "ClosesOnce": {"test_it_can_be_closed_at_any_time"},
    "SwallowsCancellation": {"test_cancellation_passes"},
    "LeaksItsSecretInAnError": {"test_errors_do_not_show_secrets"},
    "LogsItsSecret": {"test_logs_do_not_show_secrets"},
    "ShowsItsSecretInTheLedger": {"test_nothing_kept_shows_secrets"},
    "TakesItsTokenForText": {"test_secrets_are_declared"},
    "Treats500AsRejected": {"test_5xx_on_a_write_is_unknown"},
    "FollowsRedirectsOnWrite": {"test_a_redirected_write_is_unknown"},
    "LosesTheLinkAtTheLimit": {"test_text_at_the_limit_goes_out_whole"},
    "MakesItsOwnKey": {
        "test_every_attempt_has_the_same_key",
        "test_a_repeated_publish_stands_once",
    },
    "PutsItsKeyIntoTheBody": {"test_a_repeated_publish_stands_once"},
    "RaisesOnRecent": _RECENT,
    "EndsWhereItCannotRead": {"test_recent_never_ends_early"},
    "ReadsOnePage": {"test_recent_pages"},
    "ListsTheOldestFirst": {"test_recent_is_newest_first"},
    "ShortensLinksInItsList": {
        "test_recent_shows_what_was_published",
        "test_a_lost_publish_is_found",
    },
    "ClaimsEditWithoutUpdate": {"test_what_is_declared_is_there"},
    "HidesThatItCanDelete": {"test_what_is_not_declared_is_refused"},
    "TriesAgainByItself": {"test_a_write_is_sent_once"},
    "TakesATimeoutForAFailure": {"test_a_lost_answer_is_unknown"},
    "BelievesAnyAnswer": {"test_an_unreadable_answer_is_unknown"},
    "IgnoresRetryAfter": {"test_429_waits_as_long_as_is_asked"},
    "CallsEveryRefusalFinal": {"test_a_refusal_in_other_words_is_held"},
    "CallsAnOutageAnExpiredToken": {"test_check_minds_no_outage"},
    "PostsWhenItChecks": {"test_check_posts_nothing", "test_check_minds_no_outage"},
    "NumbersItsReceipts": {
        "test_publish_gives_a_receipt",
        "test_recent_shows_what_was_published",
        "test_recent_is_newest_first",
        "test_recent_pages",
    },
    "LosesContentWarnings": {"test_a_content_warning_goes_out"},
    "LosesImageDescriptions": {"test_images_go_out_with_their_words"},
    "BeginsAThreadAnew": {"test_a_thread_goes_on_where_it_stopped"},
    "OverlooksWhatStands": {"test_a_thread_goes_on_behind_what_stands"},
    "RemembersWhomItServes": {"test_many_at_once_get_what_is_theirs"},
    "StopsForAllAtOneRefusal": {"test_trouble_of_one_is_not_that_of_others"},
    "PreparesAnew": {"test_preparing_again_changes_nothing"},
    "CreatesWhatIsGone": {"test_an_edit_of_what_is_gone_says_so"},
}


@pytest.fixture
def broken_by(pytester: pytest.Pytester) -> Callable[[str], set[str]]:
    """Run the kit on a publisher; the promises that it breaks."""
    pytester.syspathinsert(Path(__file__).parent)

    def run(name: str) -> set[str]:
        file = pytester.makepyfile(_CASE.format(name=name))
        return broken_promises(run_kit(pytester, file, at_least=40))

    return run


@pytest.mark.parametrize(
    "name", ["BoardPublisher", "RelabelledBoard", "NamingBoard", "ListingBoard"]
)
def test_a_good_publisher_passes(
    broken_by: Callable[[str], set[str]], name: str
) -> None:
    assert broken_by(name) == set()


@pytest.mark.parametrize("name", list(BROKEN))
def test_a_broken_publisher_fails_by_name(
    broken_by: Callable[[str], set[str]], name: str
) -> None:
    """The promise that it breaks, and no other."""
    assert broken_by(name) == BROKEN[name]


def test_every_broken_publisher_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parent)
    broken_publishers = import_module("broken_publishers")

    good = set(broken_publishers.BOARDS)
    assert set(broken_publishers.PUBLISHERS) - good == set(BROKEN)
