"""The pages that people see."""

from flask import Blueprint, render_template

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> str:
    """Show the upload form."""
    return render_template("home.html")
