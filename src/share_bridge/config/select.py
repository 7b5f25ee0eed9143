"""Turns what is written behind `publish` into the sources and targets it means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from glob import has_magic, iglob  # Path.glob takes no absolute pattern
from pathlib import Path

from msgspec.structs import replace

from share_bridge.config.model import Config, SourceConfig, TargetConfig
from share_bridge.config.source_tables import LIVE_WITHIN, default_name
from share_bridge.config.values import split_address
from share_bridge.errors import ConfigurationError
from share_bridge.text.suggest import suggestion

__all__ = ["select_sources", "select_targets"]

_POSTS = frozenset({".md", ".markdown", ".html", ".htm"})
_FEEDS = frozenset({".xml", ".rss", ".atom", ".json", ".rdf"})


def select_sources(
    config: Config, arguments: Sequence[str], *, cwd: Path
) -> tuple[SourceConfig, ...]:
    """The sources that the arguments name, each once, in their order.

    An argument is the name of a configured source; a file, folder or glob with
    posts; a feed's file or address; or `-` for a feed on stdin. What a configured
    source covers means that source, whole: its other new posts are due anyway.
    Files of posts that none covers become one source of their own, with the first
    `permalink` of the configuration.

    Args:
        config: What is configured.
        arguments: None given: every configured source.
        cwd: Where relative paths start, absolute.

    Raises:
        ConfigurationError: For an argument that is none of these.

    """
    if not arguments:
        return config.sources
    selected: list[SourceConfig] = []
    loose: list[str] = []
    for argument in arguments:
        source = _configured(config, argument, cwd) or _loose_feed(
            config, argument, cwd
        )
        if source is None:
            loose += _posts(config, argument, cwd)
        elif source not in selected:
            selected.append(source)
    if loose:
        selected.append(_loose_files(config, loose))
    return tuple(selected)


def select_targets(config: Config, names: Iterable[str]) -> tuple[TargetConfig, ...]:
    """The targets of these names, in the configuration's order; no names: all.

    Raises:
        ConfigurationError: For a name that no target has.

    """
    wanted = set(names)
    known = {target.name for target in config.targets}
    for name in sorted(wanted - known):
        raise ConfigurationError(
            f"--target {name}: no such target{suggestion(name, known)}"
        )
    return tuple(it for it in config.targets if not wanted or it.name in wanted)


def _configured(config: Config, argument: str, cwd: Path) -> SourceConfig | None:
    for source in config.sources:
        if argument in {source.name, source.feed}:
            return source
    if argument == "-":
        return None
    path = (cwd / argument).resolve()
    return next((it for it in config.sources if _covers(config, it, path)), None)


def _covers(config: Config, source: SourceConfig, path: Path) -> bool:
    if not path.exists():
        return False
    if source.feed and split_address(source.feed) is None:
        return path == (config.folder / source.feed).resolve()
    return any(_matches(config.folder, pattern, path) for pattern in source.files)


def _matches(folder: Path, pattern: str, path: Path) -> bool:
    if not has_magic(pattern):
        named = (folder / pattern).resolve()
        return path == named or named in path.parents
    return any((folder / it).resolve() == path for it in _glob(pattern, folder))


def _glob(pattern: str, folder: Path) -> Iterator[str]:
    return iglob(pattern, root_dir=folder, recursive=True)  # noqa: PTH207 - see above


def _loose_feed(config: Config, argument: str, cwd: Path) -> SourceConfig | None:
    path = cwd / argument
    if argument == "-" or split_address(argument) is not None:
        feed = argument
    elif path.suffix.lower() in _FEEDS and path.is_file():
        feed = str(path)
    else:
        return None
    return _named(config, SourceConfig(name="", kind="feed", feed=feed))


def _posts(config: Config, argument: str, cwd: Path) -> list[str]:
    path = cwd / argument
    if path.is_dir() or (path.is_file() and path.suffix.lower() in _POSTS):
        return [str(path)]
    if path.is_file():
        raise ConfigurationError(
            f"{argument}: neither posts ({_listed(_POSTS)}) nor a feed "
            f"({_listed(_FEEDS)}): rename it, or give the feed on stdin with -"
        )
    if has_magic(argument) and (found := sorted(_glob(argument, cwd))):
        return [str(cwd / it) for it in found if Path(it).suffix.lower() in _POSTS]
    names = suggestion(argument, (source.name for source in config.sources))
    raise ConfigurationError(f"{argument}: neither a source nor a file{names}")


def _listed(suffixes: Iterable[str]) -> str:
    return ", ".join(sorted(suffixes))


def _loose_files(config: Config, files: Sequence[str]) -> SourceConfig:
    local = [source for source in config.sources if source.permalink]
    source = SourceConfig(
        name="",
        kind="files",
        files=tuple(dict.fromkeys(files)),
        permalink=local[0].permalink if local else "",
        wait_until_live=local[0].wait_until_live if local else LIVE_WITHIN,
    )
    return _named(config, source)


def _named(config: Config, source: SourceConfig) -> SourceConfig:
    """Give it a name that no configured source has, the same every time."""
    taken = {other.name for other in config.sources}
    name = "files" if source.files else default_name({"feed": source.feed})
    while name in taken:
        name += "-2"
    return replace(source, name=name)
