"""`flask --app app prices update`: the prices of today."""

import sys

import click
from flask.cli import AppGroup

from routes.http.wiring import services
from services.actors.actor import SYSTEM
from services.costs.retail import SERVICE
from services.errors import ReelgateError

prices = AppGroup("prices", help="The prices that costs are told by.")


@prices.command("update")
@click.option("--service", default=SERVICE, show_default=True, help="The price service to ask.")
def update(service: str) -> None:
    """Fetch today's list prices from Azure's public price service, for all instances."""
    try:
        found = services().costs.prices.update(service=service, by=SYSTEM)
    except ReelgateError as error:
        sys.exit(str(error))
    click.echo(f"Prices of {found.region}, {found.redundancy}, in {found.currency}, of {found.date}:")
    for tier, each in found.tiers.items():
        click.echo(f"  {tier}: {each.stored:g} a GB and month")
    click.echo(f"  leaving the region: {found.egress:g} a GB")
