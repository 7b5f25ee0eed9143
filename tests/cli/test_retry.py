"""Trying again helps where it can; elsewhere the same is not asked for ever."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cli_support import run
from dispatch_support import AfterError, World, make_post
from share_bridge.errors import OutcomeUnknownError
from share_bridge.model.capabilities import Support

CONFIG = """
ledger = "ledger.db"

[site]
url = "https://example.org"

[targets.home]
publisher = "console"
"""


@pytest.mark.parametrize(
    "can, tried",
    [
        ({"recent": Support.UNSUPPORTED}, False),
        ({"recent": Support.UNSUPPORTED, "honours_keys": timedelta.max}, True),
    ],
    ids=["nobody can be asked", "keys are kept"],
)
def test_what_nobody_can_look_for_is_not_tried_again_by_all(
    tmp_path: Path, *, can: dict[str, Any], tried: bool
) -> None:
    """It would only be asked about once more; nor is that offered."""
    world = World(tmp_path, **can)
    world.posts = [make_post(1)]
    world.service.script = [AfterError(OutcomeUnknownError("lost"))] * 9
    for _ in range(9):
        report = world.run()
        world.clock.jump(hours=2)
    (question,) = report.questions
    (tmp_path / "share-bridge.toml").write_text(CONFIG)

    result = run(tmp_path, "ledger", "retry", "--all")

    assert any("ledger retry" in answer for answer in question.answers) == tried
    assert world.states() == (["waiting"] if tried else ["held"])
    assert result.stdout.startswith(f"{int(tried)} deliveries")
