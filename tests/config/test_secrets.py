"""Secrets come from the first place that has them, and a dry run looks nowhere."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from config_support import target
from share_bridge.config.credentials import CredentialsStore
from share_bridge.config.secrets import PLACEHOLDER, Secrets, resolve_secrets
from share_bridge.config.settings import SecretField
from share_bridge.errors import ConfigurationError, TargetBlockedError

TOKEN = SecretField("token")


def _find(
    folder: Path,
    setting: object = None,
    environ: dict[str, str] | None = None,
    *,
    saved: str = "",
    required: bool = True,
    resolve: bool = True,
    needed: bool = True,
    login: bool = False,
) -> Secrets:
    store = CredentialsStore(folder / "store")
    if saved:
        store.replace("my-home", lambda _: {"token": saved})
    settings = {} if setting is None else {"token": setting}
    return resolve_secrets(
        target("my-home", **settings),
        [SecretField("token", required=required)],
        environ=environ or {},
        store=store,
        folder=folder,
        resolve=resolve,
        needed=needed,
        login=login,
    )


def _say(text: str) -> dict[str, list[str]]:
    return {"command": [sys.executable, "-c", f"print({text!r})"]}


@pytest.mark.parametrize(
    "setting, environ, saved, found",
    [
        ({"env": "X"}, {"SHARE_BRIDGE_MY_HOME_TOKEN": "a", "X": "b"}, "c", "a"),
        ({"env": "X"}, {"X": "b\n"}, "c", "b"),
        ({"env": "X"}, {}, "c", "c"),
        ({"file": "secret"}, {}, "", "from a file"),
        ({"file": "none"}, {}, "c", "c"),
        (_say("said"), {}, "c", "said"),
        (None, {}, "c", "c"),
        ("literal", {}, "c", "literal"),
        ("literal", {"SHARE_BRIDGE_MY_HOME_TOKEN": "a"}, "c", "a"),
    ],
)
def test_the_first_place_that_has_it_wins(
    tmp_path: Path, setting: object, environ: dict[str, str], saved: str, found: str
) -> None:
    """The variable, the setting, what login saved."""
    (tmp_path / "secret").write_text("from a file\n")

    values = _find(tmp_path, setting, environ, saved=saved).values

    assert values == {"token": found}


def test_a_missing_secret_names_the_ways_to_give_it(tmp_path: Path) -> None:
    """And blocks its target alone."""
    with pytest.raises(TargetBlockedError) as caught:
        _find(tmp_path, {"env": "X"})

    assert str(caught.value) == (
        "targets.my-home.token: no secret found (env X holds nothing): set "
        'SHARE_BRIDGE_MY_HOME_TOKEN, or write token = { env = "NAME" } in '
        "[targets.my-home]"
    )


def test_an_optional_secret_may_be_nowhere(tmp_path: Path) -> None:
    """It keeps its default."""
    assert _find(tmp_path, required=False).values == {}


def test_a_literal_gets_a_warning(tmp_path: Path) -> None:
    """A configuration is often public; the value is not repeated."""
    found = _find(tmp_path, "hush")
    (warning,) = found.warnings

    assert warning.startswith("targets.my-home.token: a secret stands in the config")
    assert "hush" not in warning + repr(found)


@pytest.mark.parametrize(
    "setting",
    [
        {"evn": "X"},
        {"env": "X", "file": "y"},
        {"env": ""},
        {"command": "pass show token"},
        {"command": []},
        ["X"],
        3,
        "",
    ],
)
def test_another_form_is_refused(tmp_path: Path, setting: object) -> None:
    with pytest.raises(ConfigurationError, match=r"targets\.my-home\.token: write"):
        _find(tmp_path, setting)


@pytest.mark.parametrize(
    "setting, problem",
    [
        ({"command": [sys.executable, "-c", "exit(3)"]}, "ended with 3"),
        ({"command": ["./no-such-program"]}, "cannot be run: No such file"),
        ({"file": "."}, "cannot be read: Is a directory"),
        (
            {"command": [sys.executable, "-c", "import os; os.write(1, b'\\xff')"]},
            "not UTF-8",
        ),
    ],
)
def test_a_place_that_fails_blocks_the_target(
    tmp_path: Path, setting: object, problem: str
) -> None:
    """Looking further would hide what is broken."""
    with pytest.raises(TargetBlockedError, match=problem):
        _find(tmp_path, setting, saved="c")


def test_a_dry_run_looks_nowhere(tmp_path: Path) -> None:
    """It runs no command and opens no file."""
    touch = f"open({str(tmp_path / 'ran')!r}, 'w')"
    command = {"command": [sys.executable, "-c", touch]}
    found = _find(tmp_path, command, resolve=False)

    assert found.values == {"token": PLACEHOLDER}
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "store").exists()


def test_a_dry_run_invents_no_optional_secret(tmp_path: Path) -> None:
    """What is set nowhere changes nothing."""
    assert _find(tmp_path, required=False, resolve=False).values == {}


@pytest.mark.parametrize(
    "setting, environ, place",
    [
        (
            {"env": "X"},
            {"SHARE_BRIDGE_MY_HOME_TOKEN": "a"},
            "SHARE_BRIDGE_MY_HOME_TOKEN",
        ),
        ({"env": "X"}, {"X": "b"}, "env X"),
        ({"file": "secret"}, {}, "file secret"),
        (_say("said"), {}, f"command {sys.executable}"),
        ("literal", {}, "the configuration itself"),
        (None, {}, "share-bridge login"),
    ],
)
def test_it_is_known_where_a_secret_came_from(
    setting: object, environ: dict[str, str], place: str, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("from a file")

    found = _find(tmp_path, setting, environ, saved="saved")

    assert found.places == {"token": place}


@pytest.mark.parametrize(
    "setting", [None, {"env": "X"}, {"command": ["false"]}, {"file": "."}]
)
def test_before_a_login_nothing_has_to_be_there(
    setting: object, tmp_path: Path
) -> None:
    assert _find(tmp_path, setting, needed=False).values == {}


def test_a_login_is_named_where_there_is_one(tmp_path: Path) -> None:
    with pytest.raises(TargetBlockedError, match="run `share-bridge login my-home`"):
        _find(tmp_path, login=True)
    with pytest.raises(TargetBlockedError) as without:
        _find(tmp_path)
    assert "share-bridge login" not in str(without.value)
