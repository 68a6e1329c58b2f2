"""How gunicorn serves the app: read by `startup.sh`, on Azure App Service as at a desk."""

import importlib
import os
import resource
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from typing import Any

from config import PLAYERS, ConfigurationError, LogFormat, load_settings
from routes.worker import PatientWorker
from utils.logs import logging_config

# Where prometheus_client looks for it.
_FIGURES = "PROMETHEUS_MULTIPROC_DIR"
# They wait for the rest of a request's head, or between two requests, and cost a thread nothing.
_WAITING = 4096


def _room_for_connections(threads: int) -> int:
    """How many connections a worker may have open: one a thread and those that wait, within what the system allows."""
    # Each thread may hold one to storage besides; the rest is for logs, the database and the pool that stages blocks.
    others = threads + 256
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = threads + _WAITING + others
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        wanted = soft
    return max(wanted - others, threads + 1)


try:
    _settings = load_settings()
except ConfigurationError as error:
    # Said once, by the parent, before any worker is started.
    sys.exit(str(error))

bind = f"0.0.0.0:{_settings.port}"
workers = _settings.web_concurrency
worker_class = PatientWorker
# A thread for every upload and every player that are let in, and some that neither can ever take.
threads = _settings.max_concurrent_uploads + PLAYERS + 32
worker_connections = _room_for_connections(threads)
# In a threaded worker this is the heartbeat of the process, not a limit on a request.
timeout = 60
# App Service waits up to WEBSITES_CONTAINER_STOP_TIME_LIMIT (at most 120 s) before it kills.
graceful_timeout = 100
keepalive = 75
# A search, a tag and a cursor fit into one address, in any script.
limit_request_line = 8190
worker_tmp_dir = "/dev/shm" if sys.platform == "linux" else None  # noqa: S108 - gunicorn's heartbeat file
forwarded_allow_ips = ""
control_socket_disable = True
accesslog = None
logconfig_dict: dict[str, Any] = logging_config(
    level=_settings.log_level, json_lines=_settings.effective_log_format is LogFormat.JSON
)


# The hooks import what they need themselves: prometheus_client looks for its folder at its first import.


def on_starting(server: Any) -> None:
    """Warn once of what only an operator can decide, and make the folder that all workers keep their figures in."""
    if _settings.production and "*" in _settings.effective_allowed_hosts:
        server.log.warning("Any Host header is believed: name your hosts in ALLOWED_HOSTS.")
    try:
        os.environ[_FIGURES] = tempfile.mkdtemp(prefix="reelgate-metrics-", dir=worker_tmp_dir)
    except OSError as error:
        server.log.warning("/metrics shows one worker at a time: no folder could be made for all (%s)", error)
    # After the folder, which is looked for at import. All workers share what the modules occupy, half of a worker.
    # requests guesses the encodings of texts with this one, if it is there: nobody asks for that, and it is large.
    sys.modules.setdefault("charset_normalizer", None)  # type: ignore[arg-type]
    warnings.filterwarnings("ignore", message="Unable to find acceptable character detection")
    for module in ("app", *_wanted_besides()):
        importlib.import_module(module)


def _wanted_besides() -> Iterator[str]:
    """What the app imports only where it is wanted, and here it is."""
    if not _settings.azure_storage_connection_string:
        yield "azure.identity"
    if _settings.cors_origins:
        yield "flask_cors"
    if _settings.rate_limit:
        yield "flask_limiter"
    if _settings.redis_url:
        yield "redis"
    if _settings.database_url and _settings.database_url.reveal().startswith("postgresql"):
        yield from ("psycopg", "sqlalchemy.dialects.postgresql")


def on_exit(_server: Any) -> None:
    """Remove that folder again."""
    if folder := os.environ.pop(_FIGURES, None):
        shutil.rmtree(folder, ignore_errors=True)


def post_fork(_server: Any, worker: PatientWorker) -> None:
    """Be as patient with the head of a request as with the body of an upload."""
    worker.head_seconds = _settings.upload_idle_seconds


def post_worker_init(worker: Any) -> None:
    """Start the worker's turn at housekeeping, once it can serve."""
    _services_of(worker).housekeeping.start()


def worker_exit(_server: Any, worker: Any) -> None:
    """Let go of what the process has, so that another worker can take over at once."""
    if getattr(worker, "wsgi", None) is not None:  # A worker that could not load the app has none.
        _services_of(worker).resumable.close()
        _services_of(worker).housekeeping.stop()


def child_exit(_server: Any, worker: Any) -> None:
    """Take back what a worker said of its present, however it died; what it has counted stays."""
    if _FIGURES in os.environ:
        from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415

        mark_process_dead(worker.pid)


def _services_of(worker: Any) -> Any:
    from routes.wiring import SERVICES  # noqa: PLC0415

    return worker.wsgi.extensions[SERVICES]
