"""SIGKILL between the word that takes posts back and the request that deletes them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from blog_support import serving
from fediverse_profiles import PROFILES
from fediverse_support import Fediverse
from kill_support import PUBLISH, Zygote, finish, trouble


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_what_was_taken_back_goes_and_the_rest_stands(
    tmp_path: Path, zygote: Zygote, seed: int
) -> None:
    """While it is being published or after, killed again and again."""
    random = Random(f"retract {seed}")
    service = Fediverse(PROFILES["gotosocial"], clock=lambda: datetime.now(UTC))
    with serving(service, tmp_path, "timeout = 1", "settle_after = 0.1"):
        zygote.run(tmp_path, *PUBLISH, "--max-seconds", "0")
        zygote.run(tmp_path, *PUBLISH, kill_at=random.randint(1, 30))
        for post in random.sample((2, 4), 2):
            link = f"https://example.org/{post}"
            trouble(service, random)
            zygote.run(tmp_path, "retract", link, kill_at=random.randint(1, 20))
            service.recover()
            while zygote.run(tmp_path, "retract", link)["code"] == 2:
                zygote.run(tmp_path, *PUBLISH)
        finish(zygote, tmp_path)

    stands = [status.text for status in service.standing if not status.ghost]
    titles = [text.partition("\n")[0] for text in stands]
    assert titles == ["Post 1", "Post 3", "Post 5"]
