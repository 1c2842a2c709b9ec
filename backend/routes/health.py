"""How the process is: alive, ready, in numbers."""

from __future__ import annotations

import asyncio
import os

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest, multiprocess
from prometheus_client import REGISTRY as OWN_REGISTRY

from backend.messages.operations import health as m_health
from backend.messages.operations.health import Health
from backend.routes.http.call import Call
from backend.routes.http.endpoint import Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.operations.health import readiness


async def alive(call: Call) -> Health:
    """The process answers; nothing else is asked."""
    return Health(status="ok")


async def ready(call: Call) -> Reply:
    components = call.components
    found = await readiness(components.database, components.counts, components.queue)
    return Reply(found, status=200 if found.status == "ok" else 503)


async def metrics(call: Call) -> Reply:
    """Prometheus text over all server processes. Closed to the outside by the proxy in front."""
    registry = OWN_REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    body = await asyncio.to_thread(generate_latest, registry)
    return Reply(body=body, media_type=CONTENT_TYPE_LATEST.encode())


ENDPOINTS = in_section(
    "health",
    Endpoint(
        "GET /livez",
        alive,
        summary="The process answers",
        answers={200: m_health.Health},
    ),
    Endpoint(
        "GET /readyz",
        ready,
        summary="The process can serve",
        answers={200: m_health.Readiness, 503: m_health.Readiness},
    ),
    Endpoint(
        "GET /metrics",
        metrics,
        summary="Numbers for Prometheus",
        answers={200: None},
        media_type="text/plain",
    ),
)
