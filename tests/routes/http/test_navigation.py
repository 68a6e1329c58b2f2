"""The navigation shows what features have added, in their order, to those who have a use for it."""

from flask import Flask

from routes.http.feature import Feature, NavigationItem, navigation_for
from services.actors.actor import ANYONE, NOBODY, Actor


def item(endpoint: str, *, order: int, at_end: bool = False) -> NavigationItem:
    return NavigationItem(endpoint=endpoint, text="site.more", icon="more", order=order, at_end=at_end)


def shown_to(app: Flask, actor: Actor) -> list[str]:
    with app.app_context():
        return [each.endpoint for each in navigation_for(actor)]


def test_entries_stand_in_their_order_and_the_rare_ones_at_the_end() -> None:
    app = Flask(__name__)
    Feature(blueprints=(), navigation=(item("trash", order=1, at_end=True), item("jobs", order=30))).register(app)
    Feature(blueprints=(), navigation=(item("library", order=10),)).register(app)

    assert shown_to(app, ANYONE) == ["library", "jobs", "trash"]


def test_an_entry_may_be_for_some_alone() -> None:
    app = Flask(__name__)
    people = NavigationItem(
        endpoint="people", text="site.more", icon="more", order=5, shown_to=lambda actor: actor.is_somebody
    )
    Feature(blueprints=(), navigation=(item("library", order=10), people)).register(app)

    assert shown_to(app, ANYONE) == ["people", "library"]
    assert shown_to(app, NOBODY) == ["library"]


def test_a_site_without_entries_shows_none() -> None:
    assert shown_to(Flask(__name__), ANYONE) == []
