"""Finds a target's secrets: environment, settings, or what login saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from share_bridge.config.credentials import CredentialsStore
from share_bridge.config.model import TargetConfig
from share_bridge.config.settings import SecretField
from share_bridge.config.target_tables import environment_prefix
from share_bridge.errors import ConfigurationError, TargetBlockedError

__all__ = ["PLACEHOLDER", "Secrets", "resolve_secrets", "variable"]

#: What stands for every secret in a dry run.
PLACEHOLDER = "not-resolved-in-a-dry-run"

_COMMAND_SECONDS = 30
_MAX_BYTES = 100_000
_FORMS = (
    '{ env = "NAME" }, { file = "path" }, { command = ["program", "argument"] } '
    'or { keyring = "service/user" }'
)


class Secrets(Struct, frozen=True):
    """What was found.

    Attributes:
        values: By key; an optional secret that is nowhere is not in it.
        warnings: One line each, for people.
        places: By key, where each was found, in words.

    """

    values: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Secrets({', '.join(sorted(self.values))})"


def variable(target: str, key: str) -> str:
    """The environment variable that wins over every other place: its name."""
    return environment_prefix(target) + key.upper().replace("-", "_")


def resolve_secrets(
    target: TargetConfig,
    fields: Iterable[SecretField],
    *,
    environ: Mapping[str, str],
    store: CredentialsStore,
    folder: Path,
    resolve: bool = True,
    needed: bool = True,
    login: bool = False,
) -> Secrets:
    """Find each secret in the first place that has it.

    The places: `SHARE_BRIDGE_<TARGET>_<KEY>`, the setting, the credentials store.

    Args:
        target: Whose secrets.
        fields: See `config.settings.secret_fields`.
        environ: The environment variables.
        store: What was saved of this target's tokens and keys.
        folder: Where `{ file = … }` starts and `{ command = … }` runs.
        resolve: False in a dry run: no place is looked at and no command run;
            what would be looked for is `PLACEHOLDER`.
        needed: False before a login: what cannot be had is left out.
        login: `share-bridge login` can get what is missing, and is named.

    Raises:
        ConfigurationError: A setting has none of the forms.
        TargetBlockedError: A required secret is nowhere, or its file, command or
            keyring fails; the other targets can go on.

    """
    finder = _Finder(target, environ=environ, store=store, folder=folder, login=login)
    found: dict[str, str] = {}
    places: dict[str, str] = {}
    warnings: list[str] = []
    for secret in fields:
        setting = target.settings.get(secret.name)
        form = _form(setting, f"targets.{target.name}.{secret.name}")
        if not resolve:
            if secret.required or setting is not None:
                found[secret.name] = PLACEHOLDER
        elif place := finder.find(secret, form, needed=needed):
            places[secret.name], found[secret.name] = place
        if form is not None and form[0] == "literal":
            warnings.append(_literal(target.name, secret.name))
    return Secrets(found, tuple(warnings), places)


def _form(setting: Any, path: str) -> tuple[str, Any] | None:
    """The form of a setting and its value, checked; None where there is none."""
    if setting is None:
        return None
    if isinstance(setting, str) and setting.strip():
        return ("literal", setting)
    if isinstance(setting, dict) and len(setting) == 1:
        ((form, value),) = setting.items()
        if form in {"env", "file", "keyring"} and isinstance(value, str) and value:
            return (form, value)
        if form == "command" and _is_command(value):
            return (form, value)
    raise ConfigurationError(f"{path}: write {_FORMS}")


def _place(form: str, value: Any) -> str:
    """Where a setting leads, in words."""
    if form == "literal":
        return "the configuration itself"
    return f"{form} {value[0] if form == 'command' else value}"


def _is_command(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(word, str) for word in value)
    )


def _literal(target: str, key: str) -> str:
    return (
        f"targets.{target}.{key}: a secret stands in the configuration itself: "
        f'better {{ env = "NAME" }}, or set {variable(target, key)}'
    )


class _Finder:
    def __init__(
        self,
        target: TargetConfig,
        *,
        environ: Mapping[str, str],
        store: CredentialsStore,
        folder: Path,
        login: bool,
    ) -> None:
        self._target = target.name
        self._login = login
        self._environ = environ
        self._store = store
        self._folder = folder

    def find(
        self, secret: SecretField, form: tuple[str, Any] | None, *, needed: bool
    ) -> tuple[str, str] | None:
        """The place and the value, or None."""
        try:
            for place, value in self._places(secret.name, form):
                if value:
                    return place, value
        except TargetBlockedError:
            if needed:
                raise
        if secret.required and needed:
            raise TargetBlockedError(self._missing(secret.name, form))
        return None

    def _places(
        self, key: str, form: tuple[str, Any] | None
    ) -> Iterator[tuple[str, str]]:
        name = variable(self._target, key)
        yield name, self._environ.get(name, "").strip()
        if form is not None:
            yield _place(*form), self._from_setting(key, *form)
        saved = self._store.get(self._target).get(key, "")
        yield "share-bridge login", saved

    def _from_setting(self, key: str, form: str, value: Any) -> str:
        """The value that the setting leads to; empty where there is none yet."""
        path = f"targets.{self._target}.{key}"
        if form == "literal":
            return str(value)
        if form == "env":
            return self._environ.get(value, "").strip()
        if form == "file":
            return _from_file(self._folder / value, path)
        if form == "command":
            return _from_command(value, self._folder, path)
        return _from_keyring(value, path)

    def _missing(self, key: str, form: tuple[str, Any] | None) -> str:
        path = f"targets.{self._target}.{key}"
        tried = ""
        if form is not None and form[0] in {"env", "file", "keyring"}:
            tried = f" ({form[0]} {form[1]} holds nothing)"
        login = f"run `share-bridge login {self._target}`, or " if self._login else ""
        return (
            f"{path}: no secret found{tried}: {login}"
            f"set {variable(self._target, key)}, or "
            f'write {key} = {{ env = "NAME" }} in [targets.{self._target}]'
        )


def _from_file(file: Path, path: str) -> str:
    try:
        with file.open("rb") as stream:
            return _decode(stream.read(_MAX_BYTES), path)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise TargetBlockedError(
            f"{path}: {file} cannot be read: {error.strerror}"
        ) from error


def _from_command(command: list[str], folder: Path, path: str) -> str:
    import subprocess  # noqa: PLC0415 - few configurations run one

    program = command[0]
    try:
        done = subprocess.run(  # noqa: S603 - the owner's own command, no shell
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        reason = f"{program} took longer than {_COMMAND_SECONDS} s"
        raise TargetBlockedError(f"{path}: {reason}") from None
    except OSError as error:
        reason = f"{program} cannot be run: {error.strerror}"
        raise TargetBlockedError(f"{path}: {reason}") from error
    if done.returncode:
        raise TargetBlockedError(f"{path}: {program} ended with {done.returncode}")
    return _decode(done.stdout, path)


def _from_keyring(name: str, path: str) -> str:
    service, _, user = name.rpartition("/")
    try:
        import keyring  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

        value = keyring.get_password(service or "share-bridge", user)
    except ImportError as error:
        fix = "pip install 'share-bridge[keyring]'"
        raise TargetBlockedError(f"{path}: the keyring needs {fix}") from error
    except Exception as error:  # a backend raises what it likes
        reason = f"the keyring cannot be used: {error}"
        raise TargetBlockedError(f"{path}: {reason}") from error
    return (value or "").strip()


def _decode(value: bytes, path: str) -> str:
    try:
        return value.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise TargetBlockedError(f"{path}: the secret is not UTF-8 text") from error
