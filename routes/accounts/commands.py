"""Commands for accounts, which need the database alone: `flask --app app accounts create-admin` and so on."""

import sys

import click
from flask.cli import AppGroup

from routes.http.wiring import services
from services.actors.actor import SYSTEM
from services.errors import ReelgateError

accounts = AppGroup("accounts", help="People who may come in.")


@accounts.command("create-admin")
@click.option("--email", required=True, help="Its e-mail address.")
@click.option("--username", required=True, help="Its name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, for scripts.")
def create_admin(email: str, username: str, *, password_stdin: bool) -> None:
    """Make an account that may administer; a running server knows it at once."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        user = services().accounts.joining.create_admin(username=username, email=email, password=password, by=SYSTEM)
    except ReelgateError as error:
        sys.exit(str(error))
    click.echo(f"{user.name} may administer.")


@accounts.command("reset")
@click.argument("name")
def reset(name: str) -> None:
    """Print a token by which the account of that e-mail address or username gets a new password, once."""
    try:
        person = services().accounts.people.by_name(name, by=SYSTEM)
        address = services().accounts.joining.reset_address(person.user.id, by=SYSTEM)
    except ReelgateError as error:
        sys.exit(str(error))
    click.echo(f"/reset?token={address.token}")
    click.echo("Open this address below that of the server within a day; it works once.", err=True)


@accounts.command("setup-address")
def setup_address() -> None:
    """Print an address by which the very first account is made, within ten minutes; it works once."""
    try:
        address = services().accounts.joining.setup_address()
    except ReelgateError as error:
        sys.exit(str(error))
    if address is None:
        sys.exit("There is an account already.")
    click.echo(f"/setup?token={address.token}")
