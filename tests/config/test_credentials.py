"""Tokens and keys are kept for their owner alone, and never half written."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from share_bridge.config.credentials import CredentialsStore, open_store, site_key
from share_bridge.errors import ConfigurationError


class FakeKeyring:
    """Keeps passwords in memory, and can be locked."""

    def __init__(self) -> None:
        self.passwords: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str, /) -> str | None:
        self._open()
        return self.passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self._open()
        self.passwords[service, username] = password

    def _open(self) -> None:
        if self.locked:
            raise RuntimeError("locked")


def test_what_was_saved_is_there(tmp_path: Path) -> None:
    """By scope, for every later store."""
    store = CredentialsStore(tmp_path / "a" / "b")
    store.replace("home", lambda old: {**old, "token": "é"})
    store.replace("other", lambda _: {"token": "b"})

    assert CredentialsStore(tmp_path / "a" / "b").get("home") == {"token": "é"}
    assert store.get("nobody") == {}


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    """0600 in a folder of 0700."""
    folder = tmp_path / "store"
    CredentialsStore(folder).replace("home", lambda _: {"a": "b"})

    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "credentials.json").stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """With the command that closes it."""
    store = CredentialsStore(tmp_path)
    store.replace("home", lambda _: {"a": "b"})
    (tmp_path / "credentials.json").chmod(0o644)

    with pytest.raises(ConfigurationError, match="chmod 600"):
        store.get("home")


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_a_damaged_file_is_never_overwritten(tmp_path: Path, content: str) -> None:
    """What is left in it may still be saved by hand."""
    file = tmp_path / "credentials.json"
    file.touch(mode=0o600)
    file.write_text(content)

    with pytest.raises(ConfigurationError, match="damaged"):
        CredentialsStore(tmp_path).replace("home", lambda _: {"a": "b"})
    assert file.read_text() == content


def test_changes_are_made_under_a_lock(tmp_path: Path) -> None:
    """Twenty rotations at once lose none."""

    def add_one(old: Mapping[str, str]) -> Mapping[str, str]:
        return {"count": str(int(old.get("count", "0")) + 1)}

    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            pool.submit(CredentialsStore(tmp_path).replace, "home", add_one)

    assert CredentialsStore(tmp_path).get("home") == {"count": "20"}
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        ".lock",
        "credentials.json",
    ]


def test_a_change_that_fails_changes_nothing(tmp_path: Path) -> None:
    store = CredentialsStore(tmp_path)
    store.replace("home", lambda _: {"a": "b"})

    with pytest.raises(ZeroDivisionError):
        store.replace("home", lambda _: {"a": str(1 / 0)})
    assert store.get("home") == {"a": "b"}


def test_a_keyring_is_used_where_there_is_one(tmp_path: Path) -> None:
    """Then no file is written."""
    keyring = FakeKeyring()
    store = CredentialsStore(tmp_path, keyring=keyring)
    store.replace("home", lambda _: {"token": "a"})

    assert store.get("home") == {"token": "a"}
    assert ("share-bridge", "home") in keyring.passwords
    assert not (tmp_path / "credentials.json").exists()


def test_the_newer_of_keyring_and_file_counts(tmp_path: Path) -> None:
    """A token rotated at night, while the keyring was locked, is not lost by day."""
    keyring = FakeKeyring()
    store = CredentialsStore(tmp_path, keyring=keyring)
    store.replace("home", lambda _: {"token": "old"})
    CredentialsStore(tmp_path).replace("home", lambda _: {"token": "older"})
    keyring.locked = True
    store.replace("home", lambda _: {"token": "rotated"})
    keyring.locked = False

    assert store.get("home") == {"token": "rotated"}


def test_it_stands_in_the_users_configuration_folder(tmp_path: Path) -> None:
    """XDG_CONFIG_HOME where it is set and absolute."""
    home = {"HOME": str(tmp_path)}

    assert open_store(home).folder == tmp_path / ".config" / "share-bridge"
    assert open_store({**home, "XDG_CONFIG_HOME": "/x"}).folder == Path(
        "/x/share-bridge"
    )
    assert open_store({**home, "XDG_CONFIG_HOME": "x"}).folder.is_relative_to(tmp_path)


def test_the_site_key_is_made_once(tmp_path: Path) -> None:
    """Hashes of one run are found in the next."""
    first = site_key({}, CredentialsStore(tmp_path))

    assert len(first) == 32
    assert site_key({}, CredentialsStore(tmp_path)) == first


def test_the_site_key_of_the_environment_wins(tmp_path: Path) -> None:
    """And the same text is the same key, wherever it stands."""
    store = CredentialsStore(tmp_path)
    first = site_key({}, store)
    text = store.get("(site)")["key"]

    assert site_key({"SHARE_BRIDGE_KEY": text}, CredentialsStore(Path("/x"))) == first
    assert site_key({"SHARE_BRIDGE_KEY": "another" * 4}, store) != first


def test_a_dry_run_saves_no_key(tmp_path: Path) -> None:
    assert len(site_key({}, CredentialsStore(tmp_path / "a"), save=False)) == 32
    assert not (tmp_path / "a").exists()


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    """It could be guessed, and every address with it."""
    with pytest.raises(ConfigurationError, match="too short to be secret"):
        site_key({"SHARE_BRIDGE_KEY": "blog"}, CredentialsStore(tmp_path))


def test_without_a_place_for_the_key_the_variable_is_named(tmp_path: Path) -> None:
    """As in a container without a home."""
    (tmp_path / "file").touch()

    with pytest.raises(ConfigurationError, match="set SHARE_BRIDGE_KEY"):
        site_key({}, CredentialsStore(tmp_path / "file" / "store"))


@pytest.mark.parametrize(
    "locked, place", [(False, "the keyring of this system"), (True, "credentials.json")]
)
def test_the_owner_is_told_where_it_is(
    place: str, tmp_path: Path, *, locked: bool
) -> None:
    keyring = FakeKeyring()
    keyring.locked = locked
    store = CredentialsStore(tmp_path, keyring=keyring)
    store.replace("home", lambda _: {"token": "a"})

    assert store.where("home").endswith(place)
