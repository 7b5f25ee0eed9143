"""The application: routes of plugins, and how the bridge is."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import httpx
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from share_bridge.dispatch.report.report import Report
from share_bridge.serve.app import make_app
from share_bridge.serve.metrics import Metrics

_NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _get(path: str, metrics: Metrics, *routes: Any) -> httpx.Response:
    app = make_app(routes, health=metrics, lifespan=nullcontext)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://blog.example"
        ) as client:
            return await client.get(path)

    return asyncio.run(ask())


def _report() -> dict[str, Any]:
    return Report(run="1").to_json()


def test_a_plugin_s_routes_are_served() -> None:
    async def page(_: Any) -> PlainTextResponse:
        return PlainTextResponse("here")

    assert _get("/ap/actor", Metrics(), Route("/ap/actor", page)).text == "here"


def test_no_plugin_takes_the_health_check() -> None:
    async def mine(_: Any) -> PlainTextResponse:
        return PlainTextResponse("mine")

    answer = _get("/-/health", Metrics(), Route("/{path:path}", mine))
    assert answer.json()["status"] == "ok"


def test_health_fails_while_the_ledger_cannot_be_used() -> None:
    metrics = Metrics()
    metrics.failed("share-bridge.db: the disk is full", at=_NOW)
    answer = _get("/-/health", metrics)
    assert answer.status_code == 503
    assert "disk is full" in answer.json()["error"]
    metrics.ran(_report(), exit_code=0, at=_NOW)
    assert _get("/-/health", metrics).status_code == 200


def test_metrics_count_runs_by_how_they_ended() -> None:
    metrics = Metrics()
    for code in (0, 0, 4):
        metrics.ran(_report(), exit_code=code, at=_NOW)
    text = _get("/-/metrics", metrics).text
    assert 'share_bridge_runs_total{exit_code="0"} 2' in text
    assert 'share_bridge_runs_total{exit_code="4"} 1' in text
    assert "share_bridge_last_run_timestamp_seconds 1795521600" in text


def test_metrics_are_what_prometheus_reads() -> None:
    """Each family has its type before its samples, and no line is anything else."""
    metrics = Metrics()
    metrics.ran(_report(), exit_code=0, at=_NOW)
    typed: set[str] = set()
    for line in metrics.exposition().splitlines():
        if line.startswith("# TYPE "):
            typed.add(line.split()[2])
        elif not line.startswith("# HELP "):
            name, value = line.rsplit(" ", 1)
            assert name.partition("{")[0] in typed
            float(value)
