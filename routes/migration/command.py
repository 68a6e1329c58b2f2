"""`flask --app app migrate DIR`: take in a folder of this machine, and see it through."""

import sys
from collections import Counter
from pathlib import Path

import click
from flask.cli import with_appcontext

from routes.http.wiring import services
from routes.migration.messages import survey_message
from services.actors.actor import SYSTEM
from services.errors import ReelgateError
from services.jobs.here import do_here
from services.jobs.job import Job, State
from services.migration.found import FileState
from services.migration.migrations import MOST_BATCH, STANDARD_BATCH

_GOOD = {FileState.TAKEN.value, FileState.KNOWN.value, FileState.ASKED.value}


@click.command("migrate")
@click.argument("folder", metavar="DIR", required=False, type=click.Path(path_type=Path))
@click.option(
    "--from",
    "url",
    help="Instead of DIR: a signed Azure container or file, a signed S3 file, or s3://bucket/prefix; - reads it.",
)
@click.option("--cliplink", metavar="NAME", help="Instead of DIR: what a clip service has left in this account.")
@click.option("--batch-size", type=click.IntRange(1, MOST_BATCH), default=STANDARD_BATCH, show_default=True)
@click.option("--dry-run", is_flag=True, help="Only say what would come in.")
@with_appcontext
def migrate(folder: Path | None, *, url: str | None, cliplink: str | None, batch_size: int, dry_run: bool) -> None:
    """Take in the videos below DIR, which is MIGRATION_DIR or lies below it; the same DIR again goes on.

    With --from they are fetched from an address, which other users of this machine do not see when it is read
    from the standard input (-).

    The exit status is 1 when the work failed, and 2 when some files did not come in.
    """
    others = [each for each in (folder, url, cliplink) if each is not None]
    if len(others) > 1 or (dry_run and others != [folder][: len(others)]):
        raise click.UsageError("Name one of DIR, --from and --cliplink; --dry-run goes with DIR alone.")
    asked = None if folder is None else str(folder.absolute())
    try:
        if dry_run:
            _show_survey(asked)
            return
        job = _begun(asked, url, cliplink, batch_size=batch_size)
        with click.progressbar(length=1000, label="Taking in", file=sys.stderr) as bar:
            ended = do_here(services().jobs.store, job.id, told=lambda now: bar.update(_step(bar.pos, now)))
    except ReelgateError as error:
        sys.exit(str(error))
    sys.exit(_tell(ended))


def _begun(folder: str | None, url: str | None, cliplink: str | None, *, batch_size: int) -> Job:
    migrations = services().migration.migrations
    if cliplink is not None:
        return migrations.begin_cliplink(cliplink, batch_size=batch_size, by=SYSTEM)
    if url is None:
        return migrations.begin(folder, batch_size=batch_size, by=SYSTEM)
    address = sys.stdin.readline().strip() if url == "-" else url
    return migrations.begin_remote(address, batch_size=batch_size, by=SYSTEM)


def _step(shown: int, job: Job) -> int:
    return max(0, round(job.progress * 1000) - shown)


def _tell(job: Job | None) -> int:
    if job is None or job.state is not State.DONE:
        click.echo((job and job.error) or "The work was cancelled.", err=True)
        return 1
    counted = Counter(str(each["status"]) for each in job.results or ())
    for each in job.results or ():
        if each["status"] not in _GOOD:
            click.echo(f"{each['id']}: {each['status']}: {each.get('detail', '')}")
    click.echo(", ".join(f"{count} {state}" for state, count in sorted(counted.items())) or "No files were found.")
    return 0 if set(counted) <= _GOOD | {FileState.SKIPPED.value} else 2


def _show_survey(asked: str | None) -> None:
    found = survey_message(services().migration.migrations.look(asked, by=SYSTEM))
    for each in found.troubles:
        click.echo(f"{each.id}: {each.detail}")
    others = "".join(f", {count} {state}" for state, count in found.left.items())
    click.echo(f"{found.folder}: {found.new} new ({found.bytes} bytes), {found.clips} of them clips{others}.")
