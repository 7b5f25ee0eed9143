"""Whose rules can be written, and how they come among the files of a site."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from share_bridge.plugin import ConfigurationError, write_file
from share_bridge_activitypub.rules import servers, services
from share_bridge_activitypub.rules.wanted import Wanted

__all__ = ["HOSTS", "place"]

HOSTS: Mapping[str, Callable[[Wanted], dict[str, str]]] = {
    "netlify": services.netlify,
    "cloudflare": services.cloudflare,
    "vercel": services.vercel,
    "nginx": servers.nginx,
    "apache": servers.apache,
    "caddy": servers.caddy,
}
#: Files that the site may have lines of its own in.
_SHARED = frozenset({"_headers", "_redirects", ".htaccess"})
_FIRST = "# Written by share-bridge fediverse export, from here\n"
_LAST = "# to here; the rest is yours\n"
#: https://vercel.com/docs/project-configuration (2026-11-24)
_NOT_BESIDE_ROUTES = {
    "cleanUrls",
    "headers",
    "redirects",
    "rewrites",
    "trailingSlash",
}


def place(wanted: Wanted, host: str, folder: Path) -> list[str]:
    """Write the rules of a host, beside what the site says of its own; their files.

    Raises:
        ConfigurationError: What the site has there says other things; nothing is
            written.

    """
    found = {
        name: _beside(folder / name, content, wanted)
        for name, content in HOSTS[host](wanted).items()
    }
    written = [it for it in found if found[it] or (folder / it).is_file()]
    for name in written:
        write_file(folder / name, found[name].encode(errors="surrogateescape"))
    return sorted(written)


def _beside(file: Path, ours: str, wanted: Wanted) -> str:
    """What it is to say: our rules first, since hosts take the first that fits."""
    theirs = _text_of(file)
    if file.name in _SHARED:
        block = f"{_FIRST}{ours}{_LAST}" if ours else ""
        before = f"{re.escape(_FIRST)}.*?{re.escape(_LAST)}"
        return block + re.sub(before, "", theirs, flags=re.DOTALL)
    if file.name == "vercel.json" and theirs:
        return _merged(file, theirs, ours, wanted)
    if file.name in {"_worker.js", "_routes.json"}:
        _require_our_worker(file.parent)
    return ours


def _merged(file: Path, theirs: str, ours: str, wanted: Wanted) -> str:
    try:
        document: dict[str, Any] = json.loads(theirs)
        routes: list[Any] = document.get("routes", [])
    except (ValueError, AttributeError):
        raise ConfigurationError(f"{file} is not what Vercel reads: mend it") from None
    if clash := sorted(_NOT_BESIDE_ROUTES & document.keys()):
        raise ConfigurationError(
            f"{file} has {' and '.join(clash)}, and Vercel takes no routes beside "
            "those, which the actor's types need: write them as routes"
        )
    own = json.loads(ours)["routes"]
    sources = tuple(f"^(?:{re.escape(it)}/" for it in (wanted.root, "/.well-known"))
    kept = [it for it in routes if not str(it.get("src", "")).startswith(sources)]
    return json.dumps(document | {"routes": own + kept}, indent=2) + "\n"


def _require_our_worker(folder: Path) -> None:
    """A worker answers a whole site: there is room for one."""
    worker = folder / "_worker.js"
    there = worker.is_file() or (folder / "_routes.json").is_file()
    if there and not _text_of(worker).startswith(services.OURS):
        raise ConfigurationError(
            f"{folder} has a worker of its own, and Cloudflare Pages runs one: export "
            "into an empty folder, and let yours do what _worker.js there does"
        )


def _text_of(file: Path) -> str:
    if not file.is_file():
        return ""
    return file.read_text(encoding="utf-8", errors="surrogateescape")
