"""Imports over HTTP: asked for, listed, shown, cancelled and tried again."""

from dataclasses import replace

from flask import Blueprint, Response

from routes.http.actors import current_actor
from routes.http.messages import fresh, read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation, path, query
from routes.http.openapi.parameters import AN_ID, PAGING
from routes.http.wiring import services
from routes.imports import taken_in
from routes.imports.messages import (
    CANCELLED,
    DONE,
    IMPORT,
    WAITING,
    WAITING_JOB,
    ImportAndJob,
    ImportList,
    ImportMessage,
    NewImport,
    import_and_job,
    import_list,
    import_message,
    request_of,
)
from routes.imports.queries import LONGEST_ID, asked_parent, import_query
from routes.imports.seen import as_seen
from routes.jobs.list_query import STATES
from routes.jobs.messages import job_message
from services.egress.errors import AddressNotAllowedError
from services.imports.errors import AlreadyHereError, ImportNotFoundError, invalid
from services.imports.errors import InvalidImportError as Invalid
from services.imports.record import Import
from services.jobs.errors import JobStateError
from services.jobs.job import Job
from services.migration.errors import MigrationOffError, invalid_folder
from services.migration.migrations import MigrationProgress
from utils.patterns import PLAIN

blueprint = Blueprint("imports", __name__, url_prefix="/api")

_TAG = "Imports"
_IMPORT_ID = path("import_id", "The id of an import.", schema={"type": "string", "minLength": 1}, example=IMPORT.id)
_NOT_FOUND = ImportNotFoundError("There is no such import.")
_NOT_ALLOWED = AddressNotAllowedError("The address 127.0.0.1 is not of the public network.")
_HERE = AlreadyHereError("What lies at this address is a video here already.", video_id=AN_ID)
_OVER = JobStateError("The import is done and cannot be cancelled any more.")
_BEGUN = ImportAndJob(import_=WAITING, job=WAITING_JOB)
_MANY = ("container", "folder")
_NO_FOLDER = invalid_folder("There is no such folder.")
_OFF = MigrationOffError("Files of this server are not taken in: MIGRATION_DIR is not set.")
_READING = (_NOT_FOUND, faults.DATABASE_DOWN)
_ASKING = (_HERE, faults.DATABASE_DOWN, faults.LIST_DOWN, *faults.STORAGE)


@blueprint.post("/imports/")
@blueprint.post("/imports")
@operation(
    name="beginImport",
    tag=_TAG,
    summary="Have a film fetched from elsewhere",
    about="It is fetched by a job, and becomes a video once all of it is here. What is on its way already is that "
    "import; what is here already is answered 409 with its `video_id`. Whoever asks must be allowed to change the "
    "collection; where that is gone when the film comes in, it comes in without, and `error` says so. Addresses that "
    "only this server can reach are refused, but for those that EGRESS_ALLOW_HOSTS names. Administrators may have all "
    "videos of another `container` of the same account taken in, or of a `folder` of the server: the `results` of the "
    "job tell of each file, and what is here already does not come twice.",
    curl='curl -H "Content-Type: application/json" -d \'{"url": "https://films.example/holiday-film.mp4"}\' '
    '"$URL/api/imports"',
    body=Body(
        NewImport,
        example={"url": "https://films.example/holiday-film.mp4", "tags": ["summer"]},
        also={"oneOf": [{"required": ["url"]}, *({"required": [each], "maxProperties": 1} for each in _MANY)]},
    ),
    answers=[Answer(202, "It waits to be fetched.", schema=ImportAndJob, example=_BEGUN, headers=["Location"])],
    faults=[
        *_ASKING,
        _NOT_ALLOWED,
        _NO_FOLDER,
        _OFF,
        invalid("url", "Expected an address, in one line of at most 8192 characters."),
        faults.TOO_LARGE,
        faults.UNSUPPORTED_MEDIA,
    ],
)
def begin_import() -> Response:
    """Have a film fetched."""
    imports, by = services().imports.imports, current_actor()
    imports.admit(by=by)
    asked = read_message(NewImport, refuse=Invalid)
    if taken_in.is_meant(asked):
        return _taken_in(taken_in.begin(asked))
    return _begun(*imports.begin(request_of(asked), by=by))


