"""Two clones that both went on, merged by union, tell one truth."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_acts import KEY, NOW, Act, acts, create, dump, play
from share_bridge.dispatch.questions import about_post
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.delivery import State
from share_bridge.model.post import Post
from share_bridge.model.question import Kind
from share_bridge.model.receipt import Account

_START = [Act("read"), Act("read", 2), Act("plan"), Act("plan", 2)]
_EXAMPLES = settings(max_examples=20)

#: Sent, or perhaps sent.
_MAY_STAND = {State.SENDING, State.PENDING, State.DELIVERED}


class Clones:
    """Journals that began as one."""

    def __init__(self, folder: Path, base: Sequence[Act] = ()) -> None:
        self.folder = folder
        self.base = folder / "base.jsonl"
        folder.mkdir(exist_ok=True)
        self.base.touch()
        with _open(self.base) as ledger:
            play(ledger, base)

    def clone(self, name: str, sequence: Sequence[Act], *, start: int = 20) -> Path:
        """Another copy, and what it did on its own."""
        path = self.folder / f"{name}.jsonl"
        path.write_bytes(self.base.read_bytes())
        with _open(path) as ledger:
            play(ledger, sequence, start=start)
        return path

    def union(self, *paths: Path, random: Random | None = None) -> Path:
        """Their lines, each once or more often, in any order."""
        found = b"".join(path.read_bytes() for path in paths)
        lines = found.splitlines(keepends=True)
        if random is None:
            lines = list(dict.fromkeys(lines))
        else:
            random.shuffle(lines)
        merged = self.folder / f"merged{len(list(self.folder.iterdir()))}.jsonl"
        merged.write_bytes(b"".join(lines))
        return merged


def _open(path: Path) -> Ledger:
    return Ledger.open(path, key=KEY)


def _truth(path: Path) -> dict[str, list[object]]:
    with Ledger.in_memory(path, key=KEY) as ledger:
        return dump(ledger, without=())


@_EXAMPLES
@given(
    base=acts(), histories=st.lists(acts(), min_size=2, max_size=3), random=st.randoms()
)
def test_any_order_is_the_same(
    base: list[Act], histories: list[list[Act]], random: Random
) -> None:
    """Commutative, associative, idempotent: it is a set of lines."""
    with TemporaryDirectory() as folder:
        clones = Clones(Path(folder), base)
        paths = [
            clones.clone(str(number), history, start=20 + number)
            for number, history in enumerate(histories)
        ]
        merged = [
            clones.union(*order) for order in itertools.permutations(paths, len(paths))
        ]
        merged += [
            clones.union(clones.union(*paths[:2]), *paths[2:]),
            clones.union(paths[0], clones.union(*paths[1:])),
            clones.union(*paths, *paths, random=random),
        ]

        truths = [_truth(path) for path in merged]

    assert all(truth == truths[0] for truth in truths)


@_EXAMPLES
@given(base=acts(), one=acts(), other=acts())
def test_a_merged_journal_is_one_as_any_other(
    base: list[Act], one: list[Act], other: list[Act]
) -> None:
    """What is written after a merge replaces what both sides said."""
    with TemporaryDirectory() as folder:
        clones = Clones(Path(folder), base)
        merged = clones.union(
            clones.clone("a", one), clones.clone("b", other, start=40)
        )
        with _open(merged) as ledger:
            play(
                ledger, [Act("plan"), Act("bind"), Act("claim"), Act("adopt")], start=60
            )
            expected = dump(ledger)
        with _open(merged) as ledger:
            assert dump(ledger) == expected
            was, lines = ledger.compact()
        with _open(merged) as ledger:
            assert dump(ledger) == expected

    assert lines <= was


def _states(path: Path) -> list[tuple[str, str, str, State, bool]]:
    with _open(path) as ledger:
        names = {it.id: it.name for it in ledger.targets.all()}
        return [
            (names[it.target], it.post, it.recipient, it.state, it.unknown)
            for it in ledger.deliveries.of()
        ]


_SENDS = ("plan", "bind", "claim", "record", "retry", "hold", "release", "skip")


@_EXAMPLES
@given(one=acts(_SENDS), other=acts(_SENDS))
def test_what_one_side_sent_is_never_sent_by_the_other(
    one: list[Act], other: list[Act]
) -> None:
    """Delivered stays so; perhaps sent is looked for first; only a word ends it."""
    with TemporaryDirectory() as folder:
        clones = Clones(Path(folder), _START)
        paths = [clones.clone("a", one), clones.clone("b", other, start=40)]
        sides = [_states(path) for path in paths]
        merged = {it[:3]: it for it in _states(clones.union(*paths))}

    for *key, state, unknown in itertools.chain(*sides):
        *_, now, doubt = merged[tuple(key)]
        if state is State.DELIVERED:
            assert now is State.DELIVERED
        elif state in _MAY_STAND or unknown:
            ended = {State.DELIVERED, State.REJECTED, State.SKIPPED}
            assert doubt or now in ended | _MAY_STAND


@pytest.mark.parametrize("state", [State.DELIVERED, State.WAITING, State.HELD])
@pytest.mark.parametrize("word", ["retry", "hold", "release", "skip", "withdraw"])
def test_an_owner_who_did_not_know_better_sends_nothing_twice(
    tmp_path: Path, state: State, word: str
) -> None:
    """One clone's owner answers what the other clone's run has just settled."""
    lost = [Act("bind"), Act("claim"), Act("record", state=State.WAITING)]
    clones = Clones(tmp_path, [*_START, *lost])
    settled = clones.clone("a", [Act("claim"), Act("record", state=state)])
    answered = clones.clone("b", [Act(word), Act("retry")], start=40)

    with _open(clones.union(settled, answered)) as ledger:
        found = create(ledger, Act("plan"))

    assert found is not None
    if state is State.DELIVERED:
        assert found.state is State.DELIVERED
    else:
        assert found.unknown or found.state is State.SKIPPED


def test_an_owner_who_knew_is_obeyed(tmp_path: Path) -> None:
    """`forget` says that nothing stands there, whatever the ledger thought."""
    clones = Clones(tmp_path, [*_START, Act("bind"), Act("claim"), Act("record")])
    forgot = clones.clone("a", [Act("forget")])
    read = clones.clone("b", [Act("read"), Act("pause")], start=40)

    with _open(clones.union(read, forgot)) as ledger:
        found = create(ledger, Act("plan"))

    assert found is not None
    assert found.state is State.PLANNED


def test_both_found_out_whose_the_target_is(tmp_path: Path) -> None:
    """Two first runs at once: one target, one delivery a post."""
    clones = Clones(tmp_path)
    first = [*_START, Act("bind")]
    one = clones.clone("a", [*first, Act("claim"), Act("record")])
    other = clones.clone("b", [*_START, Act("bind"), Act("claim", 2)], start=40)

    with _open(clones.union(one, other)) as ledger:
        states = sorted(it.state for it in ledger.deliveries.of())
        names = [it.name for it in ledger.targets.all()]

    assert names == ["t1"]
    assert states == [State.DELIVERED, State.SENDING]


def test_one_only_planned_what_the_other_sent(tmp_path: Path) -> None:
    """What was planned under a bare name is found under the account's."""
    clones = Clones(tmp_path)
    one = clones.clone("a", [*_START, Act("bind"), Act("claim"), Act("record")])
    other = clones.clone("b", [*_START, Act("read"), Act("plan", 2)], start=40)

    with _open(clones.union(one, other)) as ledger:
        states = sorted(it.state for it in ledger.deliveries.of())
        names = [it.name for it in ledger.targets.all()]

    assert names == ["t1"]
    assert states == [State.DELIVERED, State.PLANNED]


