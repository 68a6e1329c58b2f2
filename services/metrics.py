"""What is counted and measured while Reelgate works, for Prometheus.

Every worker process writes into a file of its own; whichever answers `/metrics` adds them up. Labels have few values:
doors, kinds of storage requests, routes by their templates, never ids or names.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY

_REQUEST_BUCKETS = (0.005, 0.025, 0.1, 0.5, 1, 5, 30, 120, 600)
_STORAGE_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

REQUESTS = Counter("reelgate_http_requests", "Requests that were answered.", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "reelgate_http_request_seconds",
    "From a request's head to the last byte of its answer.",
    ["route"],
    buckets=_REQUEST_BUCKETS,
)

UPLOADED_BYTES = Counter("reelgate_upload_bytes", "Bytes of uploads received here.", ["door"])
UPLOADS_STORED = Counter("reelgate_uploads_stored", "Uploads that have become videos.", ["door"])
UPLOADS_IN_FLIGHT = Gauge("reelgate_uploads_in_flight", "Upload requests under way.", multiprocess_mode="livesum")
BLOCKS_STAGED = Counter("reelgate_blocks_staged", "Blocks that storage has taken.")
BUDGET_USED = Gauge(
    "reelgate_memory_budget_used_bytes", "Bytes of uploads in memory, or reserved for.", multiprocess_mode="livesum"
)
BUDGET_TOTAL = Gauge("reelgate_memory_budget_bytes", "Bytes that uploads may occupy.", multiprocess_mode="livesum")

STORAGE_SECONDS = Histogram(
    "reelgate_storage_request_seconds",
    "From a request to storage to the head of its answer.",
    ["operation"],
    buckets=_STORAGE_BUCKETS,
)
STORAGE_ANSWERS = Counter("reelgate_storage_answers", "Answers of storage.", ["operation", "status"])
STORAGE_FAULTS = Counter("reelgate_storage_faults", "Attempts that failed for reasons of storage or the network.")
STORAGE_RETRIES = Counter("reelgate_storage_retries", "Attempts that were made again.")
CIRCUIT_OPEN = Gauge(
    "reelgate_storage_circuit_open", "Workers to which storage is known to be away.", multiprocess_mode="livesum"
)

DRIFT = Gauge(
    "reelgate_catalogue_drift",
    "Differences between index and container that the last check has found.",
    ["kind"],
    multiprocess_mode="mostrecent",
)
STEP_SUCCEEDED = Gauge(
    "reelgate_housekeeping_last_success_timestamp_seconds",
    "When a step of housekeeping last succeeded.",
    ["step"],
    multiprocess_mode="mostrecent",
)
STEPS_FAILED = Counter("reelgate_housekeeping_failures", "Steps of housekeeping that failed.", ["step"])


def exposition() -> bytes:
    """All of it as text, over all worker processes."""
    registry = CollectorRegistry()
    try:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    except ValueError:
        registry = REGISTRY  # Without gunicorn there is one process, which keeps its figures to itself.
    return generate_latest(registry)
