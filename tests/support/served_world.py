"""A world with one target, at a server that can fail in every way."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from dispatch_support import World
from fediverse_support import Fediverse
from linkedin_service import LinkedIn
from share_bridge.dispatch.report.report import Report

__all__ = ["ServedWorld"]

_Server = TypeVar("_Server", bound=Fediverse | LinkedIn)


class ServedWorld(World, Generic[_Server]):
    """A blog whose posts go to `server`."""

    server: _Server

    def publish(self, **values: Any) -> Report:
        """One run."""
        return self.run(**({"transport": self.server} | values))

    def until_done(self) -> list[Report]:
        """Run every two hours until nothing is open."""
        reports: list[Report] = []
        for _ in range(30):
            reports.append(self.publish())
            totals = reports[-1].totals
            if not any(totals[it] for it in ("planned", "waiting", "pending")):
                break
            self.clock.jump(hours=2)
        return reports

    def titles(self) -> list[str]:
        """The first lines of what stands."""
        return [text.partition("\n")[0] for text in self.server.texts()]
