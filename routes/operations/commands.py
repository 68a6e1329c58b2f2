"""Commands for whoever runs Reelgate: `flask --app app catalogue rebuild`, `uploads sweep` and so on."""

import itertools
import sys
import time
from collections.abc import Callable

import click
from flask.cli import AppGroup

from routes.http.wiring import services
from services.actors.actor import SYSTEM
from services.errors import ReelgateError
from services.library.reconciliation import Differences, Progress

catalogue = AppGroup("catalogue", help="The index of the videos in storage.")
trash = AppGroup("trash", help="Deleted videos that can still be restored.")
uploads = AppGroup("uploads", help="Resumable uploads that are not finished.")

GROUPS = (catalogue, trash, uploads)


@catalogue.command("rebuild")
def rebuild() -> None:
    """Make the index from the container again, while the app goes on."""
    _show("Rebuilding", lambda progress: services().library.reconciliation.rebuild(by=SYSTEM, progress=progress))


@catalogue.command("drift")
def drift() -> None:
    """Adopt blobs that other tools have put there, and mark videos whose blob is gone."""
    _show("Checking", lambda progress: services().library.reconciliation.check_drift(by=SYSTEM, progress=progress))


@trash.command("purge")
def purge() -> None:
    """Delete for good what has been in the trash for TRASH_DAYS."""
    try:
        count = services().library.trash.purge(by=SYSTEM)
    except ReelgateError as error:
        sys.exit(str(error))
    click.echo(f"{count} videos deleted for good.")


@uploads.command("sweep")
def sweep() -> None:
    """Forget uploads that have expired, with all that they have staged, and what dead processes left of forms."""
    try:
        count = services().uploads.resumable.sweep(by=SYSTEM) + services().uploads.direct.sweep(by=SYSTEM)
        broken = services().library.forms.settle()
    except ReelgateError as error:
        sys.exit(str(error))
    click.echo(f"{count} expired uploads swept, {broken} broken forms taken back.")


def _show(label: str, work: Callable[[Progress], Differences]) -> None:
    started = time.monotonic()
    # How many there are is only known at the end, so the bar shows how many have been seen.
    with click.progressbar(itertools.count(), label=label, show_pos=True, file=sys.stderr) as bar:
        try:
            found = work(bar.update)
        except ReelgateError as error:
            sys.exit(f"\n{error}")
    click.echo(f"{found}, in {time.monotonic() - started:.1f} s.")
