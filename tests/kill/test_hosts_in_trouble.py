"""Servers that refuse, ask for rest or never answer, on real sockets."""

from __future__ import annotations

from pathlib import Path

import pytest

from inboxes import Inboxes, fan_out_folder, states
from kill_support import PUBLISH, Zygote

HOSTS, EACH = 6, 5
WELL = 4


@pytest.mark.parametrize(
    "status, state",
    [(429, "planned"), (403, "held"), (Inboxes.NEVER, "waiting"), (500, "waiting")],
    ids=["429", "403", "never answers", "500"],
)
def test_trouble_of_a_server_is_its_own(
    tmp_path: Path, zygote: Zygote, status: int, state: str
) -> None:
    """It is asked, and at most once more after a rest; everybody else is served; and
    it is, once it is well.
    """
    with Inboxes(HOSTS) as inboxes:
        inboxes.headers = {"Retry-After": "3600"}
        ill = inboxes.hosts[WELL:]
        inboxes.behaviour = dict.fromkeys(ill, status)
        fan_out_folder(tmp_path, inboxes, each=EACH, honours="timedelta.max", timeout=2)

        zygote.run(tmp_path, "publish", "--max-seconds", "10")

        found = states(tmp_path)
        assert found["delivered"] == WELL * EACH
        assert all(inboxes.asked[host] in {1, 2} for host in ill)
        assert sum(found.values()) == HOSTS * EACH
        assert found[state] > 0

        inboxes.behaviour.clear()
        for _ in range(3):
            zygote.run(tmp_path, "ledger", "retry", "--all")
            zygote.run(tmp_path, *PUBLISH)

    assert states(tmp_path) == {"delivered": HOSTS * EACH}
    assert set(inboxes.taken.values()) == {1}
    assert len(inboxes.taken) == HOSTS * EACH
