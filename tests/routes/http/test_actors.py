"""Every request has an actor: anyone, until somebody registers who knows better."""

from dataclasses import replace

import pytest
from flask import Flask, Response, jsonify

from routes.http.access_log import AccessLog
from routes.http.actors import current_actor, register_resolver
from routes.http.errors import register_error_handlers
from services.actors.actor import ANYONE, NOBODY, Actor, ActorKind, Role
from services.actors.errors import NotSignedInError

AMINA = Actor(kind=ActorKind.PERSON, id="u1", name="Amina", role=Role.USER)


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    register_error_handlers(app)

    @app.get("/who")
    def who() -> Response:
        actor = current_actor()
        assert current_actor() is actor
        return jsonify(id=actor.id, address=actor.address, request_id=actor.request_id, role=actor.role)

    app.wsgi_app = AccessLog(app.wsgi_app)  # type: ignore[method-assign]
    return app


def test_whoever_asks_a_server_that_knows_nobody_is_anyone_with_an_address_and_a_request_id(app: Flask) -> None:
    answer = app.test_client().get(
        "/who", headers={"X-Request-ID": "a-request-1"}, environ_base={"REMOTE_ADDR": "192.0.2.7"}
    )

    assert answer.get_json() == {
        "id": ANYONE.id,
        "address": "192.0.2.7",
        "request_id": "a-request-1",
        "role": "ADMIN",
    }


def test_a_resolver_that_is_registered_is_asked_once_for_each_request(app: Flask) -> None:
    asked: list[Actor] = []

    def resolver() -> Actor:
        asked.append(AMINA)
        return AMINA

    register_resolver(app, resolver)
    client = app.test_client()

    assert [client.get("/who").get_json()["id"] for _ in range(2)] == ["u1", "u1"]
    assert len(asked) == 2


def test_what_a_resolver_says_of_the_address_is_the_requests_own(app: Flask) -> None:
    register_resolver(app, lambda: replace(NOBODY, address="203.0.113.9", request_id="another"))

    answer = app.test_client().get("/who", environ_base={"REMOTE_ADDR": "192.0.2.7"}).get_json()

    assert answer["address"] == "192.0.2.7"
    assert answer["request_id"] != "another"


def test_a_right_that_does_not_hold_is_answered_with_401_and_how_to_sign_in(app: Flask) -> None:
    def resolver() -> Actor:
        raise NotSignedInError("This token has expired.")

    register_resolver(app, resolver)
    answer = app.test_client().get("/who")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
