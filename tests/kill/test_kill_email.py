"""SIGKILL in the middle of a mailing, and a mail server in trouble besides."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from blog_support import POSTS, configure, write_feed
from kill_support import PUBLISH, Zygote, torment
from share_bridge.testing.faults import Lost
from smtp_support import SmtpServer, Trouble

TARGET = """[targets.letter]
publisher = "email"
from = "Blog <blog@example.org>"
list = "readers.txt"
server = "127.0.0.1"
port = {port}
security = "none"
timeout = 2
settle_after = 0.1
max_per_run = 50
first_run = "{first_run}"
"""
TROUBLES = (
    ("GREETING", "421 4.3.2 too many connections", False),
    ("GREETING", Lost.UNREACHABLE, False),
    ("EHLO", Lost.RESET, False),
    ("MAIL", "451 4.3.0 later", False),
    ("MAIL", Lost.UNREACHABLE, False),
    ("RCPT", "450 4.2.0 greylisted", False),
    ("RCPT", Lost.RESET, False),
    ("DATA", "421 4.3.2 closing", False),
    ("CONTENT", Lost.UNREACHABLE, False),
    ("DOT", "451 4.3.0 later", False),
    ("DOT", Lost.UNREACHABLE, False),
    ("DOT", Lost.UNREACHABLE, True),
    ("DOT", Lost.RESET, True),
    ("DOT", Lost.HALF, True),
    ("DOT", "what?", True),
)


def set_up(folder: Path, server: SmtpServer, *, readers: int, first_run: str) -> None:
    configure(folder, TARGET.format(port=server.port, first_run=first_run))
    lines = (f"Reader {number} <r{number}@example.net>" for number in range(readers))
    (folder / "readers.txt").write_text("\n".join(lines))
    write_feed(folder)


def trouble(random: Random, *, skip: int) -> Trouble:
    at, what, accepted = random.choice(TROUBLES)
    return Trouble(at=at, what=what, accepted=accepted, skip=skip)


def recorded(folder: Path) -> tuple[Counter[str], set[str]]:
    """Deliveries to readers by their state, and the mails counted as delivered."""
    ledger = sqlite3.connect(folder / "share-bridge.db")
    rows = ledger.execute(
        "SELECT state, receipt FROM delivery WHERE recipient <> ''"
    ).fetchall()
    ledger.close()
    names = {json.loads(receipt)["remote_id"] for _, receipt in rows if receipt}
    return Counter(state for state, _ in rows), names


def mailed(server: SmtpServer) -> Counter[str]:
    """What the server took, by Message-ID."""
    lines = (
        line
        for mail in server.mails
        for line in mail.raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    )
    found = (line for line in lines if line.startswith("Message-ID: "))
    return Counter(line.removeprefix("Message-ID: ") for line in found)


def finish(zygote: Zygote, folder: Path) -> None:
    """Run until everything is delivered, or a question; what waits is made due."""
    for _ in range(20):
        zygote.run(folder, *PUBLISH)
        states, _ = recorded(folder)
        if set(states) <= {"delivered", "held"}:
            return
        zygote.run(folder, "ledger", "retry", "--all")
    pytest.fail(f"not done: {states}, {(folder / 'log.txt').read_text()[-2000:]}")


def check(folder: Path, server: SmtpServer, *, total: int) -> Counter[str]:
    """Nobody twice; who counts as delivered has it; the others are asked about."""
    states, delivered = recorded(folder)
    taken = mailed(server)
    assert max(taken.values()) == 1
    assert delivered <= set(taken)
    assert set(states) <= {"delivered", "held"}
    assert states.total() == total
    assert len(taken) >= states["delivered"] == len(delivered)
    return states


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_killed_with_mails_under_way_nobody_is_mailed_twice(
    tmp_path: Path, zygote: Zygote, seed: int
) -> None:
    """Five posts to three readers; six kills, then peace."""
    random = Random(seed)
    with SmtpServer() as server:
        set_up(tmp_path, server, readers=3, first_run="all")

        def fail() -> None:
            if random.random() < 0.7:
                server.fail(trouble(random, skip=random.randrange(3)))

        torment(zygote, tmp_path, random, fail=fail)
        server.recover()
        finish(zygote, tmp_path)

        check(tmp_path, server, total=POSTS * 3)


@pytest.mark.slow
def test_a_long_list_is_mailed_through_faults_and_kills(
    tmp_path: Path, zygote: Zygote
) -> None:
    """Hundreds of readers, a fault for every fortieth, four kills in between."""
    readers, random, kills = 400, Random(4), 0
    with SmtpServer() as server:
        set_up(tmp_path, server, readers=readers, first_run="newest")
        for number in range(readers // 40):
            server.fail(trouble(random, skip=random.randrange(20) + 30 * number))
        for _ in range(4):
            step = random.randint(100, 600)
            kills += zygote.run(tmp_path, *PUBLISH, kill_at=step)["killed"]
            zygote.run(tmp_path, "ledger", "retry", "--all")
        server.recover()
        finish(zygote, tmp_path)

        states = check(tmp_path, server, total=readers)

    assert kills > 0
    assert states["delivered"] > readers * 0.8
