"""Rules over HTTP and on their page, on real storage."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from routes.http.wiring import SERVICES
from services.actors.actor import SYSTEM
from services.assembly import Services
from tests.videos import mp4

BIG = {"name": "Large", "when": {"larger_than": 2999}, "then": {"tier": "cold"}, "enabled": True}
OLD = {"name": "Old", "when": {"older_than_days": 30}, "then": {"tier": "archive"}, "enabled": True}


def put(client: FlaskClient, *rules: dict[str, Any]) -> Any:
    answer = client.put("/api/storage/rules", json={"rules": rules})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def page(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_rules_are_kept_as_they_were_given(client: FlaskClient) -> None:
    assert put(client, BIG, {**OLD, "enabled": False}) == {"rules": [BIG, {**OLD, "enabled": False}]}
    assert client.get("/api/storage/rules").get_json() == {"rules": [BIG, {**OLD, "enabled": False}]}
    assert put(client) == {"rules": []}


def test_rules_that_somebody_else_has_changed_are_not_written_over(client: FlaskClient) -> None:
    address = "/api/storage/rules"
    put(client, BIG)
    seen = client.get(address).headers["ETag"]
    put(client, BIG, OLD)
    refused = client.put(address, json={"rules": []}, headers={"If-Match": seen})
    assert (refused.status_code, client.get(address).get_json()) == (412, {"rules": [BIG, OLD]})
    now = client.get(address).headers["ETag"]
    answer = client.put(address, json={"rules": []}, headers={"If-Match": now})
    assert (answer.status_code, answer.headers["ETag"]) == (200, client.get(address).headers["ETag"])


@pytest.mark.parametrize(("saving", "said"), [(3.0, "saves about"), (-3.0, "costs about"), (-0.001, "saves about")])
def test_a_rule_that_costs_more_says_so(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, saving: float, said: str
) -> None:
    services: Services = app.extensions[SERVICES]
    prices = services.costs.prices.current(by=SYSTEM)
    monkeypatch.setattr(type(prices), "saving", lambda *_: saving)
    form = {"name": "All", "larger_than": "0", "then": "cool", "action": "try"}
    tried = page(client.post("/storage/rules", data=form))
    assert re.search(rf"{said} (3\.00|0\.00) [A-Z]{{3}} a month", tried)
    assert "-" not in tried[tried.index(said) : tried.index(said) + 20]


def test_a_dry_run_says_what_would_happen_and_changes_nothing(client: FlaskClient) -> None:
    answer = client.post("/api/storage/rules/preview", json={"rules": [BIG]})
    found = answer.get_json()
    assert (answer.status_code, found["videos"], found["bytes"]) == (200, 1, 3000)
    assert isinstance(found["saves_per_month"], float)
    assert found["currency"]
    none = client.post("/api/storage/rules/preview", json={"rules": [OLD]}).get_json()
    assert (none["videos"], none["bytes"], none["saves_per_month"]) == (0, 0, 0)
    assert client.get("/api/storage/rules").get_json() == {"rules": []}
    assert {each["tier"] for each in client.get("/api/videos").get_json()["videos"]} == {"hot"}


@pytest.mark.parametrize(
    "rules",
    [
        [{**BIG, "when": {}}],
        [{**BIG, "then": {}}],
        [{**BIG, "then": {"tier": "hot"}}],
        [{**BIG, "then": {"tier": "cold", "trash": True}}],
        [{**BIG, "when": {"older_than_days": 0}}],
        [{**BIG, "when": {"older_than_days": 1.5}}],
        [{**BIG, "when": {"larger_than": -1}}],
        [{**BIG, "when": {"collection": ""}}],
        [{**BIG, "when": {"colour": "x"}}],
        [{**BIG, "name": ""}],
        [BIG, BIG],
        [BIG] * 101,
        {},
        None,
    ],
)
@pytest.mark.parametrize("address", ["/api/storage/rules", "/api/storage/rules/preview"])
def test_rules_that_make_no_sense_are_refused(client: FlaskClient, address: str, rules: Any) -> None:
    ask = client.post if address.endswith("preview") else client.put
    answer = ask(address, json={"rules": rules})
    assert (answer.status_code, answer.get_json()["type"]) == (400, "/problems/invalid-rules")


def test_the_policy_has_what_azure_has_words_for_or_says_what_it_has_not(client: FlaskClient) -> None:
    put(client, OLD, {**BIG, "enabled": False})
    [rule] = client.get("/api/storage/rules/azure").get_json()["rules"]
    assert rule["definition"]["actions"] == {"baseBlob": {"tierToArchive": {"daysAfterCreationGreaterThan": 30}}}
    put(client, OLD, BIG)
    answer = client.get("/api/storage/rules/azure")
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/rules-not-exportable")
    assert [each["field"] for each in answer.get_json()["errors"]] == ["Large"]
    put(client)


def test_the_page_tries_rules_out_and_adds_switches_and_removes_them(client: FlaskClient) -> None:
    address = "/storage/rules"
    assert "There are no rules yet." in page(client.get(address))
    form = {"name": "Größe <x>", "older_than_days": "", "larger_than": "0", "tag": "", "then": "cool"}
    tried = page(client.post(address, data={**form, "action": "try"}))
    assert "1 video, 3.0 kB" in tried
    assert re.search(r"saves about [\d.]+ [A-Z]{3} a month", tried)
    assert 'value="Größe &lt;x&gt;"' in tried
    assert client.get("/api/storage/rules").get_json() == {"rules": []}
    assert client.post(address, data={**form, "action": "add"}).status_code == 303
    shown = page(client.get(address))
    assert "Größe &lt;x&gt;" in shown
    assert "Larger than 0 bytes → Cool" in shown
    assert "1 video, 3.0 kB" in page(client.post(address, data={"action": "try-all"}))
    for _ in range(2):  # Pressed twice it is still off.
        client.post(address, data={"action": "switch-off", "name": form["name"]})
    assert [each["enabled"] for each in client.get("/api/storage/rules").get_json()["rules"]] == [False]
    assert "no video meets all conditions" in page(client.post(address, data={"action": "try-all"}))
    client.post(address, data={"action": "switch-on", "name": form["name"]})
    assert [each["enabled"] for each in client.get("/api/storage/rules").get_json()["rules"]] == [True]
    client.post(address, data={"action": "remove", "name": form["name"]})
    assert client.get("/api/storage/rules").get_json() == {"rules": []}


def test_the_page_offers_collections_and_says_which_is_meant(client: FlaskClient) -> None:
    made = client.post("/api/collections", json={"title": "Drafts <b>"}).get_json()["id"]
    form = {"name": "Drafts", "collection": made, "then": "cool"}
    tried = page(client.post("/storage/rules", data={**form, "action": "try"}))
    assert "no video meets all conditions" in tried
    assert f'<option value="{made}" selected>Drafts &lt;b&gt;</option>' in tried
    assert client.post("/storage/rules", data={**form, "action": "add"}).status_code == 303
    assert "In the collection “Drafts &lt;b&gt;” → Cool" in page(client.get("/storage/rules"))
    assert client.get("/api/storage/rules").get_json()["rules"][0]["when"] == {"collection": made}
    client.delete(f"/api/collections/{made}")
    assert "a collection that is gone" in page(client.get("/storage/rules"))
    put(client)


@pytest.mark.parametrize("field", [{"older_than_days": "x"}, {"older_than_days": "0"}, {"then": "hot"}, {}])
def test_a_form_that_says_no_rule_is_told_why(client: FlaskClient, field: dict[str, str]) -> None:
    data = {"name": "x", "then": "cool", **field}
    tried = client.post("/storage/rules", data={**data, "action": "try"})
    assert tried.status_code == 200
    assert '<p class="bad">' in page(tried)
    assert client.post("/storage/rules", data={**data, "action": "add"}).status_code == 400
    assert client.post("/storage/rules", data={"action": "nonsense"}).status_code == 400


def test_playing_is_noted_and_spares_a_video(app: Flask, client: FlaskClient) -> None:
    services: Services = app.extensions[SERVICES]
    # Smaller than what other tests look for.
    video = client.put("/api/upload/watched.mp4", data=mp4(2000)).get_json()
    small = {**BIG, "when": {"larger_than": 1999}}
    assert client.post("/api/storage/rules/preview", json={"rules": [small]}).get_json()["videos"] == 2
    watching = services.watching.watching
    client.head(video["links"]["content"])
    assert watching.watched([video["id"]], by=SYSTEM) == {}
    assert client.get(video["links"]["content"], headers={"Range": "bytes=0-9"}).status_code == 206
    assert video["id"] in watching.watched([video["id"]], by=SYSTEM)
    assert client.post("/api/storage/rules/preview", json={"rules": [small]}).get_json()["videos"] == 1
