"""What tells a host of files their types, and where the inbox is.

Files have no endings, and servers refuse documents that come as plain JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.vocabulary import ACTIVITY_JSON, JRD_JSON

__all__ = ["HOSTS", "rules"]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What every host is told in its own words.

    Attributes:
        types: Content types by path; `*` at the end: all below.
        server: Where `serve --inbox-only` listens, or empty.
        taken: Paths that it answers.

    """

    types: Mapping[str, str]
    server: str
    taken: tuple[str, ...]


def rules(who: Identity, host: str, *, server: str = "") -> dict[str, str]:
    """The files that a host reads, and what is in them.

    Args:
        who: The actor.
        host: One of `HOSTS`.
        server: Where `share-bridge serve --inbox-only` listens, such as
            `https://inbox.example.org`; empty: nowhere.

    """
    root = urlsplit(who.base).path
    types = {
        "/.well-known/webfinger": JRD_JSON,
        "/.well-known/nodeinfo": "application/json",
        f"{root}/*": ACTIVITY_JSON,
        f"{root}/nodeinfo/*": "application/json",
    }
    addresses = (who.inbox, who.instance, who.spool) if server else ()
    taken = tuple(urlsplit(address).path for address in addresses)
    return HOSTS[host](_Wanted(types, server.rstrip("/"), taken))


def _netlify(wanted: _Wanted) -> dict[str, str]:
    files = {"_headers": _headers(wanted)}
    if wanted.taken:
        files["_redirects"] = "".join(
            f"{path} {wanted.server}{path} 200!\n" for path in wanted.taken
        )
    return files


def _cloudflare(wanted: _Wanted) -> dict[str, str]:
    """A rewrite of Pages cannot leave the site; a worker can."""
    files = {"_headers": _headers(wanted)}
    if wanted.taken:
        routes = {"version": 1, "include": list(wanted.taken), "exclude": []}
        files["_routes.json"] = json.dumps(routes, indent=2) + "\n"
        files["_worker.js"] = (
            "export default {\n  fetch(request) {\n"
            "    const { pathname, search } = new URL(request.url);\n"
            f"    const there = {json.dumps(wanted.server)} + pathname + search;\n"
            "    return fetch(new Request(there, request));\n  },\n};\n"
        )
    return files


def _headers(wanted: _Wanted) -> str:
    return "".join(
        f"{path}\n  Content-Type: {kind}\n  Access-Control-Allow-Origin: *\n"
        for path, kind in wanted.types.items()
    )


def _vercel(wanted: _Wanted) -> dict[str, str]:
    document: dict[str, list[dict[str, object]]] = {
        "headers": [
            {
                "source": path.replace("*", "(.*)"),
                "headers": [
                    {"key": "Content-Type", "value": kind},
                    {"key": "Access-Control-Allow-Origin", "value": "*"},
                ],
            }
            for path, kind in wanted.types.items()
        ]
    }
    if wanted.taken:
        document["rewrites"] = [
            {"source": path, "destination": f"{wanted.server}{path}"}
            for path in wanted.taken
        ]
    return {"vercel.json": json.dumps(document, indent=2) + "\n"}


def _nginx(wanted: _Wanted) -> dict[str, str]:
    typed = "".join(
        f"location {_place(path)} {{\n"
        f"    types {{ }}\n    default_type {kind};\n"
        "    add_header Access-Control-Allow-Origin *;\n}\n"
        for path, kind in wanted.types.items()
    )
    taken = "".join(
        f"location = {path} {{\n    proxy_pass {wanted.server};\n}}\n"
        for path in wanted.taken
    )
    return {"activitypub.nginx.conf": typed + taken}


def _place(path: str) -> str:
    """A longer prefix wins in nginx."""
    return path.removesuffix("*") if path.endswith("*") else f"= {path}"


def _apache(wanted: _Wanted) -> dict[str, str]:
    typed = "".join(
        f'<If "%{{REQUEST_URI}} =~ m#^{path.replace("*", ".*")}$#">\n'
        f"  ForceType {kind}\n"
        "  Header set Access-Control-Allow-Origin *\n</If>\n"
        for path, kind in wanted.types.items()
    )
    taken = "".join(
        f"RewriteRule ^{path.removeprefix('/')}$ {wanted.server}{path} [P,L]\n"
        for path in wanted.taken
    )
    return {".htaccess": typed + (f"RewriteEngine On\n{taken}" if taken else "")}


def _caddy(wanted: _Wanted) -> dict[str, str]:
    typed = "".join(
        f"header {path} Content-Type {kind}\n"
        f"header {path} Access-Control-Allow-Origin *\n"
        for path, kind in wanted.types.items()
    )
    taken = "".join(f"reverse_proxy {path} {wanted.server}\n" for path in wanted.taken)
    return {"activitypub.Caddyfile": typed + taken}


#: Hosts whose rules can be written.
HOSTS: dict[str, Callable[[_Wanted], dict[str, str]]] = {
    "netlify": _netlify,
    "cloudflare": _cloudflare,
    "vercel": _vercel,
    "nginx": _nginx,
    "apache": _apache,
    "caddy": _caddy,
}
