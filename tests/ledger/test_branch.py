"""A ledger on a branch: pushed before anything leaves, by compare-and-swap."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from git_support import git, make_clones
from ledger_acts import KEY, Act, create, dump, play
from share_bridge.errors import LedgerError
from share_bridge.ledger.branch import RemoteFile
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.place import Branch
from share_bridge.ledger.shared import BranchLog
from share_bridge.model.delivery import State

_PLANNED = [Act("plan"), Act("plan", 2), Act("bind")]

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


@pytest.fixture
def clones(tmp_path: Path) -> list[Path]:
    return make_clones(tmp_path, 2)


@pytest.fixture
def bare(tmp_path: Path, clones: list[Path]) -> Path:
    return tmp_path / "site.git"


def _open(clone: Path, environ: Mapping[str, str] = os.environ) -> Ledger:
    return Ledger.open(Branch(clone, "state"), key=KEY, environ=environ)


def _confirm(ledger: Ledger) -> bool:
    return asyncio.run(ledger.confirm(timedelta(seconds=30)))


def _state(ledger: Ledger, post: int = 1) -> State:
    found = create(ledger, Act("plan", post))
    assert found is not None
    return found.state


def _hook(bare: Path, name: str, script: str) -> None:
    hook = bare / "hooks" / name
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{script}\n")
    hook.chmod(0o755)


def _wrapped(folder: Path, script: str) -> dict[str, str]:
    """An environment in which `git` is that script; `$GIT` is the real one."""
    bin_ = folder / "bin"
    bin_.mkdir()
    wrapper = bin_ / "git"
    wrapper.write_text(f"#!/bin/sh\nGIT={shutil.which('git')}\n{script}\n")
    wrapper.chmod(0o755)
    return {**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}"}


@pytest.mark.parametrize(
    "options",
    [(), ("--depth=1",), ("--depth=1", "--no-tags", "--single-branch"), ("--bare",)],
    ids=" ".join,
)
def test_any_clone_will_do(tmp_path: Path, options: tuple[str, ...]) -> None:
    """The branch need not be there, nor a name for git, nor a branch checked out."""
    clone = make_clones(tmp_path, 1, *options)[0]
    if "--bare" not in options:
        git(clone, "checkout", "-q", "--detach")
    nobody = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    for number in range(3):
        with _open(clone, nobody) as ledger:
            play(ledger, [*_PLANNED, Act("remember")], start=number)

    with _open(make_clones(_sub(tmp_path), 1)[0]) as stranger:
        assert stranger.recall("key1") == ""
    with _open(clone, nobody) as ledger:
        assert _state(ledger) is State.PLANNED


def _sub(folder: Path) -> Path:
    (folder / "sub").mkdir()
    return folder / "sub"


def test_work_tree_index_and_branches_are_left_alone(
    clones: list[Path], bare: Path
) -> None:
    """Whatever its owner is in the middle of."""
    clone = clones[0]
    (clone / "README").write_text("Half a sentence")
    (clone / "staged").write_text("1")
    git(clone, "add", "staged")
    head, index = git(clone, "rev-parse", "HEAD"), (clone / ".git/index").read_bytes()
    (clone / ".git/hooks/pre-push").write_text("#!/bin/sh\nexit 1\n")
    (clone / ".git/hooks/pre-push").chmod(0o755)

    with _open(clone, {**os.environ, "GIT_INDEX_FILE": "/nowhere"}) as ledger:
        play(ledger, _PLANNED)

    assert (clone / ".git/index").read_bytes() == index
    assert git(clone, "rev-parse", "HEAD") == head
    assert git(clone, "branch").split() == ["*", "main"]
    assert git(clone, "status", "--porcelain") == " M README\nA  staged\n"
    assert git(bare, "ls-tree", "--name-only", "state") == "share-bridge.jsonl\n"


def test_other_files_of_the_branch_stay(clones: list[Path], bare: Path) -> None:
    git(clones[0], "push", "-q", "origin", "main:state")

    with _open(clones[1]) as ledger:
        play(ledger, _PLANNED)

    assert git(bare, "ls-tree", "--name-only", "state").split() == [
        "README",
        "share-bridge.jsonl",
    ]


def test_a_run_that_changes_nothing_pushes_nothing(
    clones: list[Path], bare: Path
) -> None:
    with _open(clones[0]) as ledger:
        play(ledger, _PLANNED)
    tip = git(bare, "rev-parse", "state")

    _open(clones[1]).close()

    assert git(bare, "rev-parse", "state") == tip


def test_what_is_about_to_be_sent_is_pushed_before(clones: list[Path]) -> None:
    """Another clone sees it while the request is under way."""
    with _open(clones[0]) as ledger:
        play(ledger, [*_PLANNED, Act("claim")])
        assert _confirm(ledger)

        with _open(clones[1]) as other:
            assert _state(other) is State.SENDING


def test_who_comes_second_sends_nothing(clones: list[Path]) -> None:
    """It knows then what the other one does, and keeps what it did itself."""
    with _open(clones[0]) as first:
        play(first, _PLANNED)
    first, second = map(_open, clones)
    play(first, [Act("claim"), Act("remember", 1)])
    play(second, [Act("remember", 2), Act("claim"), Act("claim", 2)], start=10)

    assert _confirm(first)
    assert not _confirm(second)
    assert _state(second) is State.SENDING
    assert _state(second, 2) is State.PLANNED
    assert second.recall("key1")

    play(second, [Act("claim", 2)], start=20)
    assert _confirm(second)
    play(first, [Act("record")], start=30)
    play(second, [Act("record", 2)], start=30)
    second.close()
    first.close()

    with _open(clones[1]) as ledger:
        assert {_state(ledger), _state(ledger, 2)} == {State.DELIVERED}
        assert ledger.recall("key1")
        assert ledger.recall("key2")


def test_claims_of_many_targets_are_one_push(clones: list[Path], bare: Path) -> None:
    with _open(clones[0]) as ledger:
        play(ledger, [*_PLANNED, Act("plan", target=2), Act("bind", target=2)])
        assert _confirm(ledger)
        before = int(git(bare, "rev-list", "--count", "state"))

        async def lane(target: int) -> bool:
            play(ledger, [Act("claim", target=target)])
            return await ledger.confirm(timedelta(seconds=30))

        async def both() -> list[bool]:
            return await asyncio.gather(lane(1), lane(2))

        assert asyncio.run(both()) == [True, True]
        assert int(git(bare, "rev-list", "--count", "state")) == before + 1


def test_a_push_whose_answer_is_lost_counts(tmp_path: Path, clones: list[Path]) -> None:
    """The remote is asked what became of it."""
    lossy = _wrapped(
        tmp_path,
        'case " $* " in *" push "*) "$GIT" "$@"; exit 128;; esac; exec "$GIT" "$@"',
    )
    with _open(clones[0], lossy) as ledger:
        play(ledger, [*_PLANNED, Act("claim")])

        assert _confirm(ledger)


@pytest.mark.parametrize(
    "environ, right",
    [
        ({"GITHUB_ACTIONS": "true"}, "permissions: contents: write"),
        ({"GITLAB_CI": "true"}, "Allow Git push requests to the repository"),
        ({}, "the right to push to this branch"),
    ],
)
def test_a_push_that_is_not_permitted_names_the_right(
    clones: list[Path], bare: Path, environ: dict[str, str], right: str
) -> None:
    """And nothing leaves."""
    _hook(bare, "pre-receive", "echo 'GH006: Protected branch' >&2; exit 1")
    ledger = _open(clones[0], os.environ | environ)
    play(ledger, [*_PLANNED, Act("claim")])

    with pytest.raises(LedgerError, match=rf"git:state: .*cannot be pushed.*{right}"):
        _confirm(ledger)
    with pytest.raises(LedgerError, match="nothing more is sent"):
        ledger.close()


def test_what_could_not_be_pushed_was_never_about_to_be_sent(
    clones: list[Path], bare: Path
) -> None:
    """It is planned still, and nobody has to look for it; the rest is kept."""
    with _open(clones[0]) as ledger:
        play(ledger, _PLANNED)
    away = bare.with_name("away.git")
    ledger = _open(clones[0])
    play(ledger, [Act("claim"), Act("remember")], start=10)
    bare.rename(away)

    with pytest.raises(LedgerError, match="cannot be pushed"):
        _confirm(ledger)
    away.rename(bare)
    ledger.close()

    with _open(clones[1]) as other:
        assert _state(other) is State.PLANNED
        assert other.recall("key1")


def test_a_remote_that_is_gone_is_told_without_its_password(
    tmp_path: Path, clones: list[Path]
) -> None:
    url = "https://ann:hunter2@127.0.0.1:9/site.git"
    git(clones[0], "remote", "set-url", "origin", url)

    with pytest.raises(LedgerError, match=r"git:state: it cannot be read") as caught:
        _open(clones[0])

    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="not a git repository"):
        _open(tmp_path, {**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)})


def test_a_machine_without_git(clones: list[Path]) -> None:
    with pytest.raises(LedgerError, match="git is not installed"):
        _open(clones[0], {"PATH": ""})


def test_git_that_hangs_is_ended(tmp_path: Path, clones: list[Path]) -> None:
    """With whatever it started."""
    slow = _wrapped(
        tmp_path, 'case " $* " in *" push "*) sleep 60;; esac; exec "$GIT" "$@"'
    )
    log = BranchLog(RemoteFile(Branch(clones[0], "state"), slow, longest=1.0))
    log.begin()

    with pytest.raises(LedgerError, match="git push took more than 1 s"):
        log.push([])


def test_a_repository_without_a_remote_keeps_its_own_branch(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    with _open(tmp_path) as ledger:
        play(ledger, _PLANNED)

    with _open(tmp_path) as again:
        assert _state(again) is State.PLANNED
    assert git(tmp_path, "branch", "--list", "state").strip() == "state"


def test_compacting_forgets_what_the_branch_was(clones: list[Path], bare: Path) -> None:
    """One commit, from which everything is still known; others go on from it."""
    for number in range(3):
        with _open(clones[0]) as ledger:
            play(ledger, [*_PLANNED, Act("edit"), Act("remember")], start=number)
    running = _open(clones[1])
    with _open(clones[0]) as ledger:
        expected = dump(ledger)
        before, after = ledger.compact()

    assert after < before
    assert git(bare, "rev-list", "--count", "state") == "1\n"
    with _open(clones[0]) as ledger:
        assert dump(ledger) == expected
    play(running, [Act("claim")], start=10)
    assert not _confirm(running)
    play(running, [Act("claim")], start=11)
    assert _confirm(running)
    running.close()


def test_a_dry_run_pushes_nothing(clones: list[Path], bare: Path) -> None:
    with Ledger.in_memory(Branch(clones[0], "state"), environ=os.environ) as ledger:
        play(ledger, _PLANNED)

    assert git(bare, "branch", "--list", "state") == ""


def test_a_damaged_line_of_the_branch_stops(clones: list[Path]) -> None:
    with _open(clones[0]) as ledger:
        play(ledger, _PLANNED)
    git(clones[0], "fetch", "-q", "origin", "state")
    git(clones[0], "checkout", "-q", "FETCH_HEAD")
    file = clones[0] / "share-bridge.jsonl"
    file.write_text("<<<<<<< HEAD\n" + file.read_text())
    git(clones[0], "commit", "-qam", "Merge")
    git(clones[0], "push", "-q", "origin", "HEAD:state")

    with pytest.raises(LedgerError, match="git:state: line 1 cannot be read"):
        _open(clones[1])
