"""Containers and folders that are asked for as imports: migrations take them in, and are shown here as one import."""

from msgspec import UNSET

from routes.http.actors import current_actor
from routes.http.wiring import services
from routes.imports.messages import ImportKinds, ImportLinks, ImportMessage, NewImport
from services.actors.policy import Act, may
from services.imports.errors import ImportNotFoundError, invalid
from services.jobs.errors import JobStateError
from services.jobs.job import State
from services.migration.container_place import CONTAINER
from services.migration.errors import MigrationNotFoundError
from services.migration.local_place import FOLDER
from services.migration.migrations import MigrationProgress
from utils.timestamps import format_timestamp

_KINDS = {CONTAINER: ImportKinds.CONTAINER, FOLDER: ImportKinds.FOLDER}


def is_meant(asked: NewImport) -> bool:
    """Whether a container or a folder is asked for; raises `InvalidImportError` unless it is one thing alone."""
    said = [name for name in ("url", "container", "folder") if getattr(asked, name) is not UNSET]
    if len(said) != 1:
        raise invalid(said[-1] if said else "url", "Say one of url, container and folder.")
    more = NewImport(**{said[0]: getattr(asked, said[0])})
    if said != ["url"] and asked != more:
        raise invalid(said[0], "Of a container or a folder nothing else is said: each film is named by its file.")
    return said != ["url"]


def begin(asked: NewImport) -> MigrationProgress:
    """Have one taken in, or go on with it."""
    migrations, by = services().migration.migrations, current_actor()
    if isinstance(asked.container, str):
        job = migrations.begin_container(asked.container, by=by)
    else:
        job = migrations.begin(None if asked.folder is UNSET else asked.folder, by=by)
    return migrations.get(str(job.arguments["migration"]), by=by)


def find(import_id: str) -> MigrationProgress:
    """One that was asked for, for those who may have such things taken in; raises `ImportNotFoundError`."""
    by = current_actor()
    try:
        if may(by, Act.ADMINISTER):
            found = services().migration.migrations.get(import_id, by=by)
            if found.migration.kind in _KINDS:
                return found
    except MigrationNotFoundError:
        pass
    raise ImportNotFoundError("There is no such import.")


def cancel(found: MigrationProgress) -> MigrationProgress:
    """End it; raises `JobStateError` where it is over."""
    by = current_actor()
    if found.job is None:
        raise JobStateError("The import is done and cannot be cancelled any more.")
    services().jobs.jobs.cancel(found.job.id, by=by)
    return services().migration.migrations.get(found.migration.id, by=by)


def retry(found: MigrationProgress) -> MigrationProgress:
    """Have it looked through once more; raises `JobStateError` where it is not over."""
    if found.job is not None and not found.job.state.is_over:
        raise JobStateError(f"The import is {found.job.state}: it can be tried again once it is over.")
    place = found.migration.place
    return begin(NewImport(container=place) if found.migration.kind == CONTAINER else NewImport(folder=place))


def message_of(found: MigrationProgress) -> ImportMessage:
    """One as the API shows imports."""
    migration, job = found.migration, found.job
    path = f"/api/imports/{migration.id}"
    state = State.DONE if job is None else job.state
    return ImportMessage(
        id=migration.id,
        kind=_KINDS[migration.kind],
        url=migration.place,
        title=None,
        tags=(),
        artist=None,
        collection=None,
        quality="best",
        state=state,
        progress=1.0 if job is None or state is State.DONE else job.progress,
        bytes=0,
        total=None,
        speed=None,
        eta=None,
        video_id=None,
        error=None if job is None else job.error,
        entries={state.value: count for state, count in sorted(found.counts.items())},
        parent=None,
        job=None if job is None else job.id,
        owner=migration.owner,
        created_at=format_timestamp(migration.asked),
        started_at=None if job is None or job.started_at is None else format_timestamp(job.started_at),
        finished_at=None if job is None or job.finished_at is None else format_timestamp(job.finished_at),
        links=ImportLinks(self=path, cancel=f"{path}/cancel", retry=f"{path}/retry", video=None),
    )
