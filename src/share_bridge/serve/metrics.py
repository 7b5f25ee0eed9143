"""How the bridge is, in numbers: for a health check, and for Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

__all__ = ["Metrics", "head"]


class Metrics:
    """Counts what runs came to. One process, one of them.

    Attributes:
        healthy: The last run could use its configuration and ledger.

    """

    def __init__(self) -> None:
        self.healthy = True
        self._runs: Counter[int] = Counter()
        self._delivered = 0
        self._open: Mapping[str, int] = {}
        self._questions = 0
        self._hosts: Mapping[str, Mapping[str, int]] = {}
        self._last: datetime | None = None
        self._error = ""

    def ran(self, report: Mapping[str, Any], *, exit_code: int, at: datetime) -> None:
        """A run ended, with this report (see the reference of `--json`)."""
        totals = report["totals"]
        self._delivered += totals["delivered"]
        self._open = {
            state: totals[state] for state in ("planned", "pending", "waiting", "held")
        }
        self._questions = len(report["questions"])
        self._hosts = {it["target"]: it["hosts"] for it in report["targets"]}
        self._note(exit_code, at)

    def failed(self, error: str, *, at: datetime) -> None:
        """A run could not begin: configuration or ledger."""
        self._note(2, at)
        self.healthy = False
        self._error = error

    @property
    def ran_once(self) -> bool:
        """A run ended, and could use its configuration and ledger."""
        return self._last is not None and self.healthy

    def health(self) -> dict[str, Any]:
        """As `/-/health` answers."""
        return {
            "status": "ok" if self.healthy else "failing",
            "last_run": None if self._last is None else self._last.isoformat(),
            "error": self._error or None,
            "questions": self._questions,
        }

    def exposition(self) -> str:
        """As `/-/metrics` answers: Prometheus' text format."""
        lines = [
            *head("runs_total", "counter", "Runs of publish, by exit code."),
            *(
                f'share_bridge_runs_total{{exit_code="{code}"}} {count}'
                for code, count in sorted(self._runs.items())
            ),
            *head("delivered_total", "counter", "Messages delivered."),
            f"share_bridge_delivered_total {self._delivered}",
            *head("messages", "gauge", "Messages that are open, by state."),
            *(
                f'share_bridge_messages{{state="{state}"}} {count}'
                for state, count in self._open.items()
            ),
            *head("questions", "gauge", "Questions that wait for their owner."),
            f"share_bridge_questions {self._questions}",
            *head("hosts", "gauge", "Servers of recipients in trouble, by state."),
            *(
                f'share_bridge_hosts{{target="{target}",state="{state}"}} {count}'
                for target, hosts in self._hosts.items()
                for state, count in hosts.items()
            ),
            *head("last_run_timestamp_seconds", "gauge", "When the last run ended."),
            f"share_bridge_last_run_timestamp_seconds {_seconds(self._last)}",
        ]
        return "\n".join(lines) + "\n"

    def _note(self, exit_code: int, at: datetime) -> None:
        self._runs[exit_code] += 1
        self._last = at
        self.healthy = True
        self._error = ""


def head(name: str, kind: str, purpose: str) -> tuple[str, str]:
    """The lines before the samples of a metric."""
    name = f"share_bridge_{name}"
    return f"# HELP {name} {purpose}", f"# TYPE {name} {kind}"


def _seconds(when: datetime | None) -> int:
    return 0 if when is None else int(when.timestamp())
