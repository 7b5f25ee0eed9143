"""The actor as files, for a site that has no server of its own.

Everything but the inbox can be one. Files have no endings, so the host has to be told
their types: servers refuse documents that come as plain JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from share_bridge.plugin import write_file
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.vocabulary import ACTIVITY_JSON, JRD_JSON
from share_bridge_activitypub.web.pages import Pages

__all__ = ["HOSTS", "Exported", "export", "rules"]

#: Hosts whose rules can be written, and the file that each reads.
HOSTS = {
    "netlify": "_headers",
    "cloudflare": "_headers",
    "vercel": "vercel.json",
    "nginx": "activitypub.nginx.conf",
    "apache": ".htaccess",
    "caddy": "activitypub.Caddyfile",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export came to.

    Attributes:
        written: Paths that are new or changed.
        same: How many were as they are.

    """

    written: tuple[str, ...]
    same: int


def export(actor: Actor, folder: Path, *, version: str) -> Exported:
    """Write every document that is not there as it should be; remove nothing.

    A document that vanished would be taken for a deletion: a tombstone is one more
    file.
    """
    pages, written, same = Pages(actor, version=version), [], 0
    for path in pages.paths():
        page = pages.at(path)
        if page is None:
            continue
        content = json.dumps(page.document, ensure_ascii=False, indent=1).encode()
        file = folder / path.removeprefix("/")
        if file.is_file() and file.read_bytes() == content:
            same += 1
            continue
        write_file(file, content)
        written.append(path)
    return Exported(tuple(written), same)


def rules(actor: Actor, host: str) -> str:
    """What tells a host the types of the files."""
    root = urlsplit(actor.who.base).path
    types = {
        "/.well-known/webfinger": JRD_JSON,
        "/.well-known/nodeinfo": "application/json",
        f"{root}/*": ACTIVITY_JSON,
        f"{root}/nodeinfo/*": "application/json",
    }
    return _WRITERS[host](types)


def _headers_file(types: dict[str, str]) -> str:
    return "".join(
        f"{path}\n  Content-Type: {kind}\n  Access-Control-Allow-Origin: *\n"
        for path, kind in types.items()
    )


def _vercel(types: dict[str, str]) -> str:
    headers = [
        {
            "source": path.replace("*", "(.*)"),
            "headers": [
                {"key": "Content-Type", "value": kind},
                {"key": "Access-Control-Allow-Origin", "value": "*"},
            ],
        }
        for path, kind in types.items()
    ]
    return json.dumps({"headers": headers}, indent=2) + "\n"


def _nginx(types: dict[str, str]) -> str:
    return "".join(
        f"location {_place(path)} {{\n"
        f"    types {{ }}\n    default_type {kind};\n"
        "    add_header Access-Control-Allow-Origin *;\n}\n"
        for path, kind in types.items()
    )


def _place(path: str) -> str:
    """A longer prefix wins in nginx."""
    return path.removesuffix("*") if path.endswith("*") else f"= {path}"


def _apache(types: dict[str, str]) -> str:
    return "".join(
        f'<If "%{{REQUEST_URI}} =~ m#^{path.replace("*", ".*")}$#">\n'
        f"  ForceType {kind}\n"
        "  Header set Access-Control-Allow-Origin *\n</If>\n"
        for path, kind in types.items()
    )


def _caddy(types: dict[str, str]) -> str:
    return "".join(
        f"header {path} Content-Type {kind}\n"
        f"header {path} Access-Control-Allow-Origin *\n"
        for path, kind in types.items()
    )


_WRITERS = {
    "netlify": _headers_file,
    "cloudflare": _headers_file,
    "vercel": _vercel,
    "nginx": _nginx,
    "apache": _apache,
    "caddy": _caddy,
}
