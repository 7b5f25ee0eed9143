"""The rules of web servers of one's own."""

from __future__ import annotations

from share_bridge_activitypub.rules.wanted import Wanted, matching
from share_bridge_activitypub.vocabulary import ACTIVITY_JSON

__all__ = ["apache", "caddy", "nginx"]


def nginx(wanted: Wanted) -> dict[str, str]:
    """Locations to include in the `server` of the site, which names its `root`."""
    lines = [
        f"location ~ {matching(paths)} {{{_typed(kind)}}}\n"
        for kind, paths in wanted.types.items()
    ]
    if wanted.gone:  # the page of the error is the file itself
        lines.append(f"location @activitypub_gone {{{_typed(ACTIVITY_JSON)}}}\n")
    lines += [
        f"location = {path} {{\n    error_page 410 @activitypub_gone;\n"
        "    return 410;\n}\n"
        for path in wanted.gone
    ]
    lines += [
        f"location = {path} {{\n    proxy_pass {wanted.server};\n"
        "    proxy_ssl_server_name on;\n}\n"
        for path in wanted.taken
    ]
    return {"activitypub.nginx.conf": "".join(lines)}


def _typed(kind: str) -> str:
    return (
        f"\n    types {{ }}\n    default_type {kind};\n"
        "    add_header Access-Control-Allow-Origin * always;\n"
    )


def apache(wanted: Wanted) -> dict[str, str]:
    """It needs `AllowOverride FileInfo`, mod_headers and mod_rewrite.

    For the inbox also mod_proxy_http and, outside of `.htaccess`, `SSLProxyEngine on`.
    """
    lines = [
        f'<If "%{{REQUEST_URI}} =~ m#{matching(paths)}#">\n'
        f"  ForceType {kind}\n"
        "  Header always set Access-Control-Allow-Origin *\n</If>\n"
        for kind, paths in wanted.types.items()
    ]
    lines += [
        f"<If \"%{{REQUEST_URI}} == '{path}'\">\n  ErrorDocument 410 {path}\n</If>\n"
        for path in wanted.gone
    ]
    rules = [
        f"RewriteRule {_below(path)} {wanted.server}{path} [P,L]\n"
        for path in wanted.taken
    ]
    for path in wanted.gone:  # the page of the error is the file itself, once
        rules.append("RewriteCond %{ENV:REDIRECT_STATUS} ^$\n")
        rules.append(f"RewriteRule {_below(path)} - [G]\n")
    if rules:
        lines += ["RewriteEngine On\n", *rules]
    return {".htaccess": "".join(lines)}


def _below(path: str) -> str:
    """As a rule of `.htaccess` sees a path: without the slash before it."""
    return matching([path.removeprefix("/")])


def caddy(wanted: Wanted) -> dict[str, str]:
    """Directives to import in the block of the site, which names its `root`."""
    lines = []
    for number, (kind, paths) in enumerate(wanted.types.items()):
        name = f"@activitypub{number}"
        lines.append(
            f"{name} path {' '.join(paths)}\n"
            f"header {name} Content-Type {kind}\n"
            f"header {name} Access-Control-Allow-Origin *\n"
        )
    if wanted.gone:
        lines.append(
            f"@activitypub_gone path {' '.join(wanted.gone)}\n"
            "file_server @activitypub_gone {\n\tstatus 410\n}\n"
        )
    if wanted.taken:
        lines.append(
            f"@activitypub_taken path {' '.join(wanted.taken)}\n"
            f"reverse_proxy @activitypub_taken {wanted.server} {{\n"
            "\theader_up Host {upstream_hostport}\n}\n"
        )
    return {"activitypub.Caddyfile": "".join(lines)}
