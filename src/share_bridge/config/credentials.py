"""Keeps tokens and keys between runs, for their owner's eyes only."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

from share_bridge.errors import ConfigurationError

__all__ = ["CredentialsStore", "Keyring", "ledger_key", "open_store", "site_key"]

_SERVICE = "share-bridge"
#: A scope that no target can be called.
_SITE = "(site)"
_LEAST_KEY = 16

Values = Mapping[str, str]


class Keyring(Protocol):
    """The two calls of the keyring library that are used."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """The saved text, or None."""
        ...

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Save the text."""
        ...


class CredentialsStore:
    """Values by scope: a target's name, or the site itself.

    In the operating system's keyring where there is one that works, else in a
    file that nobody else can read. A run without the keyring (cron) may have
    saved to the file what a run with it reads: the newer of the two counts.

    Args:
        folder: Of the file `credentials.json`; made when first written.
        keyring: Used when given.

    """

    def __init__(self, folder: Path, *, keyring: Keyring | None = None) -> None:
        self.folder = folder
        self._file = folder / "credentials.json"
        self._keyring = keyring

    def get(self, scope: str) -> Values:
        """All values of a scope by name; empty where none were saved.

        Raises:
            ConfigurationError: The file is unreadable, broken, or open to others.

        """
        return _values(self._newest(scope))

    def replace(self, scope: str, change: Callable[[Values], Values]) -> Values:
        """Save what `change` makes of the current values, under a lock.

        Raises:
            ConfigurationError: It cannot be saved; nothing changed.

        """
        with self._locked():
            newest = self._newest(scope)
            values = dict(change(_values(newest)))
            entry = {"version": _version(newest) + 1, "values": values}
            if not self._to_keyring(scope, entry):
                self._write({**self._read(), scope: entry})
            return values

    def where(self, scope: str) -> str:
        """Where the values of a scope are, in words: the keyring or the file."""
        kept = _version(self._from_keyring(scope))
        if kept and kept >= _version(self._read().get(scope)):
            return getattr(self._keyring, "title", "the keyring of this system")
        return str(self._file)

    def _newest(self, scope: str) -> Any:
        entries = (self._from_keyring(scope), self._read().get(scope))
        return max(entries, key=_version)

    def _from_keyring(self, scope: str) -> Any:
        if self._keyring is None:
            return None
        try:
            return json.loads(self._keyring.get_password(_SERVICE, scope) or "null")
        except Exception:  # noqa: BLE001 - a locked keyring is like none at all
            return None

    def _to_keyring(self, scope: str, entry: Mapping[str, Any]) -> bool:
        if self._keyring is None:
            return False
        try:
            self._keyring.set_password(_SERVICE, scope, json.dumps(entry))
        except Exception:  # noqa: BLE001 - the file takes what the keyring does not
            return False
        return True

    def _read(self) -> dict[str, Any]:
        try:
            with self._file.open(encoding="utf-8") as stream:
                self._refuse_open(stream.fileno())
                document = json.load(stream)
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            raise ConfigurationError(
                f"{self._file} cannot be read: {error.strerror}"
            ) from error
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise ConfigurationError(
                f"{self._file} is damaged: move it away and log in again"
            )
        return document

    def _refuse_open(self, descriptor: int) -> None:
        if os.name == "posix" and os.fstat(descriptor).st_mode & 0o077:
            raise ConfigurationError(
                f"{self._file} can be read by others: chmod 600 {self._file}"
            )

    def _write(self, document: Mapping[str, Any]) -> None:
        descriptor, name = tempfile.mkstemp(dir=self.folder, prefix=".credentials-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                json.dump(document, stream, indent=1, ensure_ascii=False)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).replace(self._file)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self.folder / ".lock").open("ab") as stream:
                _lock(stream.fileno())
                yield
        except OSError as error:
            raise ConfigurationError(
                f"{self.folder}: credentials cannot be saved: {error.strerror}"
            ) from error


def open_store(
    environ: Mapping[str, str], *, vault: Keyring | None = None
) -> CredentialsStore:
    """The user's own store: `$XDG_CONFIG_HOME/share-bridge`, else under `~/.config`.

    Args:
        environ: The environment variables.
        vault: Used instead of the keyring of this system, for what is new.

    """
    base = environ.get("XDG_CONFIG_HOME", "")
    folder = Path(base) if base.startswith("/") else _home(environ) / ".config"
    keyring = _SystemKeyring() if vault is None else _Vaulted(vault)
    return CredentialsStore(folder / "share-bridge", keyring=keyring)


def site_key(
    environ: Mapping[str, str], store: CredentialsStore, *, save: bool = True
) -> bytes:
    """The 32 bytes under which personal recipients are hashed.

    From `SHARE_BRIDGE_KEY`, else from the credentials store, where it is made when
    first asked for.

    Args:
        environ: The environment variables.
        store: Where it is kept.
        save: False in a dry run: a key that is not there yet is made and forgotten.

    Raises:
        ConfigurationError: The variable is too short to be secret, or there is
            no place to keep a key.

    """
    text = _key_text(environ) or store.get(_SITE).get("key", "")
    text = text or (_keep_key(store) if save else os.urandom(32).hex())
    return _key(text)


def ledger_key(environ: Mapping[str, str]) -> bytes | None:
    """The 32 bytes that a journal is sealed under; None without `SHARE_BRIDGE_KEY`.

    Raises:
        ConfigurationError: It is too short to be secret.

    """
    text = _key_text(environ)
    return _key(text) if text else None


def _key_text(environ: Mapping[str, str]) -> str:
    text = environ.get("SHARE_BRIDGE_KEY", "").strip()
    if text and len(text) < _LEAST_KEY:
        raise ConfigurationError(
            f"SHARE_BRIDGE_KEY: too short to be secret: write {_LEAST_KEY} random "
            "characters or more, such as `openssl rand -hex 32` prints"
        )
    return text


def _key(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=32).digest()


def _keep_key(store: CredentialsStore) -> str:
    def add(values: Values) -> Values:
        return {"key": os.urandom(32).hex(), **values}

    try:
        return store.replace(_SITE, add)["key"]
    except ConfigurationError as error:
        raise ConfigurationError(
            f"{error}: set SHARE_BRIDGE_KEY to a random text of your own "
            "(`openssl rand -hex 32` prints one), the same in every run"
        ) from error


def _home(environ: Mapping[str, str]) -> Path:
    home = environ.get("HOME", "")
    return Path(home) if home else Path("~").expanduser()


class _Vaulted:
    """A vault, and what the keyring of this system has that it does not have yet."""

    def __init__(self, vault: Keyring) -> None:
        self.title = getattr(vault, "title", "")
        self._vault = vault
        self._system = _SystemKeyring()

    def get_password(self, service: str, username: str, /) -> str | None:
        kept = self._vault.get_password(service, username)
        return kept or self._system.get_password(service, username)

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self._vault.set_password(service, username, password)


class _SystemKeyring:
    """The operating system's keyring; imported when first asked, as it is slow."""

    def get_password(self, service: str, username: str, /) -> str | None:
        return self._backend().get_password(service, username)

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self._backend().set_password(service, username, password)

    def _backend(self) -> Keyring:
        """The backend in use; raises without the extra, or without a desktop."""
        import keyring  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

        backend: Keyring = keyring.get_keyring()
        if float(getattr(backend, "priority", 0)) <= 0:
            raise LookupError("no keyring that works")
        return backend


def _values(entry: Any) -> Values:
    values = entry.get("values") if isinstance(entry, dict) else None
    return dict(values) if isinstance(values, dict) else {}


def _version(entry: Any) -> int:
    version = entry.get("version") if isinstance(entry, dict) else 0
    return version if isinstance(version, int) else 0


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
