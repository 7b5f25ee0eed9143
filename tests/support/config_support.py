"""Writes configurations for tests, and reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from share_bridge.config.load import load
from share_bridge.config.model import Config, TargetConfig
from share_bridge.errors import ConfigurationError

__all__ = ["problems", "read", "target"]


def read(folder: Path, text: str) -> Config:
    """The configuration that `text` is, in `folder`."""
    (folder / "share-bridge.toml").write_text(text, encoding="utf-8")
    return load(None, environ={"HOME": "/home/ada"}, cwd=folder)


def problems(folder: Path, text: str) -> list[str]:
    """What is said to be wrong with `text`, one line each, without the file's name."""
    with pytest.raises(ConfigurationError) as caught:
        read(folder, text)
    prefix = f"{folder / 'share-bridge.toml'}: "
    return [line.removeprefix(prefix) for line in str(caught.value).splitlines()]


def target(name: str = "home", **settings: object) -> TargetConfig:
    """A target of a publisher called `wire` with these settings."""
    return TargetConfig(name=name, publisher="wire", settings=settings)
