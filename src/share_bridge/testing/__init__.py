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
from share_bridge.testing.faults import Answer, Fault, Lost, is_write
from share_bridge.testing.server import LOOPBACK, StatefulServer
from share_bridge.testing.service import ScriptedService

__all__ = [
    "LOOPBACK",
    "NOON",
    "Answer",
    "FakeContext",
    "FakeCredentials",
    "FakeDocuments",
    "Fault",
    "Lost",
    "PublisherConformance",
    "ScriptedService",
    "StatefulServer",
    "Trial",
    "is_write",
    "read_settings",
]
