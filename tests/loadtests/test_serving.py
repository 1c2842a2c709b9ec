"""A baseline says something about the product only when both are served in the same way."""

from __future__ import annotations

from typing import Any

import pytest
import uvicorn

from backend.launcher import serve as serve_product
from backend.settings import load_settings
from loadtests.baselines.serving import serve as serve_baseline
from loadtests.targets import free_port
from loadtests.world import twin_environment


def test_baselines_are_served_with_the_products_options(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(uvicorn, "run", lambda app, **options: calls.append((app, options)))
    environment = twin_environment() | {"TIANFU_PORT": str(free_port())}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # both set it; this puts it back afterwards
    serve_product(load_settings(environment))
    serve_baseline("loadtests.baselines.bare:create_app")
    (product, product_options), (baseline, baseline_options) = calls
    assert product == "backend.app:create_app"
    assert baseline == "loadtests.baselines.bare:create_app"
    assert baseline_options == product_options
