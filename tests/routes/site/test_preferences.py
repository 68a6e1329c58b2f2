"""What somebody prefers is on the page that the server sends, and on nobody else's."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import dump_cookie

from routes.http.wiring import SERVICES
from services.accounts.joining import NewAccount
from services.actors.actor import SYSTEM
from tests.accounts import PASSWORD
from tests.videos import mp4

EVERYTHING = {
    "everything": "1",
    "visual_density": "1",
    "reading_level": "2",
    "spacing": "5",
    "theme": "dark",
    "color_contrast": "high",
    "accent": "violet",
    "motion_sensitivity": "on",
    "captions": "on",
    "caption_size": "5",
    "caption_colors": "yellow-on-black",
    "preferred_sign_language": "DGS",
    "preferred_signing": "avatar",
    "language": "de",
}
ATTRIBUTES = (
    *('data-visual-density="1"', 'data-reading-level="2"', 'data-spacing="5"', 'data-theme="dark"'),
    *('data-contrast="high"', 'data-motion="less"', 'data-caption-size="5"', 'data-caption-colors="yellow-on-black"'),
    'lang="de"',
)


ATTRIBUTE = re.compile(r'data-[a-z-]+="[^"]*"')


def root(client: FlaskClient, address: str = "/") -> str:
    """The first tag of a page."""
    text = client.get(address, headers={"Accept": "text/html"}).get_data(as_text=True)
    return text[text.index("<html") : text.index("<head>")]


@pytest.fixture
def mira(app: Flask) -> FlaskClient:
    wanted = NewAccount(username="mira", email=None, password=PASSWORD)
    app.extensions[SERVICES].accounts.joining.register(wanted, by=SYSTEM)
    client = app.test_client()
    assert client.post("/login", data={"username": "mira", "password": PASSWORD}).status_code == 303
    return client


def test_a_visitors_choice_lies_in_a_small_cookie_and_is_on_the_first_paint(app: Flask, client: FlaskClient) -> None:
    answer = client.post("/preferences", data=EVERYTHING)
    assert (answer.status_code, answer.location) == (303, "/preferences")
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if "preferences" in each)
    assert "SameSite=Lax" in cookie
    assert "HttpOnly" in cookie
    assert len(cookie) < 700
    for address in ("/", "/preferences", "/nowhere"):
        said = root(client, address)
        assert [each for each in ATTRIBUTES if each not in said] == [], address
    assert client.get("/api/auth/user").get_json()["preferences"]["preferred_sign_language"] == "gsg"
    other = root(app.test_client())
    assert [each for each in ATTRIBUTES if each in other] == []


def test_an_accounts_choice_follows_its_person_and_is_told_of(app: Flask, mira: FlaskClient) -> None:
    assert mira.post("/preferences", data=EVERYTHING).status_code == 303
    elsewhere = app.test_client()
    assert elsewhere.post("/login", data={"username": "mira", "password": PASSWORD}).status_code == 303
    said = root(elsewhere)
    assert [each for each in ATTRIBUTES if each not in said] == []
    assert mira.post("/preferences", data={"reset": "1"}).status_code == 303
    assert "data-theme" not in root(elsewhere)


def test_a_form_without_everything_leaves_the_rest(client: FlaskClient) -> None:
    client.post("/preferences", data=EVERYTHING)
    client.post("/preferences", data={"spacing": "2"})
    said = root(client)
    assert 'data-spacing="2"' in said
    assert 'data-motion="less"' in said


TYPED: list[tuple[str, list[str]]] = [
    ('{"visual_density":99,"theme":"dark"}', ['data-visual-density="5"', 'data-theme="dark"']),
    ('{"visual_density":-3,"spacing":"<b>"}', ['data-visual-density="1"']),
    ('{"visual_density":true,"theme":"dark"}', ['data-theme="dark"']),
    ('{"theme":"\\"><script>","color_contrast":"high","unknown":1}', ['data-contrast="high"']),
    ('{"preferred_sign_language":"nonsense","theme":"dark"}', ['data-theme="dark"']),
    ("[1]", []),
    ("{", []),
    ('{"theme":"dark","language":"' + "x" * 2000 + '"}', []),
]


def test_a_cookie_that_somebody_has_typed_is_clamped(app: Flask) -> None:
    for said, is_there in TYPED:
        cookie = dump_cookie("reelgate-preferences", said, max_size=0).partition(";")[0]
        answer = app.test_client(use_cookies=False).get("/preferences", headers={"Cookie": cookie})
        assert answer.status_code == 200
        tag = answer.get_data(as_text=True).partition("<head>")[0]
        assert {each for each in ATTRIBUTE.findall(tag) if not each.startswith("data-build")} == set(is_there), said


def test_sign_languages_are_understood_by_their_abbreviations(client: FlaskClient) -> None:
    for typed, tag in (("ASL", "ase"), ("bsl", "bfi"), ("DGS", "gsg"), ("ase-us", "ase-US")):
        answer = client.patch("/api/auth/user", json={"preferences": {"preferred_sign_language": typed}})
        assert answer.get_json()["preferences"]["preferred_sign_language"] == tag
    refused = client.patch("/api/auth/user", json={"preferences": {"preferred_sign_language": "eng"}})
    assert refused.status_code == 400


def test_another_sites_form_changes_nothing(client: FlaskClient) -> None:
    for headers in ({"Origin": "https://friend.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = client.post("/preferences", data={"theme": "dark"}, headers=headers)
        assert "reelgate-preferences" not in str(answer.headers)


def test_a_preferred_language_holds_until_another_is_chosen_on_this_browser(client: FlaskClient) -> None:
    client.post("/preferences", data={"language": "de"})
    assert 'lang="de"' in root(client)
    client.post("/language", data={"language": "en"})
    assert 'lang="en"' in root(client)
    client.post("/preferences", data={"language": "de"})
    assert 'lang="de"' in root(client)


@pytest.mark.parametrize("left", ["http://[", "https://elsewhere.example/page", "//elsewhere.example"])
def test_whoever_comes_from_nowhere_of_ours_is_led_to_the_first_page(client: FlaskClient, left: str) -> None:
    answer = client.post("/language", data={"language": "de"}, headers={"Referer": left})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_no_shared_cache_may_keep_what_was_made_for_somebody(client: FlaskClient) -> None:
    """Every page, and every list of the API that a proxy could give to the next who asks."""
    video = client.put("/api/upload/film.mp4", data=mp4(3000)).get_json()
    pages = ("/", "/trash", video["links"]["page"], "/preferences", "/account", "/jobs", "/login", "/nowhere", "/docs")
    wrong = []
    for address in (*pages, "/cards", "/api/videos", video["links"]["self"], "/api/trash", "/api/auth/user"):
        accept = "application/json" if address.startswith("/api") else "text/html"
        answer = client.get(address, headers={"Accept": accept})
        rules = answer.headers.get("Cache-Control", "")
        if "private" not in rules and "no-store" not in rules:
            wrong.append((address, answer.status_code, rules))
        if accept == "text/html" and "ETag" in answer.headers:
            wrong.append((address, answer.status_code, answer.headers["ETag"]))
    assert wrong == []


def test_one_switch_alone_is_put_on_and_off_and_leaves_the_other(client: FlaskClient) -> None:
    client.post("/preferences", data={"motion_sensitivity": "on"})
    for value, expected in (("off", False), ("on", True)):
        client.post("/preferences", data={"captions": value})
        kept = client.get("/api/auth/user").get_json()["preferences"]
        assert (kept["captions"], kept["motion_sensitivity"]) == (expected, True)


LINK = re.compile(r'<link id="accent" rel="stylesheet"\s+href="([^"]+)">')


def accent_of(client: FlaskClient, address: str = "/") -> str | None:
    """The style sheet of the accent that a page has."""
    found = LINK.search(client.get(address, headers={"Accept": "text/html"}).get_data(as_text=True))
    return found and found[1]


def test_an_accent_is_on_the_first_paint_and_is_kept_by_its_address(client: FlaskClient) -> None:
    assert accent_of(client) is None
    client.post("/preferences", data={"accent": "violet"})
    named = accent_of(client)
    assert named is not None
    answer = client.get(named)
    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "--accent: light-dark(#6d3fc4, " in answer.get_data(as_text=True)
    # A colour that is chosen beside is taken where that is what was chosen.
    client.post("/preferences", data={"accent": "blue", "accent_own": "#ff8800"})
    assert client.get("/api/auth/user").get_json()["preferences"]["accent"] == "blue"
    client.post("/preferences", data={"accent": "own", "accent_own": "#FF8800"})
    assert client.get("/api/auth/user").get_json()["preferences"]["accent"] == "#ff8800"
    assert accent_of(client) not in {named, None}
    client.post("/preferences", data={"accent": "standard"})
    assert accent_of(client) is None


def test_what_is_no_accent_is_refused_and_in_a_cookie_left_alone(app: Flask, client: FlaskClient) -> None:
    for wrong in ("teal", "#fff", "#12345g", "red;}", "url(x)", "own"):
        answer = client.patch("/api/auth/user", json={"preferences": {"accent": wrong}})
        assert answer.status_code == 400, wrong
        cookie = dump_cookie("reelgate-preferences", json.dumps({"accent": wrong}), max_size=0).partition(";")[0]
        answer = app.test_client(use_cookies=False).get("/preferences", headers={"Cookie": cookie})
        assert LINK.search(answer.get_data(as_text=True)) is None, wrong
    build = str(accent_of(client) or client.get("/preferences").get_data(as_text=True)).partition("/static/")[2][:16]
    for wrong in ("zzzzzz-00000000", "ff8800", "../x-00000000"):
        assert client.get(f"/static/{build}/accents/{wrong}.css").status_code == 404
