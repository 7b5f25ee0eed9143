"""Runs the conformance kit inside a test, and tells which promises were broken."""

from __future__ import annotations

from pathlib import Path

import pytest

import share_bridge.plugin
import share_bridge.testing

__all__ = ["broken_promises", "run_kit"]

# pytester forgets modules that were imported first within an inner run, and a class
# that is imported twice is two: all of them are here before it begins.
for _name in share_bridge.plugin.__all__:
    getattr(share_bridge.plugin, _name)
assert share_bridge.testing.PublisherConformance


class InternalErrors:
    """Keeps what went wrong in pytest itself."""

    def __init__(self) -> None:
        self.seen: list[BaseException] = []

    def pytest_internalerror(
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> None:
        self.seen.append(excinfo.value)


def run_kit(
    pytester: pytest.Pytester, file: Path, *options: str, at_least: int = 1
) -> list[pytest.TestReport]:
    """Run a file of tests with warnings as errors; the reports of those that fail.

    Sources are not read for tracebacks that nobody reads: `--tb=long` shows them.
    """
    errors = InternalErrors()
    ran = pytester.inline_run(
        file, "-W", "error", "-p", "no:randomly", "--tb=no", *options, plugins=[errors]
    )
    passed, _, failed = ran.listoutcomes()
    assert errors.seen == []
    assert len(passed) >= at_least, f"{len(passed)} promises were looked at"
    return [report for report in failed if isinstance(report, pytest.TestReport)]


def broken_promises(reports: list[pytest.TestReport]) -> set[str]:
    """Their names, without parameters."""
    return {report.nodeid.rpartition("::")[2].partition("[")[0] for report in reports}
