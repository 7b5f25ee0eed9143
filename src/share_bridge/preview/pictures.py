"""Pictures beside local posts, put into the page itself; no other is asked for."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Mapping

from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.pictures import read_pictures
from share_bridge.images.kinds import ALL
from share_bridge.model.capabilities import MediaLimits
from share_bridge.model.post import Image
from share_bridge.preview.cards import Preview

__all__ = ["embedded"]

#: Of one picture, and of all: a page that takes long to open is no preview.
_MAX_BYTES, _MAX_TOTAL = 1_500_000, 15_000_000


async def embedded(runtime: Runtime, preview: Preview) -> Mapping[str, str]:
    """The data URL of each local picture that is small enough, by its path."""
    paths = dict.fromkeys(
        image.path for item in preview.posts for image in item.post.images if image.path
    )
    found: dict[str, str] = {}
    total = 0
    for path in paths:
        for image in await _read(runtime, path):
            total += len(image.data)
            if total > _MAX_TOTAL:
                return found
            data = b64encode(image.data).decode()
            found[path] = f"data:{image.media_type};base64,{data}"
    return found


async def _read(runtime: Runtime, path: str) -> tuple[Image, ...]:
    return await read_pictures(
        [Image("", path=path)],
        media=MediaLimits(1, _MAX_BYTES, None, ALL),
        network=runtime.config.network,
        folder=runtime.config.folder,
        seconds=10,
        tell=logging.getLogger("share_bridge.preview").info,
    )
