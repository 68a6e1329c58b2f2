"""Work on films from a terminal: `flask --app app media`."""

import time

import click
from flask.cli import AppGroup

from routes.http.wiring import services
from services.actors.actor import SYSTEM
from services.assembly import Services

media = AppGroup("media", help="What is made of films.")
"""All its commands."""

_LOOK_EVERY = 1.0


@media.command()
@click.option("--missing", is_flag=True, required=True, help="What has not been made yet, what failed included.")
@click.option("--wait/--no-wait", default=True, help="Stay until workers have done it; interrupted, they go on.")
def process(*, missing: bool, wait: bool) -> None:
    """Have made of every video what is missing."""
    del missing  # The only thing that it does, said so that another can be added.
    parts = services()
    total = parts.library.videos.totals(by=SYSTEM).count
    with click.progressbar(length=total, label="Looking into what there is", show_pos=True) as bar:
        count = parts.media.processing.queue_missing(by=SYSTEM, progress=lambda _: bar.update(1), thorough=True)
    click.echo(f"{count} of {total} videos lacked something.")
    if wait and count:
        _wait(parts)


def _wait(parts: Services) -> None:
    """Show how many of the jobs that wait or run now are done."""
    length = parts.media.processing.under_way(by=SYSTEM)
    with click.progressbar(length=length, label="Making it", show_pos=True) as bar:
        left = length
        while left:
            time.sleep(_LOOK_EVERY)
            now = min(left, parts.media.processing.under_way(by=SYSTEM))
            bar.update(left - now)
            left = now
