"""Parts of addresses that no database can be asked for are the address of nothing."""

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("kind", ["imports", "artists", "wanted", "jobs", "bulk", "subscriptions"])
@pytest.mark.parametrize("part", ["%00", "a%00b"])
def test_no_rule_takes_a_part_with_nul(client: FlaskClient, kind: str, part: str) -> None:
    answer = client.get(f"/api/{kind}/{part}")
    assert (answer.status_code, answer.get_json()["type"]) == (404, "/problems/not-found")


def test_other_parts_are_taken_as_ever(client: FlaskClient) -> None:
    answer = client.get("/api/imports/a b%01\u00fc")
    assert (answer.status_code, answer.get_json()["type"]) == (404, "/problems/import-not-found")
