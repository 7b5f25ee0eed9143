"""The rules of hosts that one uploads files to."""

from __future__ import annotations

import json
from typing import Any

from share_bridge_activitypub.rules.wanted import Wanted, matching
from share_bridge_activitypub.vocabulary import ACTIVITY_JSON, CONTEXT

__all__ = ["OURS", "cloudflare", "netlify", "vercel"]

#: The first line of a worker of ours.
OURS = "// Written by share-bridge fediverse export"
#: https://developers.cloudflare.com/pages/functions/routing/ (2026-11-24)
_MOST_ROUTES = 100


def netlify(wanted: Wanted) -> dict[str, str]:
    """`_redirects` gives any status, with the content of another file.

    https://docs.netlify.com/routing/redirects/redirect-options/ (2026-11-24)
    """
    stone = f"{wanted.root}/gone"
    lines = [f"{path} {wanted.server}{path} 200!\n" for path in wanted.taken]
    lines += [f"{path} {stone} 410!\n" for path in wanted.gone]
    files = {"_headers": _headers(wanted), "_redirects": "".join(lines)}
    if wanted.gone:
        document = {"@context": CONTEXT, "type": "Tombstone"}
        files[stone.removeprefix("/")] = json.dumps(document)
    return files


def cloudflare(wanted: Wanted) -> dict[str, str]:
    """`_redirects` of Pages neither leaves the site nor knows 410; a worker does both.

    https://developers.cloudflare.com/pages/configuration/redirects/ (2026-11-24)
    """
    files = {"_headers": _headers(wanted)}
    paths = [*wanted.taken, *wanted.gone]
    if len(paths) > _MOST_ROUTES:
        paths = [*wanted.taken, f"{wanted.root}/posts/*"]
    if paths:
        routes = {"version": 1, "include": paths, "exclude": []}
        files["_routes.json"] = json.dumps(routes, indent=2) + "\n"
        files["_worker.js"] = (
            f"{OURS}\n"
            f"const taken = new Set({json.dumps(wanted.taken)});\n"
            f"const gone = new Set({json.dumps(wanted.gone)});\n"
            f"const server = {json.dumps(wanted.server)};\n{_WORKER}"
        )
    return files


#: What passes through a worker gets none of the headers that `_headers` names:
#: https://developers.cloudflare.com/pages/configuration/headers/ (2026-11-24)
_WORKER = f"""
export default {{
  async fetch(request, env) {{
    const {{ pathname, search }} = new URL(request.url);
    if (taken.has(pathname)) {{
      return fetch(new Request(server + pathname + search, request));
    }}
    const file = await env.ASSETS.fetch(request);
    const headers = new Headers(file.headers);
    if (file.ok) headers.set("Content-Type", "{ACTIVITY_JSON}");
    headers.set("Access-Control-Allow-Origin", "*");
    const status = gone.has(pathname) ? 410 : file.status;
    return new Response(file.body, {{ status, headers }});
  }},
}};
"""


def _headers(wanted: Wanted) -> str:
    return "".join(
        f"{path}\n  Content-Type: {kind}\n  Access-Control-Allow-Origin: *\n"
        for kind, paths in wanted.types.items()
        for path in paths
    )


def vercel(wanted: Wanted) -> dict[str, str]:
    """Of all that `vercel.json` may say, only `routes` have a status.

    https://vercel.com/docs/build-output-api/configuration (2026-11-24)
    """
    routes: list[dict[str, Any]] = [
        {"src": matching([path]), "dest": f"{wanted.server}{path}"}
        for path in wanted.taken
    ]
    routes += [
        {
            "src": matching(paths),
            "headers": {"Content-Type": kind, "Access-Control-Allow-Origin": "*"},
            "continue": True,
        }
        for kind, paths in wanted.types.items()
    ]
    routes += [
        {"src": matching([path]), "dest": path, "status": 410} for path in wanted.gone
    ]
    return {"vercel.json": json.dumps({"routes": routes}, indent=2) + "\n"}
