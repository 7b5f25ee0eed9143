"""The settings of a publisher: a pydantic model whose secrets stay secret."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, SecretStr

__all__ = ["Secret", "Settings"]


class Secret(SecretStr):
    """A value that shows itself only to `get_secret_value()`.

    In TOML it is `{ env = "NAME" }`, `{ file = "path" }`, `{ command = […] }` or
    `{ keyring = "…" }`; `SHARE_BRIDGE_<TARGET>_<KEY>` wins over all of them, and
    where none is given the credentials store is asked.
    """


class Settings(BaseModel):
    """Base of a publisher's settings: what stands in `[targets.NAME]`.

    The common keys (read_more, timeout, max_per_run …) belong to the core and are
    taken out before; a key that no field names is refused.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True
    )
