"""Who sends the current request.

A slice that knows people says so once, with `register_resolver`; until then, whoever asks is `ANYONE`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from flask import Flask, current_app, g, request

from routes.http.errors import request_id
from services.actors.actor import ANYONE, Actor

Resolver = Callable[[], Actor]
"""Tells from the current request's headers and cookies who sends it: `NOBODY` where they bring nothing.

Raises `NotSignedInError` when they bring something that does not hold (any more)."""

_RESOLVER = "reelgate.actors"


def register_resolver(app: Flask, resolver: Resolver) -> None:
    """Ask this resolver, from now on, who sends a request of the app."""
    app.extensions[_RESOLVER] = resolver


def current_actor() -> Actor:
    """Who sends the current request, from where, and under which id; resolved once for each request."""
    if "actor" not in g:
        resolver = cast("Resolver", current_app.extensions.get(_RESOLVER, lambda: ANYONE))
        g.actor = replace(resolver(), address=request.remote_addr, request_id=request_id())
    return cast("Actor", g.actor)
