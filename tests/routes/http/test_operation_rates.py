"""Rates of single operations, as live settings."""

from flask import Flask
from flask.testing import FlaskClient

from routes.http.operation_rates import OPERATIONS
from tests.videos import mp4


def set_rate(client: FlaskClient, key: str, value: int) -> None:
    assert client.put(f"/api/settings/{key}", json={"value": value}).status_code == 200


def test_signing_in_is_limited_by_address_and_uploads_by_account(client: FlaskClient) -> None:
    set_rate(client, "rate_upload", 2)
    answers = [client.put("/api/upload/film.mp4", data=mp4(3000, seed=each)) for each in range(3)]
    assert [each.status_code for each in answers] == [201, 201, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    set_rate(client, "rate_upload", 0)
    assert client.put("/api/upload/film.mp4", data=mp4(3000)).status_code == 201
    set_rate(client, "rate_sign_in", 3)
    nobody = {"Origin": "http://localhost", "X-Forwarded-For": "192.0.2.1"}
    said = {"username": "nobody-here", "password": "a wrong one"}
    statuses = [client.post("/api/auth/login", json=said, headers=nobody).status_code for _ in range(4)]
    assert statuses[-1] == 429
    assert 429 not in statuses[:-1]


def test_every_endpoint_that_is_limited_is_there(app: Flask) -> None:
    assert set(OPERATIONS) <= set(app.view_functions)
