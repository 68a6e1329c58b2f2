"""`flask --app app storage scrub`: read all stored videos again."""

import itertools
import sys

import click
from flask.cli import AppGroup

from routes.http.wiring import services
from services.actors.actor import SYSTEM
from services.errors import ReelgateError
from services.scrub.found import ScrubPass
from services.scrub.pace import Pace
from services.scrub.scrubber import Scrubber, rate_of

storage = AppGroup("storage", help="What is stored.")


@storage.command("scrub")
@click.option("--once", is_flag=True, help="Read everything now, and end; the status is 1 when something is damaged.")
@click.option("--anew", is_flag=True, help="Begin with the first video, whatever pass is under way.")
@click.option("--pace", type=click.FloatRange(min=0), help="MB a second in place of the setting's; 0: no limit.")
def scrub(*, once: bool, anew: bool, pace: float | None) -> None:
    """Say what reading all stored videos again has found; with --once, read them now, or the rest of them."""
    scrubber = services().scrub.scrubber
    try:
        if once:
            _show(_read(scrubber, pace, anew=anew))
        report = scrubber.report(by=SYSTEM)
    except ReelgateError as error:
        sys.exit(str(error))
    if not once:
        if report.last is None:
            click.echo("Nothing has been read again yet.")
        else:
            _show(report.last)
    for damage in report.damaged:
        click.echo(f"damaged: {damage.video_id}: its SHA-256 is {damage.found}, and should be {damage.expected}")
    sys.exit(bool(report.damaged))


def _read(scrubber: Scrubber, pace: float | None, *, anew: bool) -> ScrubPass:
    rate = rate_of(lambda: scrubber.pace if pace is None else pace)
    with click.progressbar(itertools.count(), label="Reading", show_pos=True, file=sys.stderr) as bar:
        return scrubber.run(lambda count: bar.update(int(str(count))), by=SYSTEM, pace=Pace(rate), anew=anew)


def _show(last: ScrubPass) -> None:
    state = "" if last.ended_at is not None else "So far: "
    click.echo(
        f"{state}{last.videos} videos looked at, {last.size} bytes read: {last.right} right, {last.filled} given a "
        f"SHA-256, {last.damaged} damaged, {last.archived} in the archive, {last.skipped} left to the next pass."
    )
