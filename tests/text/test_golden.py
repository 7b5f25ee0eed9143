"""What posts look like on three kinds of networks, for people to read and judge.

After a change that is meant, `python tests/text/test_golden.py` writes them anew.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from share_bridge.model.post import Post
from share_bridge.text.compose import Rules, compose
from text_support import PROFILES, post

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.html"))

_FIELD = re.compile(r"<!-- (title|tags|language|summary|warning): ?(.*?) ?-->\n")


def _post(name: str) -> Post:
    """The post of a file: comments at its head say what is not its content."""
    markup = (GOLDEN / f"{name}.html").read_text("utf-8")
    fields = dict(_FIELD.findall(markup))
    return post(
        _FIELD.sub("", markup),
        url=f"https://blog.example/{name.replace('_', '-')}",
        title=fields.get("title", ""),
        tags=tuple(tag.strip() for tag in fields.get("tags", "").split(",") if tag),
        language=fields.get("language", "en"),
        summary=fields.get("summary", ""),
        content_warning=fields.get("warning", ""),
    )


def _shown(name: str, profile: str) -> str:
    return compose(_post(name), Rules("home", PROFILES[profile])).text + "\n"


@pytest.mark.parametrize("profile", sorted(PROFILES))
@pytest.mark.parametrize("name", NAMES)
def test_the_teaser_is_as_beautiful_as_it_was(name: str, profile: str) -> None:
    expected = (GOLDEN / f"{name}.{profile}.txt").read_text("utf-8")

    assert expected == _shown(name, profile)


def _write() -> None:
    for name in NAMES:
        for profile in PROFILES:
            path = GOLDEN / f"{name}.{profile}.txt"
            path.write_text(_shown(name, profile), "utf-8")


if __name__ == "__main__":
    _write()
