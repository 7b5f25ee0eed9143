"""What plugin authors test with: fakes, a scripted service, and the promises to keep.

It needs the extra `testing`; nothing else in share_bridge imports it.
"""

from __future__ import annotations

from share_bridge.config.settings import read_settings
from share_bridge.testing.conformance import PublisherConformance, Trial
from share_bridge.testing.context import (
    NOON,
    FakeContext,
    FakeCredentials,
    FakeDocuments,
)
from share_bridge.testing.faults import Answer, Change, Fault, Lost, is_write
from share_bridge.testing.server import LOOPBACK, StatefulServer
from share_bridge.testing.service import ScriptedService
from share_bridge.testing.troubles import (
    BROKEN,
    CUT_OFF,
    RATE_LIMITS,
    SERVER_ERRORS,
    garbled,
    lagging,
    shortened,
)

__all__ = [
    "BROKEN",
    "CUT_OFF",
    "LOOPBACK",
    "NOON",
    "RATE_LIMITS",
    "SERVER_ERRORS",
    "Answer",
    "Change",
    "FakeContext",
    "FakeCredentials",
    "FakeDocuments",
    "Fault",
    "Lost",
    "PublisherConformance",
    "ScriptedService",
    "StatefulServer",
    "Trial",
    "garbled",
    "is_write",
    "lagging",
    "read_settings",
    "shortened",
]