def test_what_one_digest_told_of_is_in_no_other(tmp_path: Path) -> None:
    """The other clone collected it too, with one that the first never saw."""
    base = [*_START, Act("bind"), Act("collect")]
    clones = Clones(tmp_path, base)
    one = clones.clone("a", [Act("tell")])
    late = [Act("plan", 2), Act("collect", 2), Act("tell", 1), Act("tell", 1)]
    other = clones.clone("b", late, start=40)

    with _open(clones.union(one, other)) as ledger:
        target = ledger.targets.named("t1", "kind").id
        collecting = [it.identity for it in ledger.digests.collecting(target)]
        found = {it.post: it.state for it in ledger.deliveries.of(target=target)}

    assert collecting == ["guid:blog:2"]
    assert sorted(found.values()) == [State.PLANNED, State.SKIPPED, State.WAITING]


def test_two_accounts_of_one_name_keep_both_histories(tmp_path: Path) -> None:
    """The one that was seen last has the name; nobody can configure the other."""
    clones = Clones(tmp_path, _START)
    paths = [clones.clone(name, []) for name in "ab"]
    for minute, path in enumerate(paths):
        _bind(path, path.stem, minute=minute)

    with _open(clones.union(*paths)) as ledger:
        names = {it.account: it.name.partition(".")[::2] for it in ledger.targets.all()}

    assert names["b"] == ("t1", "")
    assert names["a"][0] == "t1"
    assert names["a"][1].startswith("was.")


