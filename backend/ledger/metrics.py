"""What the group commit is doing, for Prometheus. Observed once a batch, not once a request."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

QUEUE_LENGTH = Gauge(
    "tianfu_queue_length",
    "Commands waiting when the writer last took a batch",
    ["city"],
    multiprocess_mode="livesum",
)
BATCH_SIZE = Histogram(
    "tianfu_batch_size", "Commands in one transaction", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
)
COMMIT_SECONDS = Histogram(
    "tianfu_commit_seconds",
    "From taking a batch to its commit",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
CONFLICTS = Counter("tianfu_batch_conflicts_total", "Batches run again because another process was faster")
COMMIT_UNKNOWN = Counter("tianfu_commit_unknown_total", "Connections lost while COMMIT was under way")
POISONOUS = Counter(
    "tianfu_poisonous_commands_total", "Commands that failed alone after their batch was split"
)
REFUSED_BUSY = Counter("tianfu_refused_busy_total", "Commands refused because the queue was full")
