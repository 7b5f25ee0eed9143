"""What others did with the statuses of a server of the tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from share_bridge.testing import Answer

__all__ = ["Talk", "account", "said"]


def account(name: str, host: str = "social.example", **change: Any) -> dict[str, Any]:
    """Somebody, as the API shows them."""
    return {
        "id": f"{name}-{host}",
        "username": name,
        "acct": f"{name}@{host}",
        "display_name": name.title(),
        "url": f"https://{host}/@{name}",
        "uri": f"https://{host}/users/{name}",
        "avatar_static": f"https://{host}/{name}.png",
        **change,
    }


def said(name: str, html: str, **change: Any) -> dict[str, Any]:
    """What somebody wrote, as the API shows it."""
    return {
        "id": name,
        "uri": f"https://social.example/statuses/{name}",
        "url": f"https://social.example/@bob/{name}",
        "created_at": "2026-11-22T12:00:00.000Z",
        "in_reply_to_id": None,
        "content": html,
        "spoiler_text": "",
        "visibility": "public",
        "account": account("bob"),
        **change,
    }


@dataclass
class Talk:
    """Answers under each status, and who favourited or boosted any.

    Attributes:
        fans, boosters: Accounts, newest first.
        quotes: Statuses, newest first; None: this server knows of none.
        longest: Accounts of a page, whatever is asked for.

    """

    fans: list[dict[str, Any]] = field(default_factory=list)
    boosters: list[dict[str, Any]] = field(default_factory=list)
    quotes: list[dict[str, Any]] | None = None
    longest: int = 80
    _answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def reply(
        self, status: str, html: str, *, parent: str = "", **change: Any
    ) -> dict[str, Any]:
        """Somebody answers a status, or an answer to it."""
        answers = self._answers.setdefault(status, [])
        usual = {
            "created_at": f"2026-11-22T12:00:{len(answers):02}.000Z",
            "in_reply_to_id": parent or status,
        }
        answer = said(f"r{len(answers) + 1}", html, **usual | change)
        answers.append(answer)
        return answer

    def under(self, status: str) -> list[dict[str, Any]]:
        """All of the answers."""
        return self._answers.get(status, [])

    def page(self, request: httpx.Request, what: str) -> Answer:
        """Some of them, and where the next are: behind an id that none of them has."""
        everybody = {
            "favourited_by": self.fans,
            "reblogged_by": self.boosters,
            "quotes": self.quotes,
        }
        people = everybody[what]
        if people is None:
            return Answer(404, {"error": "The page you are looking for is not here"})
        start = int(request.url.params.get("max_id", "0"))
        size = min(self.longest, int(request.url.params.get("limit", "40")))
        end = start + size
        headers = {}
        if end < len(people):
            url = request.url.copy_set_param("max_id", str(end))
            headers["Link"] = f'<{url}>; rel="next", <{request.url}>; rel="prev"'
        return Answer(200, people[start:end], headers=headers)