def _bind(path: Path, account: str, *, minute: int) -> None:
    with _open(path) as ledger:
        target = ledger.targets.named("t1", "kind")
        found = Account(server="s", id=account, name=account)
        now = NOW.replace(minute=minute)
        ledger.targets.bind(target, found, settings_hash="", now=now)


def _hold(path: Path) -> None:
    """What became of the post at the first target is asked by its name."""
    with _open(path) as ledger:
        found = create(ledger, Act("plan"))
        assert found is not None
        name = next(it.name for it in ledger.targets.all() if it.id == found.target)
        asked = about_post(
            Kind.OUTCOME_UNKNOWN, target=name, post=found.post, title="It"
        )
        question = ledger.ask(asked, now=NOW)
        ledger.holds.settle(
            found, state=State.HELD, reason="no answer", question=question
        )


def test_each_of_two_accounts_of_one_name_is_asked_about_by_its_own(
    tmp_path: Path,
) -> None:
    """Both lost an answer: who looked at one does not answer for the other."""
    clones = Clones(tmp_path, _START)
    paths = [clones.clone(name, []) for name in "ab"]
    for minute, path in enumerate(paths):
        _bind(path, path.stem, minute=minute)
        _hold(path)
    merged = clones.union(*paths)

    with _open(merged) as ledger:
        names = {it.account: it.name for it in ledger.targets.all()}
        asked = {it.target: it for it in ledger.questions()}
        kept = dump(ledger)

    assert set(asked) == {names["a"], names["b"]}
    for name, question in asked.items():
        assert (
            question.answers[0]
            == f"share-bridge ledger adopt {question.post} {name} URL"
        )
        assert f" {name}?" in question.text
    with _open(merged) as ledger:
        assert dump(ledger) == kept


def test_what_is_asked_under_a_name_that_the_other_clone_changed(
    tmp_path: Path,
) -> None:
    """The newest name holds, also for a question that knows only the older one."""
    base = [*_START, Act("bind")]
    clones = Clones(tmp_path, base)
    renamed, asked = clones.clone("a", []), clones.clone("b", [])
    with _open(renamed) as ledger:
        target = ledger.targets.named("t2", "kind")
        account = Account(server="https://s.example", id="1", name="@a")
        ledger.targets.bind(target, account, settings_hash="", now=NOW)
    _hold(asked)

    with _open(clones.union(asked, renamed)) as ledger:
        (question,) = ledger.questions()

    assert question.target == "t2"
    assert "t2" in question.answers[0]


def test_one_article_that_two_clones_met_in_two_feeds_goes_out_once(
    tmp_path: Path,
) -> None:
    """Its address tells that it is the same, though its ids differ."""
    clones = Clones(tmp_path)
    paths = []
    for minute, source in enumerate(("blog", "notes")):
        path = clones.clone(source, [], start=minute)
        with _open(path) as ledger:
            post = Post(source, f"guid:{source}:1", aliases=("link:example.org/1",))
            known = ledger.posts.add(post, likeness="", now=NOW)
            target = ledger.targets.named("t1", "kind")
            ledger.deliveries.plan(target=target.id, post=known)
        paths.append(path)

    with _open(clones.union(*paths)) as ledger:
        states = sorted(it.state for it in ledger.deliveries.of())

    assert states == [State.PLANNED, State.SKIPPED]


@pytest.mark.parametrize("way", ["merge", "rebase"])
def test_git_merges_journals_by_union(tmp_path: Path, way: str) -> None:
    """With `merge=union`, as the documentation says, and a compaction on one side."""
    clones = Clones(tmp_path / "clones", _START)
    repository = tmp_path / "repository"
    journal = repository / "ledger.jsonl"

    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
        command = ["git", *identity, "-C", str(repository), *arguments]
        subprocess.run(command, check=True, capture_output=True)

    def commit(path: Path, branch: str) -> None:
        git("checkout", "-q", "-B", branch, "base")
        journal.write_bytes(path.read_bytes())
        git("commit", "-qam", branch)

    repository.mkdir()
    git("init", "-q")
    (repository / ".gitattributes").write_text("*.jsonl merge=union\n")
    journal.write_bytes(clones.base.read_bytes())
    git("add", ".")
    git("commit", "-qm", "base")
    git("branch", "base")
    sent = clones.clone("sent", [Act("bind"), Act("claim"), Act("record")])
    edited = clones.clone(
        "edited", [Act("edit"), Act("edit"), Act("claim", 2)], start=40
    )
    with _open(edited) as ledger:
        ledger.compact()
    commit(sent, "sent")
    commit(edited, "edited")

    git(way, "sent")

    assert _truth(journal) == _truth(clones.union(sent, edited))
