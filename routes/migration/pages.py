"""The page of migrations: what folder, what would come in, how far it is, and what became of each file."""

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.site.pages import prepare_pages, show_page
from services.actors.actor import Actor
from services.actors.policy import Act, may
from services.migration.errors import InvalidFolderError

blueprint = Blueprint("migration_pages", __name__)
prepare_pages(blueprint)

_FILES = 200


def is_of_use_to(by: Actor) -> bool:
    """Whether the navigation leads there: for whoever may, where there is a folder to take from."""
    return may(by, Act.ADMINISTER) and services().migration.migrations.folder(by=by) is not None


@blueprint.get("/migration")
def page() -> Response:
    """What was taken in, a form for more, and what a dry run has found."""
    return _shown(request.args.get("folder"), looks="look" in request.args)


@blueprint.post("/migration")
def begin() -> Response:
    """Have a folder taken in by a plain form."""
    folder = read_form().get("folder")
    try:
        job = services().migration.migrations.begin(folder, by=current_actor())
    except InvalidFolderError as error:
        return _shown(folder, refused=error.detail)
    return redirect(url_for("migration_pages.report", migration_id=job.arguments["migration"]), code=303)


@blueprint.get("/migration/<migration_id>")
def report(migration_id: str) -> Response:
    """How far one is, and what became of its files."""
    migrations, by = services().migration.migrations, current_actor()
    found = migrations.get(migration_id, by=by)
    troubles = "all" not in request.args
    after = request.args.get("after", "")
    files = migrations.report(found, after=after, limit=_FILES + 1, troubles=troubles, by=by)
    following = None
    if len(files) > _FILES:
        more = {"after": files[_FILES - 1].path} | ({} if troubles else {"all": 1})
        following = url_for("migration_pages.report", migration_id=migration_id, **more)  # type: ignore[arg-type]
    return show_page(
        "migration/report.html", found=found, files=files[:_FILES], troubles=troubles, after=after, next=following
    )


def _shown(folder: str | None, *, looks: bool = False, refused: str | None = None) -> Response:
    migrations, by = services().migration.migrations, current_actor()
    survey = None
    try:
        survey = migrations.look(folder, by=by) if looks else None
    except InvalidFolderError as error:
        refused = error.detail
    response = show_page(
        "migration/migration.html",
        top=migrations.folder(by=by),
        asked=folder,
        survey=survey,
        refused=refused,
        under_way=migrations.newest(by=by),
    )
    response.status_code = 400 if refused else 200
    return response
