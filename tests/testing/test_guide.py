"""The guide to testing a plugin says what happens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import pytest

from house_support import ROOT, fenced
from kit_support import run_kit

pytest_plugins = ["pytester"]

_PLUGIN = ROOT / "docs" / "how-to" / "write-a-plugin.md"
_GUIDE = ROOT / "docs" / "how-to" / "test-your-plugin.md"


@pytest.fixture
def run_guide(pytester: pytest.Pytester) -> Callable[..., list[str]]:
    """Run the guide's tests on a plugin; the messages of those that fail."""

    def run(plugin: str, *, before: str = "", after: str = "") -> list[str]:
        Path(pytester.path, "hook.py").write_text(plugin, "utf-8")
        case = Path(pytester.path, "test_hook.py")
        case.write_text(f"{before}{fenced(_GUIDE, 'python')[0]}\n{after}", "utf-8")
        pytester.syspathinsert()
        failed = run_kit(pytester, case, "--tb=long", at_least=50)
        return [f"{it.nodeid}: {it.longreprtext}" for it in failed]

    return run


def test_one_promise_is_broken_as_the_guide_says(
    run_guide: Callable[..., list[str]],
) -> None:
    [failure] = run_guide(fenced(_PLUGIN, "python")[0])

    said = " ".join(fenced(_GUIDE, "")[0].split())
    test, _, message = said.partition(": ")
    assert test in failure
    assert message in " ".join(failure.split())


def test_the_guide_s_remedy_helps(run_guide: Callable[..., list[str]]) -> None:
    remedy = fenced(_GUIDE, "python")[1].replace("\n", "\n        ").rstrip()
    check = "        response.raise_for_status()"
    plugin = fenced(_PLUGIN, "python")[0]
    mended = plugin.replace(check, f"        {remedy}\n{check}").replace(
        "    Receipt,\n", "    Receipt,\n    RejectedError,\n"
    )

    assert mended != plugin
    assert run_guide(mended) == []


def test_the_guide_s_table_of_faults_makes_tests(
    run_guide: Callable[..., list[str]],
) -> None:
    """They pass: what the hook does not type counts as unknown."""
    imports = (
        "from share_bridge.plugin import OutcomeUnknownError\n"
        "from share_bridge.testing import SERVER_ERRORS\n"
    )
    method = indent(fenced(_GUIDE, "python")[2], "    ")

    failures = run_guide(fenced(_PLUGIN, "python")[0], before=imports, after=method)

    assert not [it for it in failures if "proves_nothing" in it]
