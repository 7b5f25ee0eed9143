from pathlib import Path

import pytest

from dispatch_support import World, make_post


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One post, one target that can be asked."""
    world = World(tmp_path)
    world.posts = [make_post(1)]
    return world
