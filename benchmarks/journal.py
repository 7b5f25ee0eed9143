"""A journal of 100,000 lines, from file to ledger."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from share_bridge.ledger.facts import Commit, Fact, encode
from share_bridge.ledger.ids import bound_id, delivery_id, message_id
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.message import Action

LINES = 100_000
LIMIT = 2.0
POSTS = LINES // 5
ROUNDS = 3


def write(path: Path) -> None:
    """Posts that were planned, sent and delivered: five lines each."""
    target = bound_id("mastodon", "https://social.example", "1")
    account = {
        "name": "home",
        "publisher": "mastodon",
        "server": "https://social.example",
        "account": "1",
    }
    with path.open("wb") as file:
        file.write(encode(_commit("t", Fact("target", (target,), account))))
        for number in range(POSTS):
            for commit in _post(number, target):
                file.write(encode(commit))


def _post(number: int, target: str) -> list[Commit]:
    post, url = f"{number:012x}", f"https://blog.example/{number}"
    message = message_id(target, post, Action.CREATE, 0)
    delivery = delivery_id(message, "")
    words = "The words of a post, as its teaser has them. " * 8
    row = {
        "source": "blog",
        "identity": url,
        "url": url,
        "title": f"Post {number}",
        "document": words,
        "likeness": "",
        "skip_reason": "",
        "revision": 1,
        "ordered_at": float(number),
        "sequence": number,
        "seen_at": float(number),
    }
    about = {"target": target, "post": post, "action": "create", "number": 0}
    sent = {"message": message, "recipient": "", "run": "r", "attempts": 1}
    tried = {"run": "r", "started_at": float(number)}
    key = (delivery, 1, 1)
    at = f"{number:x}"
    return [
        _commit(f"p{at}", Fact("post", (post,), row)),
        _commit(f"a{at}", Fact("alias", (url,), {"post": post})),
        _commit(
            f"m{at}",
            Fact("message", (message,), about),
            Fact("delivery", (delivery,), {**sent, "state": "planned", "attempts": 0}),
        ),
        _commit(
            f"s{at}",
            Fact("message", (message,), {**about, "document": words}, (f"m{at}",)),
            Fact("delivery", (delivery,), {**sent, "state": "sending"}, (f"m{at}",)),
            Fact("attempt", key, tried),
        ),
        _commit(
            f"d{at}",
            Fact("delivery", (delivery,), {**sent, "state": "delivered"}, (f"s{at}",)),
            Fact("attempt", key, {**tried, "outcome": "delivered"}, (f"s{at}",)),
        ),
    ]


def _commit(name: str, *facts: Fact) -> Commit:
    return Commit(name, 1.0, 1, list(facts))


def main() -> None:
    """Print the row."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.jsonl"
        write(path)
        best = min(load(path) for _ in range(ROUNDS))
        size = path.stat().st_size / 1e6
    what = f"a journal of {LINES:,} lines ({size:.0f} MB), from file to ledger"
    good = best <= LIMIT
    said = "ok" if good else "NO"
    print(f"{what} | {best:.2f} s | {LIMIT:g} s | {said}")
    sys.exit(0 if good else 1)


def load(path: Path) -> float:
    """The CPU seconds that it takes to open it."""
    start = time.process_time()
    with Ledger.in_memory(path) as ledger:
        took = time.process_time() - start
        if ledger.posts.count("blog") != POSTS:
            sys.exit("something was lost")
    return took


if __name__ == "__main__":
    main()
