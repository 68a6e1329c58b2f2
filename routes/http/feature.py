"""What a feature brings to the site: one value that `app.py` registers."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import cast

import click
from flask import Blueprint, Flask, current_app, request
from werkzeug.exceptions import NotFound

from services.actors.actor import Actor

_NAVIGATION = "reelgate.navigation"
# What nobody can be without: the pages' own parts, signing in, and what tells how the server is.
_ALWAYS = frozenset({"accounts", "docs", "http", "operations", "site"})


def _everybody(_: Actor) -> bool:
    return True


SHUT = "SHUT_BLUEPRINTS"
"""The app's setting with the names of what is there and answers nobody."""


@dataclass(frozen=True, kw_only=True)
class NavigationItem:
    """An entry of the navigation, which every page shows."""

    endpoint: str
    """Where it leads. A page that belongs to it without being it says `{% set here = "<endpoint>" %}`."""
    text: str
    """The key of its word in the catalogue of texts."""
    icon: str
    """Its symbol in `static/icons.svg`."""
    order: int
    """Lower ones come first. On narrow screens the first three are tabs, and the rest is under More."""
    at_end: bool = False
    """Whether it stands at the foot of the rail, as what is rarely wanted does."""
    in_new_tab: bool = False
    """Whether it opens beside the page, on which uploads may be under way: for pages that scripts cannot exchange."""
    shown_to: Callable[[Actor], bool] = _everybody
    """Whether whoever asks has any use for it; what it leads to asks again whether they may."""


@dataclass(frozen=True, kw_only=True)
class Feature:
    """A feature's routes, commands and entries of the navigation."""

    blueprints: tuple[Blueprint, ...]
    commands: tuple[click.Command, ...] = ()
    opened: frozenset[str] = frozenset()
    """Its endpoints that who is nobody may reach: they are for everybody, or ask by themselves."""
    public: frozenset[str] = frozenset()
    """Its endpoints that show who is nobody what is public, and of the rest not even that it is there."""
    exposed_headers: tuple[str, ...] = ()
    """Headers of its responses that pages of other origins, where they are let in, may read."""
    navigation: tuple[NavigationItem, ...] = ()

    def register(self, app: Flask) -> None:
        """Add its routes and commands to the app."""
        for blueprint in self.blueprints:
            app.register_blueprint(blueprint)
        for command in self.commands:
            app.cli.add_command(command)
        known = cast("list[NavigationItem]", app.extensions.setdefault(_NAVIGATION, []))
        known.extend(self.navigation)


def may_enter(actor: Actor, endpoint: str) -> bool:
    """Whether the part of the site that an endpoint is of has been opened for somebody."""
    blueprint = current_app.blueprints.get(endpoint.rpartition(".")[0])
    part = "site" if blueprint is None else blueprint.import_name.split(".")[1]
    return actor.modules is None or part in _ALWAYS or part in actor.modules


def navigation_for(actor: Actor) -> list[NavigationItem]:
    """The entries that the current app shows to somebody, in their order."""
    known = cast("list[NavigationItem]", current_app.extensions.get(_NAVIGATION, []))
    shown = (item for item in known if item.shown_to(actor) and may_enter(actor, item.endpoint))
    return sorted(shown, key=lambda item: (item.at_end, item.order, item.endpoint))


def shut(app: Flask, names: Collection[str]) -> None:
    """Answer 404 at every address of the blueprints of these names, as if nothing were there.

    Without their routes, the words of their addresses would be taken for ids of videos.
    """
    app.config[SHUT] = frozenset(names)

    def refuse() -> None:
        if request.blueprint in names:
            raise NotFound

    app.before_request(refuse)
