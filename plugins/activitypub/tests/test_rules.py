"""What others learned the hard way, rule by rule, and the tests that hold us to it.

The numbers are those of twenty reports about other software, collected on 22 November
2026 from the trackers of WordPress' plugin, Mastodon, Misskey, Ghost, Fedify, Pixelfed,
WriteFreely, Owncast, Bridgy Fed and the protocol itself.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from actors_support import INBOX, NOW, OURS, Blog, Person
from share_bridge_activitypub.signatures import Request, Scheme, sign

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[2]

#: Number → the rule, and where it is tested: a file beside this one or a path, and a
#: test's name.
RULES: dict[int, tuple[str, tuple[str, ...]]] = {
    1: (
        "AS2 under addresses of its own; `Vary` for caches, and a look through them",
        (
            "test_web.py::test_servers_get_the_document_and_caches_are_told_apart",
            "test_web.py::test_people_get_the_page",
            "test_examine.py::test_a_cache_that_gives_servers_the_page_of_people_is_told",
        ),
    ),
    2: (
        "each inbox is committed; what was cut off goes on",
        (
            (
                "tests/kill/test_soak_fediverse.py"
                "::test_every_inbox_sees_the_whole_life_of_a_post_in_order"
            ),
            (
                "tests/dispatch/test_fan_out.py"
                "::test_a_killed_run_leaves_in_doubt_what_was_under_way"
            ),
        ),
    ),
    3: (
        "the whole object is in the Create, answers may be cached, few go out at once",
        (
            "test_delivery.py::test_create_update_and_delete_are_about_one_object",
            "test_objects.py::test_an_article_has_all_of_it_and_a_preview",
            "tests/dispatch/test_fan_out.py::test_many_are_under_way_at_once",
            "test_web.py::test_servers_get_the_document_and_caches_are_told_apart",
        ),
    ),
    4: (
        "ids are for ever; another one is refused, or moved to knowingly",
        (
            "test_delivery.py::test_an_actor_that_is_another_is_refused",
            "test_moves.py::test_another_address_is_not_taken_over",
            "test_moves.py::test_followers_are_asked_to_come_along",
        ),
    ),
    5: (
        "keys are never replaced in silence; new ones are told, and asked for once",
        (
            "test_delivery.py::test_lost_keys_are_not_replaced_in_silence",
            "test_commands.py::test_other_keys_are_taken_over_and_followers_told",
            "test_hostile.py::test_a_new_key_is_taken_once_the_old_one_is_old",
        ),
    ),
    6: (
        "a signature is anchored in time and good for an hour, an activity for once",
        (
            "test_signatures.py::test_a_signature_is_good_for_an_hour",
            "test_hostile.py::test_a_replayed_request_is_refused_after_an_hour",
            "test_inbox.py::test_the_same_activity_counts_once",
        ),
    ),
    7: (
        "an Accept goes first, again when asked again; `doctor` knocks at the inbox",
        (
            "tests/dispatch/test_notices.py::test_a_notice_goes_out_before_any_post",
            "tests/dispatch/test_notices.py::test_one_that_was_not_taken_is_told_again",
            "test_inbox.py::test_a_follow_that_is_asked_again_is_accepted_again",
            "test_examine.py::test_what_nobody_can_write_to_is_told",
            "test_examine.py::test_an_inbox_that_does_not_know_what_time_it_is_is_told",
        ),
    ),
    8: (
        "a blog says whether its posts are notes or articles, and sees them before",
        (
            "test_objects.py::test_auto_chooses_by_what_there_is",
            "test_objects.py::test_a_note_has_title_teaser_and_link",
            "test_preview.py::test_there_is_a_page_for_each_kind_of_server",
            "test_preview.py::test_what_is_folded_is_behind_its_warning",
        ),
    ),
    9: (
        "an Update has a later `updated` and an id of its own",
        (
            "test_delivery.py::test_create_update_and_delete_are_about_one_object",
            "test_delivery.py::test_two_edits_in_one_second_still_differ",
        ),
    ),
    10: (
        "what was taken away is 410 with a Tombstone, never a mere 404",
        (
            "test_web.py::test_what_was_taken_away_is_gone_and_not_merely_missing",
            "test_objects.py::test_where_a_post_was_a_tombstone_stands",
            "test_hosts.py::test_what_was_deleted_is_gone_and_says_so",
        ),
    ),
    11: (
        "dead servers take few places, rest longer each time, and are given up",
        (
            "tests/dispatch/test_fan_out.py::test_dead_servers_do_not_take_all_places",
            (
                "tests/dispatch/test_fan_out.py"
                "::test_a_dead_server_is_tried_with_one_and_then_left_alone"
            ),
            (
                "tests/dispatch/test_fan_out.py"
                "::test_a_dead_server_is_given_up_without_a_question"
            ),
            (
                "tests/dispatch/test_fan_out.py"
                "::test_a_server_that_only_ever_wants_rest_is_given_up"
            ),
        ),
    ),
    12: (
        "digests are written as the strictest reads them, and read in any case",
        (
            "test_rules.py::test_a_digest_is_written_in_upper_case",
            "test_signatures.py::test_a_digest_is_known_in_any_case",
        ),
    ),
    13: (
        "the whole address of the public, and lists also of one item",
        (
            "test_objects.py::test_the_audience_stands_on_activity_and_object",
            "test_web.py::test_one_item_is_a_list_all_the_same",
        ),
    ),
    14: (
        "actor and key are there for everybody, unsigned",
        (
            "test_web.py::test_servers_get_the_document_and_caches_are_told_apart",
            "test_peers.py::test_a_server_that_asks_who_is_there_sees_us",
        ),
    ),
    15: (
        "the older scheme first, then the other; and as a server signs to us",
        (
            "test_delivery.py::test_each_host_is_signed_to_as_it_understands",
            "test_rules.py::test_a_server_is_answered_as_it_signs",
            (
                "test_peers.py"
                "::test_who_wants_another_scheme_is_knocked_at_twice_and_remembered"
            ),
        ),
    ),
    16: (
        "a key belongs to the actor of the activity, cached or not",
        (
            "test_hostile.py::test_nobody_acts_for_another",
            "test_hostile.py::test_no_other_server_is_asked_for_a_key",
            "test_hostile.py::test_a_key_of_one_s_own_is_not_another_s",
            "test_hostile.py::test_a_key_document_must_be_listed_by_its_owner",
        ),
    ),
    18: (
        "one guarded way out, for every address that a stranger names",
        (
            "tests/http/test_addresses.py",
            "tests/http/test_dial.py",
            "test_hostile.py::test_a_redirect_leads_to_no_other_server",
            "test_hostile.py::test_an_inbox_on_another_server_is_not_written_to",
            "test_hostile.py::test_a_chain_of_documents_ends",
            "test_hostile_served.py::test_an_attack_is_refused_and_changes_nothing",
            "test_hostile_served.py::test_what_she_names_in_her_profile_is_not_asked",
        ),
    ),
    19: (
        "missing is not deleted; a message is made into bytes once",
        (
            (
                "tests/dispatch/test_retract.py"
                "::test_missing_empty_or_draft_takes_nothing_away"
            ),
            (
                "test_delivery.py"
                "::test_many_inboxes_at_once_share_one_key_and_the_same_bytes"
            ),
        ),
    ),
    20: (
        "a static actor has an inbox beside it, and is delivered for",
        (
            "test_hosts.py::test_every_document_comes_with_its_type",
            "test_spool.py::test_what_comes_in_waits_until_it_is_collected",
            (
                "test_static.py"
                "::test_a_fedify_server_follows_files_and_sees_all_that_happens"
            ),
        ),
    ),
}
#: Rules that nothing here can break, and why.
EXCEPTIONS = {
    17: "there is one actor on a server, and it follows nobody: it has no one of its "
    "own to deliver to"
}


def test_every_rule_is_tested_or_excepted() -> None:
    assert sorted([*RULES, *EXCEPTIONS]) == list(range(1, 21))


@pytest.mark.parametrize("number", RULES)
def test_the_tests_of_a_rule_are_there(number: int) -> None:
    """One that was renamed is missed here."""
    for named in RULES[number][1]:
        place, _, name = named.partition("::")
        file = (_ROOT if "/" in place else _HERE) / place
        tree = ast.parse(file.read_text(encoding="utf-8"))
        there = {it.name for it in tree.body if isinstance(it, ast.FunctionDef)}
        assert name in there or (not name and there), named


@pytest.mark.parametrize("scheme", Scheme)
def test_a_digest_is_written_in_upper_case(scheme: Scheme) -> None:
    """Threads and Takahe compare it to the letter; the newer header is lower case."""
    request = Request("POST", INBOX, {"Content-Type": "application/activity+json"})
    person = Person("alice")
    signed = sign(request, key=person.key, key_id=person.key_id, now=NOW, scheme=scheme)
    if scheme is Scheme.CAVAGE:
        assert signed["Digest"].startswith("SHA-256=")
    else:
        assert signed["Content-Digest"].startswith("sha-256=:")


def test_a_server_is_answered_as_it_signs(blog: Blog, alice: Person) -> None:
    """Some answer 200 to what they cannot verify: what they sign with, they know."""
    host = "social.example"
    assert blog.actor.schemes.of(host, now=NOW) is Scheme.CAVAGE
    blog.get(alice.does("Follow", OURS), alice, scheme=Scheme.RFC9421)
    assert blog.actor.schemes.of(host, now=NOW) is Scheme.RFC9421
    like = alice.does("Like", blog.publish())
    blog.get(like, alice, scheme=Scheme.CAVAGE)
    assert blog.actor.schemes.of(host, now=NOW) is Scheme.CAVAGE
