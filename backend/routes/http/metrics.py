"""Requests in numbers, for Prometheus. Labels are few and bounded: a method and a class of status."""

from __future__ import annotations

from functools import lru_cache

from prometheus_client import Counter, Histogram

REQUESTS = Counter("tianfu_requests_total", "Answers sent", ["method", "status"])
SECONDS = Histogram(
    "tianfu_request_seconds",
    "From the first byte read to the last one handed over, live streams included",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS"})


@lru_cache(maxsize=256)
def _requests(method: str, status: int) -> Counter:
    return REQUESTS.labels(
        method if method in METHODS else "other", f"{status // 100}xx" if status else "none"
    )


def count(method: str, status: int, seconds: float) -> None:
    _requests(method, status).inc()
    SECONDS.observe(seconds)
