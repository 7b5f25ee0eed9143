"""SIGKILL at every step: afterwards every post stands everywhere once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from blog_support import POSTS, configure, write_feed
from kill_support import PUBLISH, Zygote, finish, torment
from lying_service import PLUGIN, LyingService

PAGE = """[targets.page]
publisher = "page"
file = "out/index.html"
"""
MAIL = """[targets.mail]
publisher = "email"
from = "Blog <blog@example.org>"
to = ["Ann <ann@example.org>", "Bob <bob@example.org>"]
folder = "out/mail"
max_per_run = 50
"""
LIAR = """[targets.liar]
publisher = "liar"
server = "{}"
timeout = 1
settle_after = 0.1
max_per_run = 50
"""


def set_up(folder: Path, service: LyingService, ledger: str, *more: str) -> None:
    targets = (*more, LIAR.format(service.url))
    configure(folder, *targets, ledger=ledger, plugin=PLUGIN)
    write_feed(folder)


def links(service: LyingService) -> Counter[str]:
    return Counter(post["link"] for post in service.posts)


ONCE = Counter({f"https://example.org/{n}": 1 for n in range(1, POSTS + 1)})


def stands(folder: Path) -> dict[str, Counter[str]]:
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
        "page": Counter(re.findall(r"Post \d(?=</a>)", page)),
        "mail": Counter(" ".join(sorted(found)) for found in subjects),
    }


@pytest.mark.slow
@pytest.mark.parametrize("ledger", ["ledger.db", "ledger.jsonl"])
def test_killed_at_every_step_a_post_stands_once(
    tmp_path: Path, zygote: Zygote, ledger: str
) -> None:
    """Between any two commits and requests of a run; no key is kept."""
    step, killed = 0, True
    while killed:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        service = LyingService(Random(0))
        service.honest = True
        set_up(folder, service, ledger)
        write_feed(folder, posts=1)

        killed = zygote.run(folder, *PUBLISH, kill_at=step)["killed"]
        finish(zygote, folder)
        service.close()

        assert links(service) == {"https://example.org/1": 1}, step
    assert step > 15


@pytest.mark.slow
@pytest.mark.parametrize("honours", [True, False], ids=["keys honoured", "ignored"])
@pytest.mark.parametrize("seed", range(8))
def test_killed_again_and_again_every_post_stands_once(
    tmp_path: Path, zygote: Zygote, seed: int, honours: bool
) -> None:
    """Five posts, three targets, one of them lying; six kills, then peace.

    Every other seed keeps a journal instead of a database.
    """
    random = Random(seed * 2 + honours)
    service = LyingService(random, honours=honours)
    set_up(tmp_path, service, "ledger.jsonl" if seed % 2 else "ledger.db", PAGE, MAIL)

    torment(zygote, tmp_path, random)
    service.honest = True
    finish(zygote, tmp_path)
    service.close()

    standing = stands(tmp_path)
    assert links(service) == ONCE
    assert set(standing["page"].values()) == {1}
    assert len(standing["page"]) == POSTS
    assert len(standing["mail"]) == POSTS * 2
    assert set(standing["mail"].values()) == {1}
