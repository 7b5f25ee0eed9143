"""The kit on publishers that send no requests: what is not theirs is skipped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from house_support import PLUGINS
from kit_support import broken_promises, run_kit

pytest_plugins = ["pytester"]

_CASE = """
import pytest
from letters import PUBLISHERS
from share_bridge.testing import PublisherConformance

class TestIt(PublisherConformance):
    @pytest.fixture
    def publisher_class(self):
        return PUBLISHERS["{name}"]
"""

BROKEN = {
    "Letters": set(),
    "NamesEveryReader": {"test_a_recipient_sees_nobody_else"},
    "ListsSomebodyTwice": {"test_recipients_are_listed"},
    "WritesAnotherLetterEachTime": {"test_a_repeated_publish_stands_once"},
    "MindsNoCancellation": {"test_cancellation_passes"},
    "WritesWhenItChecks": {"test_check_posts_nothing"},
}


@pytest.fixture
def broken_by(pytester: pytest.Pytester) -> Callable[[str], set[str]]:
    """Run the kit on a publisher; the promises that it breaks."""
    pytester.syspathinsert(Path(__file__).parent)

    def run(name: str) -> set[str]:
        file = pytester.makepyfile(_CASE.format(name=name))
        return broken_promises(run_kit(pytester, file, at_least=20))

    return run


@pytest.mark.parametrize("name", list(BROKEN))
def test_a_local_publisher_is_held_to_its_promises(
    broken_by: Callable[[str], set[str]], name: str
) -> None:
    assert broken_by(name) == BROKEN[name]


def test_nothing_is_promised_without_a_publisher(pytester: pytest.Pytester) -> None:
    """The author is told what is missing."""
    case = "from share_bridge.testing import PublisherConformance\n"
    file = pytester.makepyfile(f"{case}class TestIt(PublisherConformance): pass")

    ran = pytester.inline_run(file, "-p", "no:randomly")

    passed, _, failed = ran.listoutcomes()
    assert passed == []
    assert {"publisher_class" in report.longreprtext for report in failed} == {True}


@pytest.mark.parametrize("plugin", sorted(it.name for it in PLUGINS.iterdir()))
def test_every_plugin_is_held_to_its_promises(plugin: str) -> None:
    case = PLUGINS / plugin / "tests" / "test_conformance.py"

    assert "(PublisherConformance)" in case.read_text("utf-8")
