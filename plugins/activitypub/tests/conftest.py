"""Our actor, in a world of a few servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from actors_support import Blog, Person


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    """Our actor at `https://blog.example/ap/actor`."""
    return Blog(tmp_path)


@pytest.fixture
def alice(blog: Blog) -> Person:
    """A friend on another server."""
    person = Person("alice")
    blog.world.add(person)
    return person


@pytest.fixture
def mallory(blog: Blog) -> Person:
    """Somebody with ill intent, on a server of her own."""
    person = Person("mallory", "evil.example", key=1)
    blog.world.add(person)
    return person
