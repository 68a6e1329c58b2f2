"""What is counted and measured while Reelgate works, for Prometheus.

Every worker process writes into a file of its own; whichever answers `/metrics` adds them up. Labels have few values:
doors, kinds of storage requests, routes by their templates, never ids or names.
"""

from collections.abc import Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY

_REQUEST_BUCKETS = (0.005, 0.025, 0.1, 0.5, 1, 5, 30, 120, 600)
_STORAGE_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_PAGE_BUCKETS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60)
_WAIT_BUCKETS = (0.001, 0.01, 0.1, 1, 5, 30)

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
BLOCKS_DAMAGED = Counter(
    "reelgate_blocks_damaged", "Blocks that did not reach storage as they were sent, and were sent again."
)
BUDGET_USED = Gauge(
    "reelgate_memory_budget_used_bytes", "Bytes of uploads in memory, or reserved for.", multiprocess_mode="livesum"
)
BUDGET_TOTAL = Gauge("reelgate_memory_budget_bytes", "Bytes that uploads may occupy.", multiprocess_mode="livesum")

FEEDBACK = Counter("reelgate_feedback", "Ratings that people have given.", ["about", "rating"])
PAGES_SHOWN = Counter(
    "reelgate_pages_shown", "Pages shown, by how much they show and how easily they read.", ["density", "reading_level"]
)

LIBRARY_VIDEOS = Gauge(
    "reelgate_library_videos", "Videos in the library when they were last counted.", multiprocess_mode="mostrecent"
)
VIDEOS_LACKING = Gauge(
    "reelgate_library_videos_lacking",
    "Those among them that lack something: captions, a transcript, a sign track, descriptions.",
    ["what"],
    multiprocess_mode="mostrecent",
)

PAGE_LOAD_SECONDS = Histogram(
    "reelgate_page_load_seconds",
    "Until a page was there, as browsers have measured it, by how much the page shows.",
    ["density"],
    buckets=_PAGE_BUCKETS,
)
VIDEO_START_SECONDS = Histogram(
    "reelgate_video_start_seconds",
    "From pressing play until a film played, as browsers have measured it.",
    ["type"],
    buckets=_PAGE_BUCKETS,
)

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

DATABASE_CONNECTIONS = Gauge(
    "reelgate_database_connections", "Connections to the database in use.", ["database"], multiprocess_mode="livesum"
)
DATABASE_CONNECTIONS_LIMIT = Gauge(
    "reelgate_database_connections_limit",
    "Connections that the worker processes may have in use together.",
    ["database"],
    multiprocess_mode="livesum",
)
DATABASE_WAIT_SECONDS = Histogram(
    "reelgate_database_wait_seconds",
    "From asking for a connection to having it.",
    ["database"],
    buckets=_WAIT_BUCKETS,
)
DATABASE_POOL_TIMEOUTS = Counter(
    "reelgate_database_pool_timeouts", "Waits for a connection that were given up.", ["database"]
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
SCRUB_BYTES = Counter("reelgate_scrub_bytes", "Bytes of stored videos that were read again.")
SCRUB_VIDEOS = Counter("reelgate_scrub_videos", "Stored videos that were looked at again.", ["verdict"])
SCRUB_DAMAGED = Gauge(
    "reelgate_scrub_damaged", "Stored videos that are not what they were.", multiprocess_mode="mostrecent"
)
SCRUB_ENDED = Gauge(
    "reelgate_scrub_last_pass_timestamp_seconds",
    "When a pass through all stored videos last ended.",
    multiprocess_mode="mostrecent",
)
CLOCK_AHEAD = Gauge(
    "reelgate_clock_ahead_seconds",
    "How far the machine's clock was ahead of storage's when that last mattered; negative: behind.",
    multiprocess_mode="mostrecent",
)
PURGES_STOPPED = Counter(
    "reelgate_purges_stopped", "Times that nothing was deleted, because the clocks here and at storage disagree."
)
SOURCE_ANSWERS = Counter(
    "reelgate_source_requests",
    "Requests to outside services: answered, failed, refused, or answered with the wish for a pause.",
    ["source", "outcome"],
)
SOURCE_WELL = Gauge(
    "reelgate_source_well",
    "1 where the last request to an outside service was answered, else 0.",
    ["source"],
    multiprocess_mode="mostrecent",
)
SOURCE_FAILED = Gauge(
    "reelgate_source_last_failure_timestamp_seconds",
    "When a request to an outside service was last not answered as it should be.",
    ["source"],
    multiprocess_mode="mostrecent",
)


Samples = Sequence[tuple[str, Mapping[str, str], float]]
"""The name, the labels and the value of each."""


def collected(*wanted: Counter | Histogram) -> tuple[Samples, ...]:
    """What some of them say, over all worker processes."""
    names = [family.name for each in wanted for family in each.describe()]
    found: dict[str, Samples] = {
        family.name: [(each.name, each.labels, each.value) for each in family.samples]
        for family in _registry().collect()
        if family.name in names
    }
    return tuple(found.get(name, ()) for name in names)


def exposition() -> bytes:
    """All of it as text, over all worker processes."""
    return generate_latest(_registry())


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    try:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    except ValueError:
        registry = REGISTRY  # Without gunicorn there is one process, which keeps its figures to itself.
    return registry
