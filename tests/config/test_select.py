"""What is written behind `publish` means the sources one would think."""

from __future__ import annotations

from pathlib import Path

import pytest

from config_support import read
from share_bridge.config.model import Config
from share_bridge.config.select import select_sources, select_targets
from share_bridge.errors import ConfigurationError

TEXT = """
[[sources]]
name = "blog"
feed = "https://example.org/feed.xml"
[[sources]]
name = "posts"
files = "content/posts/**/*.md"
permalink = "https://example.org/{slug}/"
[[sources]]
name = "notes"
files = "notes"
[targets.home]
publisher = "console"
[targets.friends]
publisher = "console"
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    for name in (
        "content/posts/2026/a.md",
        "content/draft.md",
        "content/other.HTML",
        "notes/b.md",
        "old/feed.xml",
        "readme.txt",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    return read(tmp_path, TEXT)


@pytest.mark.parametrize(
    "arguments, names",
    [
        ([], ["blog", "posts", "notes"]),
        (["posts"], ["posts"]),
        (["posts", "posts"], ["posts"]),
        (["notes", "blog"], ["notes", "blog"]),
        (["https://example.org/feed.xml"], ["blog"]),
        (["https://example.org/other.xml"], ["example.org"]),
        (["content/posts/2026/a.md"], ["posts"]),
        (["notes/b.md"], ["notes"]),
        (["notes"], ["notes"]),
        (["content/draft.md"], ["files"]),
        (["content/draft.md", "content/other.HTML"], ["files"]),
        (["content/draft.md", "blog"], ["blog", "files"]),
        (["content/*.md"], ["files"]),
        (["old/feed.xml"], ["feed"]),
        (["-"], ["stdin"]),
    ],
)
def test_an_argument_means_a_source(
    config: Config, arguments: list[str], names: list[str]
) -> None:
    """By name, by what a source covers, else a source of its own."""
    selected = select_sources(config, arguments, cwd=config.folder)

    assert [source.name for source in selected] == names


def test_loose_files_are_absolute_and_use_the_first_permalink(config: Config) -> None:
    """They are relative to where the command runs, not to the configuration."""
    (source,) = select_sources(config, ["draft.md"], cwd=config.folder / "content")

    assert source.files == (str(config.folder / "content/draft.md"),)
    assert source.permalink == "https://example.org/{slug}/"


def test_a_covered_file_means_its_whole_source(config: Config) -> None:
    """The same source as always, so that its first run means the same."""
    (source,) = select_sources(
        config, [str(config.folder / "notes/b.md")], cwd=Path("/")
    )

    assert source is config.sources[2]


@pytest.mark.parametrize(
    "argument, problem",
    [
        ("bolg", "bolg: neither a source nor a file; did you mean blog?"),
        ("*.rst", "neither a source nor a file"),
        ("readme.txt", "readme.txt: neither posts (.htm"),
    ],
)
def test_what_means_nothing_is_refused(
    config: Config, argument: str, problem: str
) -> None:
    """With what it may have been."""
    with pytest.raises(ConfigurationError) as caught:
        select_sources(config, [argument], cwd=config.folder)

    assert problem in str(caught.value)


def test_an_own_name_never_takes_a_configured_one(tmp_path: Path) -> None:
    """Guids of a loose feed are not mistaken for those of a source."""
    config = read(tmp_path, "[[sources]]\nname = 'stdin'\nfeed = 'a.xml'")
    (source,) = select_sources(config, ["-"], cwd=tmp_path)

    assert source.name == "stdin-2"


def test_targets_are_selected_by_name(config: Config) -> None:
    """In the configuration's order; none named means all."""
    names = [target.name for target in select_targets(config, ["friends"])]

    assert names == ["friends"]
    assert select_targets(config, []) == config.targets
    with pytest.raises(ConfigurationError, match="did you mean home"):
        select_targets(config, ["hoem"])
