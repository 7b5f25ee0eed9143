"""SIGKILL at random points: afterwards every post stands everywhere once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from kill_support import POSTS, PUBLISH, Zygote, finish, write_feed
from lying_service import PLUGIN, LyingService

CONFIG = """
ledger = "{ledger}"

[site]
url = "https://example.org"

[[sources]]
name = "blog"
feed = "feed.xml"
first_run = "all"

[targets.page]
publisher = "page"
file = "out/index.html"

[targets.mail]
publisher = "email"
from = "Blog <blog@example.org>"
to = ["Ann <ann@example.org>", "Bob <bob@example.org>"]
folder = "out/mail"
max_per_run = 50

[targets.liar]
publisher = "liar"
server = "{server}"
timeout = 0.4
settle_after = 0.1
max_per_run = 50

[plugins]
dirs = ["plugins"]

[network]
allow = ["127.0.0.0/8"]
"""


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    zygote = Zygote()
    yield zygote
    zygote.close()


def set_up(folder: Path, service: LyingService, ledger: str) -> None:
    (folder / "plugins").mkdir()
    (folder / "plugins" / "liar.py").write_text(PLUGIN)
    (folder / "share-bridge.toml").write_text(
        CONFIG.format(server=service.url, ledger=ledger)
    )
    write_feed(folder)


def standing(folder: Path, service: LyingService) -> dict[str, Counter[str]]:
    page = (folder / "out" / "index.html").read_text()
    mails = [
        path.read_text()
        for path in (folder / "out" / "mail").iterdir()
        if path.suffix == ".eml"
    ]
    subjects = (
        re.findall(r"^(?:Subject|To): (.*)$", mail, re.MULTILINE) for mail in mails
    )
    return {
        "liar": Counter(post["link"] for post in service.posts),
        "page": Counter(re.findall(r"Post \d(?=</a>)", page)),
        "mail": Counter(" ".join(sorted(found)) for found in subjects),
    }


@pytest.mark.slow
@pytest.mark.parametrize("honours", [True, False], ids=["keys honoured", "ignored"])
@pytest.mark.parametrize("seed", range(20))
def test_killed_again_and_again_every_post_stands_once(
    tmp_path: Path, zygote: Zygote, seed: int, honours: bool
) -> None:
    """Five posts, three targets, one of them lying; eight kills, then peace.

    Every other seed keeps a journal instead of a database.
    """
    random = Random(seed * 2 + honours)
    service = LyingService(random, honours=honours)
    set_up(tmp_path, service, "ledger.jsonl" if seed % 2 else "ledger.db")

    kills = 0
    for _ in range(8):
        moment = random.uniform(0, 0.35)
        kills += zygote.run(tmp_path, *PUBLISH, kill_after=moment)["killed"]
    service.honest = True
    finish(zygote, tmp_path)
    service.close()

    stands = standing(tmp_path, service)
    assert kills > 0
    assert stands["liar"] == {f"https://example.org/{n}": 1 for n in range(1, 6)}
    assert set(stands["page"].values()) == {1}
    assert len(stands["page"]) == POSTS
    assert len(stands["mail"]) == POSTS * 2
    assert set(stands["mail"].values()) == {1}
