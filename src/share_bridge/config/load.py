"""Turns `share-bridge.toml` into a Config, or says everything that is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from share_bridge.config import values
from share_bridge.config.model import (
    Config,
    NetworkConfig,
    PluginsConfig,
    Site,
    TargetConfig,
)
from share_bridge.config.source_tables import read_sources
from share_bridge.config.tables import TableReader
from share_bridge.config.target_tables import read_targets
from share_bridge.config.values import InvalidError, Parser, Place
from share_bridge.errors import ConfigurationError
from share_bridge.ledger.place import Branch
from share_bridge.ledger.place import Place as LedgerPlace

__all__ = ["FILE_NAME", "find", "ledger_place", "load", "load_plugins"]

FILE_NAME = "share-bridge.toml"
_BRANCH = re.compile(r"(?![/.-])[^\x00-\x20\x7f~^:?*\[\\]+(?<![/.])(?<!\.lock)")

_SITE: Mapping[str, Parser] = {
    "url": values.address,
    "title": values.text,
    "language": values.language,
    "hosts": values.names,
    "zone": values.zone,
    "syndication": values.path,
}
_PLUGINS: Mapping[str, Parser] = {
    "disable": values.names,
    "only": values.names,
    "dirs": values.paths,
    "strict": values.boolean,
}
_NETWORK: Mapping[str, Parser] = {
    "allow": values.networks,
    "allow_from_content": values.networks,
}


def load(path: Path | None, *, environ: Mapping[str, str], cwd: Path) -> Config:
    """Read the configuration.

    Args:
        path: What `--config` says; None: `share-bridge.toml` in `cwd`.
        environ: For `HOME`, which `~` stands for.
        cwd: The current folder, absolute.

    Raises:
        ConfigurationError: One line for everything that is wrong, each with the
            TOML path and the fix.

    """
    file = find(path, cwd=cwd)
    content = _read(file)
    reader = _reader(file, environ)
    config = _config(_parse(content, file), reader, content=content)
    if reader.problems:
        raise ConfigurationError("\n".join(f"{file}: {it}" for it in reader.problems))
    return config


def load_plugins(
    path: Path | None, *, environ: Mapping[str, str], cwd: Path
) -> PluginsConfig:
    """Read `[plugins]` alone, for commands that work without a configuration.

    The defaults where no path is given and no file is there; whatever is wrong in
    other tables does not matter.

    Raises:
        ConfigurationError: As `load`, about this table.

    """
    file = find(path, cwd=cwd)
    if path is None and not file.exists():
        return PluginsConfig()
    reader = _reader(file, environ)
    table = _parse(_read(file), file).get("plugins", {})
    plugins = PluginsConfig(**reader.read(table, _PLUGINS, "plugins"))
    if reader.problems:
        raise ConfigurationError("\n".join(f"{file}: {it}" for it in reader.problems))
    return plugins


def ledger_place(text: str, *, folder: Path, environ: Mapping[str, str]) -> LedgerPlace:
    """Where a ledger is kept, as the key `ledger` names it.

    Raises:
        ConfigurationError: It names no place.

    """
    try:
        return _ledger(text, Place(folder, environ.get("HOME", "~")))
    except InvalidError as error:
        raise ConfigurationError(f"{text}: {error}") from error


def find(path: Path | None, *, cwd: Path) -> Path:
    """Where the configuration is, whether it exists or not."""
    if path is None:
        return cwd / FILE_NAME
    file = cwd / path
    return file / FILE_NAME if file.is_dir() else file


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise ConfigurationError(
            f"{file} is not there: write one with `share-bridge init`, "
            "or name another with --config"
        ) from None
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror}") from error


def _parse(content: bytes, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(
            f"{file}: line {line} is not UTF-8: save the file as UTF-8"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file}: not valid TOML: {error}") from error
    except RecursionError as error:
        raise ConfigurationError(f"{file}: nested too deeply") from error


def _reader(file: Path, environ: Mapping[str, str]) -> TableReader:
    return TableReader(Place(file.parent, environ.get("HOME", "~")))


def _digest(content: bytes, targets: Iterable[TargetConfig]) -> str:
    templates = "".join(target.template or "" for target in targets)
    return blake2b(content + templates.encode(), digest_size=16).hexdigest()


def _config(table: dict[str, Any], reader: TableReader, *, content: bytes) -> Config:
    own, _ = reader.split(table, {"ledger": _ledger}, "")
    tables = {key: value for key, value in table.items() if key != "ledger"}
    site = Site(**reader.read(tables.pop("site", {}), _SITE, "site"))
    sources = read_sources(tables.pop("sources", []), reader)
    targets = read_targets(tables.pop("targets", {}), reader, zone=site.zone)
    plugins = tables.pop("plugins", {})
    network = NetworkConfig(
        **reader.read(tables.pop("network", {}), _NETWORK, "network")
    )
    reader.read(tables, _TOP, "")
    return Config(
        folder=reader.place.folder,
        ledger=own.get("ledger", reader.place.folder / "share-bridge.db"),
        hash=_digest(content, targets),
        site=site,
        sources=sources,
        targets=targets,
        plugins=PluginsConfig(**reader.read(plugins, _PLUGINS, "plugins")),
        network=network,
        warnings=_open_network(network),
    )


#: Only their names are used: for "did you mean".
_TOP: Mapping[str, Parser] = dict.fromkeys(
    ("ledger", "site", "sources", "targets", "plugins", "network"), values.text
)


def _ledger(value: Any, place: Place) -> LedgerPlace:
    name = values.text(value, place)
    if name.startswith("git:"):
        return _branch(name.removeprefix("git:"), place)
    if name.startswith(("postgresql://", "postgres://")):
        kind = "this kind of ledger is not built yet in this version"
        raise InvalidError(f'{kind}: name a file such as "share-bridge.db"')
    if "://" in name:
        raise InvalidError('name a file such as "share-bridge.db"')
    return place.resolve(name)


def _branch(name: str, place: Place) -> Branch:
    """The rules of git for the names of references, the ones that people meet."""
    if not _BRANCH.fullmatch(name) or any(it in name for it in ("..", "//", "@{")):
        raise InvalidError('name a branch, such as "git:share-bridge"')
    return Branch(place.folder, name)


def _open_network(network: NetworkConfig) -> tuple[str, ...]:
    if not network.allow_from_content:
        return ()
    listed = ", ".join(str(item) for item in network.allow_from_content)
    danger = f"what strangers write can reach {listed}: for test networks only"
    return (f"network.allow_from_content: {danger}",)
