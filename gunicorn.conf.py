"""How gunicorn serves the app: read by `startup.sh`, on Azure App Service and everywhere else."""

import gc
import importlib
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from config import AuthMode, ConfigurationError, LogFormat, load_settings
from routes.http.server.gunicorn_worker import PatientWorker
from utils.capacity import Capacity
from utils.logs import logging_config

# Where prometheus_client looks for it.
_FIGURES = "PROMETHEUS_MULTIPROC_DIR"
# They wait for the rest of a request's head, or between two requests, and cost a thread nothing.
_WAITING = 4096


def _room_for_connections(capacity: Capacity, *, listeners: int) -> int:
    """How many connections a worker may have open: those of threads, those that wait or listen."""
    threads, others = capacity.threads, capacity.files_beside_clients
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = threads + _WAITING + listeners + others
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

_host = _settings.effective_host
bind = f"[{_host}]:{_settings.port}" if ":" in _host else f"{_host}:{_settings.port}"
workers = _settings.web_concurrency
worker_class = PatientWorker
_capacity = Capacity(_settings.max_concurrent_uploads)
threads = _capacity.threads
worker_connections = _room_for_connections(_capacity, listeners=_settings.event_listeners)
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
    level=_settings.log_level,
    json_lines=_settings.effective_log_format is LogFormat.JSON,
    file=_settings.log_file,
)


# What runs beside the server.
_beside: list[Any] = []

# The hooks import what they need themselves: prometheus_client looks for its folder at its first import.


def on_starting(server: Any) -> None:
    """Warn once of what only an operator can decide, and give all workers one name and one folder for their figures."""
    # Its workers share what is counted per instance, another server on this machine does not.
    os.environ.setdefault("INSTANCE_NAME", f"{os.getpid()}-{_settings.port}")
    if _settings.production and "*" in _settings.effective_allowed_hosts:
        server.log.warning("Any Host header is believed: name your hosts in ALLOWED_HOSTS.")
    if not (_settings.on_loopback or _settings.asks_who_comes):
        server.log.warning("Whoever reaches %s may upload and delete: nothing asks who comes.", bind)
    try:
        os.environ[_FIGURES] = tempfile.mkdtemp(prefix="reelgate-metrics-", dir=worker_tmp_dir)
    except OSError as error:
        server.log.warning("/metrics shows one worker at a time: no folder could be made for all (%s)", error)
    # What is imported stays, so nobody looks through it for garbage: not now, not in the workers, not at their end.
    # That halves what a start and an end cost.
    gc.disable()
    # After the folder, which is looked for at import. All workers share what the modules occupy: 60 MiB of their 75.
    for module in ("app", *_wanted_besides()):
        importlib.import_module(module)
    _prepare_database(server)
    if _settings.auth_mode is AuthMode.ACCOUNTS and not _settings.may_be_a_desk:
        _offer_set_up(server)
    gc.freeze()
    gc.enable()


def _offer_set_up(server: Any) -> None:
    """Where nobody has an account, tell whoever reads this how the first one is made."""
    from services.assembly import build_services  # noqa: PLC0415
    from services.errors import ReelgateError  # noqa: PLC0415

    services = build_services(_settings)
    try:
        address = services.accounts.joining.setup_address()
    except ReelgateError as error:
        server.log.warning("Whether there is an account could not be told: %s", error)
        return
    finally:
        services.platform.databases.close()
    if address is not None:
        host = next((each for each in _settings.effective_allowed_hosts if "*" not in each), bind)
        server.log.warning("Nobody has an account. Make the first one within ten minutes at")
        server.log.warning("https://%s/setup?token=%s", host, address.token)


def _prepare_database(server: Any) -> None:
    """Have the durable tables here and of this version before any worker needs them, or say why there is no start.

    A disk that cannot be written is no reason: uploads need none, and the tables come when it can.
    """
    from services.database.beside import LaterUpgrade  # noqa: PLC0415
    from services.database.build import durable_database_url  # noqa: PLC0415
    from services.database.errors import DiskRefusesError  # noqa: PLC0415
    from services.database.schema import upgrade  # noqa: PLC0415
    from services.errors import ReelgateError  # noqa: PLC0415
    from services.jobs.worker_launcher import WorkerProcess  # noqa: PLC0415
    from services.replication.build import is_wanted  # noqa: PLC0415
    from services.replication.keeper_launcher import KeeperProcess  # noqa: PLC0415

    try:
        if is_wanted(_settings):
            _beside.append(KeeperProcess())
        url = durable_database_url(_settings)
        try:
            upgrade(url)
        except DiskRefusesError as error:
            server.log.warning("What needs the database is refused until its disk can be written: %s", error)
            _beside.append(LaterUpgrade(url))
        if _settings.effective_worker_concurrency:
            _beside.append(WorkerProcess())
    except ReelgateError as error:
        sys.exit(f"Reelgate cannot start: {error}")


def _wanted_besides() -> Iterator[str]:
    """What the app imports only where it is wanted, and here it is."""
    if not _settings.storage_key:
        yield "azure.identity"
    if _settings.redis_url:
        yield "redis"
    if _settings.celery_broker_url:
        yield "services.jobs.celery"
    if _settings.database_url and _settings.database_url.reveal().startswith("postgresql"):
        yield from ("psycopg", "sqlalchemy.dialects.postgresql")


def on_exit(_server: Any) -> None:
    """Have jobs given back, then the last changes of the database copied, and remove that folder again."""
    for process in reversed(_beside):
        process.stop()
    if folder := os.environ.pop(_FIGURES, None):
        shutil.rmtree(folder, ignore_errors=True)


def post_fork(_server: Any, worker: PatientWorker) -> None:
    """Be as patient with the head of a request as with the body of an upload."""
    worker.head_seconds = _settings.upload_idle_seconds


def post_worker_init(worker: Any) -> None:
    """Start the worker's turn at housekeeping, once it can serve."""
    _services_of(worker).start()


def worker_exit(_server: Any, worker: Any) -> None:
    """Let go of what the process has, so that another worker can take over at once."""
    if getattr(worker, "wsgi", None) is not None:  # A worker that could not load the app has none.
        _services_of(worker).close()


def child_exit(_server: Any, worker: Any) -> None:
    """Take back what a worker said of its present, however it died; what it has counted stays."""
    if _FIGURES in os.environ:
        from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415

        mark_process_dead(worker.pid)


def _services_of(worker: Any) -> Any:
    from routes.http.wiring import SERVICES  # noqa: PLC0415

    return worker.wsgi.extensions[SERVICES]
