"""What others did with the statuses of a server of the tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from share_bridge.testing import Answer

__all__ = ["Talk", "account"]


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


@dataclass
class Talk:
    """Answers under each status, and who favourited or boosted any.

    Attributes:
        fans, boosters: Accounts, newest first.
        longest: Accounts of a page, whatever is asked for.

    """

    fans: list[dict[str, Any]] = field(default_factory=list)
    boosters: list[dict[str, Any]] = field(default_factory=list)
    longest: int = 80
    _answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def reply(
        self, status: str, html: str, *, parent: str = "", **change: Any
    ) -> dict[str, Any]:
        """Somebody answers a status, or an answer to it."""
        answers = self._answers.setdefault(status, [])
        name = f"r{len(answers) + 1}"
        answer = {
            "id": name,
            "uri": f"https://social.example/statuses/{name}",
            "url": f"https://social.example/@bob/{name}",
            "created_at": f"2026-11-22T12:00:{len(answers):02}.000Z",
            "in_reply_to_id": parent or status,
            "content": html,
            "spoiler_text": "",
            "visibility": "public",
            "account": account("bob"),
            **change,
        }
        answers.append(answer)
        return answer

    def under(self, status: str) -> list[dict[str, Any]]:
        """All of the answers."""
        return self._answers.get(status, [])

    def page(self, request: httpx.Request, what: str) -> Answer:
        """Some people, and where the next are: behind an id that no account has."""
        people = self.fans if what == "favourited_by" else self.boosters
        start = int(request.url.params.get("max_id", "0"))
        size = min(self.longest, int(request.url.params.get("limit", "40")))
        end = start + size
        headers = {}
        if end < len(people):
            url = request.url.copy_set_param("max_id", str(end))
            headers["Link"] = f'<{url}>; rel="next", <{request.url}>; rel="prev"'
        return Answer(200, people[start:end], headers=headers)
