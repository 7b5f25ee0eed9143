"""The configuration, parsed: right by type, defaults filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from share_bridge.config.digests import Digest
from share_bridge.config.filters import Filters
from share_bridge.config.hours import Hours
from share_bridge.ledger.place import Place
from share_bridge.model.thread import Thread

__all__ = [
    "Config",
    "DeleteRule",
    "FirstRun",
    "NetworkConfig",
    "PluginsConfig",
    "Site",
    "SourceConfig",
    "TargetConfig",
]


class FirstRun(StrEnum):
    """Which posts of a source are new to a target that never saw it."""

    NEWEST = "newest"
    NONE = "none"
    ALL = "all"


class DeleteRule(StrEnum):
    """What happens to the copies of a post that was taken off its site."""

    HOLD = "hold"
    SEND = "send"
    NEVER = "never"


class Site(Struct, frozen=True, kw_only=True):
    """`[site]`: the author's own site.

    Attributes:
        hosts: Other hosts that its posts may be at.
        zone: An IANA name, or empty.
        syndication: Where it is written down at which addresses the copies stand.

    """

    url: str = ""
    title: str = ""
    language: str = ""
    hosts: frozenset[str] = frozenset()
    zone: str = ""
    syndication: Path | None = None


class SourceConfig(Struct, frozen=True, kw_only=True):
    """One `[[sources]]`.

    Attributes:
        name: Unique; scopes the guids of its entries.
        kind: `feed`, `files`, or the name of a plugin's source.
        feed: Address, path relative to the configuration's folder, or `-`.
        files: A file, a folder or globs, relative to the configuration's folder.
        permalink: Pattern of a local post's address; see `sources.files`.
        language: Of posts that do not say; empty: `[site] language`.
        first_run: What a target that never saw this source gets.
        wait_until_live: How long a new post's page may take to be there before you
            are asked; 0: nobody looks.
        write_syndication: Put the addresses of copies into the posts' files.
        max_bytes: Of one feed or file, decompressed.
        timeout: For the whole reading of a feed.
        options: Keys of a plugin's source.

    """

    name: str
    kind: str
    feed: str = ""
    files: tuple[str, ...] = ()
    permalink: str = ""
    language: str = ""
    first_run: FirstRun = FirstRun.NEWEST
    wait_until_live: timedelta = timedelta(0)
    write_syndication: bool = False
    max_bytes: int = 10_000_000
    timeout: timedelta = timedelta(seconds=30)
    options: Mapping[str, Any] = field(default_factory=dict)


class TargetConfig(Struct, frozen=True, kw_only=True):
    """One `[targets.NAME]`: the common keys, and the publisher's own, raw.

    Attributes:
        name: Unique; what commands and reports call it.
        publisher: Name of the publisher.
        settings: The publisher's own keys, not validated yet.
        read_more: Words of the link; None: in the post's language.
        hashtags: At most this many; None: as many as fit.
        template: The text of one that lays its messages out; None: the usual layout.
        thread: How the whole post is sent in parts; None: a teaser is.
        digest: When it gets what is new, all in one message; None: each post goes by
            itself.
        first_run: None: as the source says.
        filters: Which posts are meant for it.
        approve: Nothing is sent that its owner did not see and approve.
        delete: What happens to copies of a post that was taken off its site.
        max_per_run: Messages in one run.
        min_interval: Between one post and the next, at least.
        quiet_hours, windows: When nothing is sent, when alone something is.
        zone: Time zone of these hours, an IANA name; empty: UTC.
        concurrency: Attempts at once, of a publisher with many recipients; None: as
            the publisher says.
        timeout: For one attempt.
        settle_after: How long after a lost attempt's deadline the service is asked.
        give_up_after: How long a delivery fails before it is held.
        expires: When the credentials end, if the owner knows (aware).
        ca_file: Certificates to trust instead of the system's.

    """

    name: str
    publisher: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    read_more: str | None = None
    hashtags: int | None = None
    template: str | None = None
    thread: Thread | None = None
    digest: Digest | None = None
    first_run: FirstRun | None = None
    filters: Filters = Filters()
    approve: bool = False
    delete: DeleteRule = DeleteRule.HOLD
    max_per_run: int = 5
    min_interval: timedelta = timedelta(0)
    quiet_hours: tuple[Hours, ...] = ()
    windows: tuple[Hours, ...] = ()
    zone: str = ""
    concurrency: int | None = None
    timeout: timedelta = timedelta(seconds=30)
    settle_after: timedelta = timedelta(seconds=60)
    give_up_after: timedelta = timedelta(days=3)
    expires: datetime | None = None
    ca_file: Path | None = None


class PluginsConfig(Struct, frozen=True, kw_only=True):
    """`[plugins]`: which plugins are loaded; `only` None means all."""

    disable: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    dirs: tuple[Path, ...] = ()
    strict: bool = False


class NetworkConfig(Struct, frozen=True, kw_only=True):
    """`[network]`: addresses beyond the public ones that may be reached."""

    allow: tuple[IPv4Network | IPv6Network, ...] = ()
    allow_from_content: tuple[IPv4Network | IPv6Network, ...] = ()


class Config(Struct, frozen=True, kw_only=True):
    """The whole of `share-bridge.toml`.

    Attributes:
        folder: Where relative paths start.
        ledger: Where it is kept; a path is absolute.
        hash: Of the file's bytes and its templates; settings are validated when it is
            new.
        warnings: One line each, for people.

    """

    folder: Path
    ledger: Place
    hash: str
    site: Site = Site()
    sources: tuple[SourceConfig, ...] = ()
    targets: tuple[TargetConfig, ...] = ()
    plugins: PluginsConfig = PluginsConfig()
    network: NetworkConfig = NetworkConfig()
    warnings: tuple[str, ...] = ()
