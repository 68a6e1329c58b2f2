"""`flask --app app doctor`: what is wrong with this installation, and the commands that fix it."""

import sys

import click
from flask.cli import with_appcontext

from routes.http.wiring import services
from services.errors import ReelgateError
from services.operations.doctor import Finding


@click.command("doctor")
@click.option("--fix-cors", is_flag=True, help="Let the page's browsers write into storage.")
@click.option("--origin", "origins", multiple=True, help="Where the page lives, such as https://videos.example.org.")
@with_appcontext
def doctor(*, fix_cors: bool, origins: tuple[str, ...]) -> None:
    """Check storage, signed URLs, CORS and database; the exit status is 1 when something needed fails."""
    if fix_cors:
        try:
            services().operations.doctor.fix_cors(origins)
        except ReelgateError as error:
            sys.exit(f"The CORS rule could not be set: {error}")
    findings = services().operations.doctor.check(origins)
    for finding in findings:
        _show(finding)
    sys.exit(any(finding.needed and not finding.ok for finding in findings))


def _show(finding: Finding) -> None:
    sign = "✓" if finding.ok else "✗" if finding.needed else "!"
    click.echo(f"{sign} {finding.name}: {finding.detail}")
    if not finding.ok and finding.repair:
        click.echo(f"    {finding.repair}")