@blueprint.get("/imports/")
@blueprint.get("/imports")
@operation(
    name="listImports",
    tag=_TAG,
    summary="What was fetched, and what waits to be",
    about="The newest first; the entries of a list in its order.",
    curl='curl "$URL/api/imports"',
    parameters=[
        query(
            "state",
            "Only those in this state, or in one of several, with commas between.",
            schema={"type": "string", "pattern": STATES},
            example="queued,running",
        ),
        query(
            "parent",
            "Only the entries of this list.",
            schema={"type": "string", "maxLength": LONGEST_ID, "pattern": PLAIN},
        ),
        *PAGING,
    ],
    answers=[Answer(200, "The page.", schema=ImportList, example=ImportList(imports=(IMPORT, DONE), next=None))],
    faults=[faults.INVALID_QUERY, faults.DATABASE_DOWN],
)
def list_imports() -> Response:
    """A page of the imports."""
    asked = import_query(parent=asked_parent())
    page = services().imports.imports.page(asked, by=current_actor())
    return fresh(show(import_list(replace(page, imports=as_seen(page.imports)), parent=asked.parent)))


@blueprint.get("/imports/<import_id>")
@operation(
    name="getImport",
    tag=_TAG,
    summary="One import",
    about="How far it is, or what has become of it.",
    curl='curl "$URL/api/imports/$ID"',
    parameters=[_IMPORT_ID],
    answers=[Answer(200, "The import.", schema=ImportMessage, example=IMPORT)],
    faults=_READING,
)
def get_import(import_id: str) -> Response:
    """One import."""
    try:
        return _shown(services().imports.imports.get(import_id, by=current_actor()))
    except ImportNotFoundError:
        return fresh(show(taken_in.message_of(taken_in.find(import_id))))


@blueprint.post("/imports/<import_id>/cancel")
@operation(
    name="cancelImport",
    tag=_TAG,
    summary="Cancel an import",
    about="What fetches it is ended within seconds, and nothing of it is kept. Where the film has come in at that very "
    "moment, it stays, and the import is done.",
    curl='curl -X POST "$URL/api/imports/$ID/cancel"',
    parameters=[_IMPORT_ID],
    answers=[Answer(200, "The import, cancelled.", schema=ImportMessage, example=CANCELLED)],
    faults=[*_READING, _OVER],
)
def cancel_import(import_id: str) -> Response:
    """Cancel one."""
    try:
        return _shown(services().imports.imports.cancel(import_id, by=current_actor()))
    except ImportNotFoundError:
        return fresh(show(taken_in.message_of(taken_in.cancel(taken_in.find(import_id)))))


@blueprint.post("/imports/<import_id>/retry")
@operation(
    name="retryImport",
    tag=_TAG,
    summary="Try an import again",
    about="One that has failed, or was cancelled. It keeps its id, and gets all its attempts again.",
    curl='curl -X POST "$URL/api/imports/$ID/retry"',
    parameters=[_IMPORT_ID],
    answers=[Answer(202, "It waits to be fetched.", schema=ImportAndJob, example=_BEGUN, headers=["Location"])],
    faults=[*_READING, *_ASKING, _OVER],
)
def retry_import(import_id: str) -> Response:
    """Have one tried again."""
    try:
        return _begun(*services().imports.imports.retry(import_id, by=current_actor()))
    except ImportNotFoundError:
        return _taken_in(taken_in.retry(taken_in.find(import_id)))


def _begun(found: Import, job: Job) -> Response:
    return _accepted(import_and_job(as_seen([found])[0], job))


def _taken_in(found: MigrationProgress) -> Response:
    if found.job is None:
        raise JobStateError("It is over, and its job is gone: ask for it anew.")
    return _accepted(ImportAndJob(import_=taken_in.message_of(found), job=job_message(found.job)))


def _accepted(begun: ImportAndJob) -> Response:
    response = show(begun, 202)
    response.headers["Location"] = begun.import_.links.self
    return fresh(response)


def _shown(found: Import) -> Response:
    return fresh(show(import_message(as_seen([found])[0])))
