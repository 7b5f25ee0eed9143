"""What strangers read in a journal: no address, no token, nothing a plugin keeps."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger_acts import KEY, NOW, Act, create, dump, play
from share_bridge.config.credentials import open_store
from share_bridge.errors import LedgerError
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.delivery import State

_OTHER = bytes(32)
_PUBLIC = "https://inbox.example/ann"
_PERSON = "hash:0011:aabbcc"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.jsonl"


def _open(path: Path, key: bytes | None = KEY) -> Ledger:
    return Ledger.open(path, key=key)


def _fan_out(ledger: Ledger, *people: tuple[str, str]) -> None:
    """A message for these, refused in the services' own words."""
    play(ledger, [Act("plan"), Act("bind")])
    found = create(ledger, Act("plan"))
    assert found is not None
    ledger.deliveries.expand(found, people)
    play(ledger, [Act("claim")])
    for delivery in ledger.deliveries.of():
        if delivery.state is State.SENDING:
            ledger.deliveries.record(
                delivery,
                state=State.REJECTED,
                now=NOW,
                outcome="rejected",
                reason="550 <ann@private.example> unknown",
            )
    ledger.deliveries.checkpoint(found.id, {})


def _everything(ledger: Ledger) -> None:
    _fan_out(ledger, (_PUBLIC, "inbox.example"), (_PERSON, "private.example"))
    target = ledger.targets.named("t1", "kind")
    documents = ledger.targets.documents(target.id)
    documents.put("follower/https://fan.example", {"inbox": "https://fan.example/in"})
    ledger.remember("salt", "5a17" * 16)
    store = open_store({"HOME": "/nowhere", "XDG_CONFIG_HOME": ""}, vault=ledger.vault)
    assert ledger.vault is not None
    ledger.vault.set_password("share-bridge", "t1", '{"token": "hunter2"}')
    assert store is not None


_WORDS = ["inbox.example", "private.example", "fan.example", "5a17", "hunter2", "ann@"]


def test_nothing_of_it_is_to_be_read(path: Path) -> None:
    with _open(path) as ledger:
        _everything(ledger)
        expected = dump(ledger)

    text = path.read_text()
    assert [word for word in _WORDS if word in text] == []
    with _open(path) as again:
        assert dump(again) == expected


def test_what_is_the_same_is_written_alike(path: Path) -> None:
    """So that two clones that learn the same thing do not contradict each other."""
    other = path.with_name("other.jsonl")
    for it in (path, other):
        with _open(it) as ledger:
            play(ledger, [Act("document")])

    with _open(path) as one, _open(other) as two:
        assert dump(one) == dump(two)
        keys = [
            fact for it in (one, two) for fact in it._database.history.rows("document")
        ]
    assert keys[0] == keys[1]


def _keep_token(ledger: Ledger) -> None:
    ledger._database.run("put_credential", scope="t1", document="hunter2")


@pytest.mark.parametrize(
    "keep",
    [
        lambda ledger: play(ledger, [Act("document")]),
        lambda ledger: _fan_out(ledger, (_PUBLIC, "inbox.example")),
        _keep_token,
    ],
    ids=["what a plugin keeps", "an address", "a token"],
)
def test_without_a_key_it_is_not_written_at_all(
    path: Path, keep: Callable[[Ledger], None]
) -> None:
    """And the line says what to set."""
    with _open(path, None) as ledger:
        play(ledger, [Act("plan"), Act("bind")])
        before = path.read_bytes()
        with pytest.raises(LedgerError, match=r"SHARE_BRIDGE_KEY.*openssl rand"):
            keep(ledger)

        assert path.read_bytes() == before
        assert ledger.vault is None


def test_what_is_left_out_leaves_no_line(path: Path) -> None:
    """A file in git changes only where something did."""
    with _open(path, None) as ledger:
        ledger.remember("salt", "5a17")

    assert not path.exists()


def test_people_need_no_key(path: Path) -> None:
    """They are hashes already; what else would name them is left out."""
    with _open(path, None) as ledger:
        _fan_out(ledger, (_PERSON, "private.example"))
        ledger.remember("salt", "5a17")

    text = path.read_text()
    assert _PERSON in text
    assert [word for word in _WORDS if word in text] == []
    with _open(path, None) as again:
        assert [it.state for it in again.deliveries.of()] == [State.REJECTED]
        assert again.recall("salt") == ""


@pytest.mark.parametrize("key", [None, _OTHER], ids=["missing", "wrong"])
def test_under_another_key_it_stays_as_it_is(path: Path, key: bytes | None) -> None:
    """Nothing is lost: with the right key again all of it is there."""
    with _open(path) as ledger:
        play(ledger, [Act("plan"), Act("bind"), Act("document")])
        ledger.remember("salt", "5a17")
        expected = dump(ledger)
        target = ledger.targets.named("t1", "kind").id

    with _open(path, key) as stranger:
        assert stranger.is_sealed(target)
        assert stranger.recall("salt") == ""
        stranger.targets.pause(target, until=None, reason="seen")
        stranger.targets.pause(target, until=None)
    with _open(path) as again:
        assert not again.is_sealed(target)
        assert dump(again) == expected


def test_a_library_that_is_missing_is_named(path: Path) -> None:
    """With the command that installs it."""
    script = """
import sys
sys.modules["cryptography"] = None
from collections.abc import Callable
from pathlib import Path
from share_bridge.ledger.ledger import Ledger
Ledger.open(Path(sys.argv[1]), key=bytes(32)).remember("salt", "x")
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "pip install 'share-bridge[encryption]'" in done.stderr.splitlines()[-1]


def test_tokens_that_rotate_are_found_by_the_next_run(path: Path) -> None:
    """On another machine, where nothing is kept but the journal."""
    seen: list[dict[str, Any]] = []
    for home in ("a", "b"):
        environ = {"HOME": str(path.parent / home)}
        with _open(path) as ledger:
            store = open_store(environ, vault=ledger.vault)
            seen.append(dict(store.get("t1")))
            store.replace("t1", lambda old: {"token": old.get("token", "") + "+"})

    with _open(path) as ledger:
        store = open_store({"HOME": str(path.parent / "c")}, vault=ledger.vault)
        assert store.get("t1") == {"token": "++"}
        assert store.where("t1") == "the ledger, encrypted"
    assert seen == [{}, {"token": "+"}]


def test_a_database_on_this_machine_keeps_no_credentials(tmp_path: Path) -> None:
    """They belong to the system's keyring, or to a file of the user's."""
    with Ledger.open(tmp_path / "ledger.db", key=KEY) as ledger:
        assert ledger.vault is None


def test_a_database_on_this_machine_imports_nothing_of_it(tmp_path: Path) -> None:
    """What a run in SQLite does not need, it does not pay for."""
    script = """
import sys
from collections.abc import Callable
from pathlib import Path
from share_bridge.ledger.ledger import Ledger
Ledger.open(Path(sys.argv[1])).close()
print(*sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a.db")],
        capture_output=True,
        text=True,
        check=True,
    )

    ours = {
        "journal",
        "replayed",
        "history",
        "facts",
        "seal",
        "shared",
        "branch",
        "git",
    }
    modules = set(done.stdout.split())
    assert {f"share_bridge.ledger.{name}" for name in ours} & modules == set()
    assert {"asyncio", "subprocess", "cryptography"} & modules == set()
