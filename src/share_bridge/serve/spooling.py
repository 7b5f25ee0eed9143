"""How a server is that only takes in: whether it still can, and how much waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from share_bridge.plugin.intake import Intake
from share_bridge.serve.metrics import head

__all__ = ["Spooling"]


class Spooling:
    """Asks the inboxes when it is asked."""

    def __init__(self, intakes: Sequence[Intake]) -> None:
        self._intakes = intakes

    @property
    def healthy(self) -> bool:
        """Every inbox can take something in."""
        return not any(intake.full() for intake in self._intakes)

    @property
    def waiting(self) -> int:
        """What is kept and was not collected yet."""
        return sum(intake.waiting() for intake in self._intakes)

    def health(self) -> dict[str, Any]:
        """As `/-/health` answers."""
        return {"status": "ok" if self.healthy else "full", "waiting": self.waiting}

    def exposition(self) -> str:
        """As `/-/metrics` answers: Prometheus' text format."""
        lines = [
            *head("spool_waiting", "gauge", "What came in and was not collected yet."),
            f"share_bridge_spool_waiting {self.waiting}",
            *head("spool_full", "gauge", "Whether nothing more is taken in."),
            f"share_bridge_spool_full {int(not self.healthy)}",
        ]
        return "\n".join(lines) + "\n"
