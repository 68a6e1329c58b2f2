"""Every route and every kind of actor: made from the description and the route table, so that none is forgotten."""

import re
from collections.abc import Iterator, Mapping

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import FEATURES
from routes.docs.document import address_of, operations
from services.accounts.errors import SecondFactorWrongError, SignInFailedError
from services.actors.actor import Role
from services.artists.errors import PictureNotFoundError
from services.captions.errors import CaptionsNotFoundError
from services.documents.errors import DocumentNotFoundError
from services.media.media_files import NotMadeError
from services.sign_tracks.errors import SignTrackNotFoundError
from tests.accounts import PASSWORD
from tests.app_here import app_here
from tests.described import standard_app
from tests.routes.accounts.matrix import (
    ADMINISTER,
    ANYBODY,
    AUDIT,
    CASES,
    CHANGE_JOB,
    CHANGE_PRIVATE,
    CHANGE_SEEN,
    GONE,
    IN_A_SESSION,
    LIST,
    NO_IDENTITY,
    ONESELF,
    SEE_JOB,
    SEE_PRIVATE,
    SEE_PUBLIC,
    SEE_TEAM,
    SOMEBODY,
    SOURCES,
    TRASHED,
    UPLOAD,
    WHO,
    YES,
    Answers,
    Case,
)
from tests.routes.accounts.world import World, same

OPENED = {
    *("assets.file", "static", "language.choose"),
    *("preferences.page", "preferences.change"),
    *("preferences.page", "preferences.change"),
    *("health.alive", "health.ready", "metrics.show"),
    "access.play_by_url",
    *("auth.register", "auth.log_in", "auth.refresh", "auth.log_out", "auth.reset_password"),
    *("accounts.sign_in", "accounts.send_sign_in", "accounts.sign_out", "accounts.send_sign_out"),
    *("accounts.set_up", "accounts.send_set_up", "accounts.join", "accounts.send_join"),
    *("accounts.reset", "accounts.send_reset", "accounts.simple_login"),
    *("device_codes.begin", "device_codes.take"),
    *("forgotten.ask_for_letter", "forgotten_pages.ask", "forgotten_pages.send"),
    *("oidc.log_in", "oidc.callback", "oidc.confirm", "oidc.send_confirm", "oidc.log_out"),
    *("factors.options_to_sign_in", "factors.sign_in_by_passkey"),
}


def test_no_other_endpoint_is_open_to_nobody(app: Flask) -> None:
    assert frozenset().union(*(feature.opened for feature in FEATURES)) == OPENED
    assert set(app.view_functions) >= OPENED


@pytest.fixture(scope="module")
def world(azurite: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(app_here(azurite, tmp_path_factory.mktemp("everybody")))
    world.populate()
    yield world
    world.services.platform.databases.close()


def test_the_table_has_every_operation_and_nothing_else() -> None:
    assert set(CASES) | ANYBODY == set(operations(standard_app()))
    assert not set(CASES) & ANYBODY


@pytest.mark.thorough
@pytest.mark.parametrize("key", CASES)
def test_everybody_is_answered_as_the_table_says(world: World, key: str) -> None:
    method, path = key.split(" ")
    wrong: list[object] = []
    world.sign_in()
    for case in CASES[key]:
        thing = _make(world, case.thing)
        # Whoever may is asked last, and has a thing of its own: the others find what is still there.
        for who in sorted(WHO, key=lambda each: case.answers[each] == YES):
            wanted = case.answers[who]
            if wanted == YES and method not in {"GET", "HEAD"}:
                thing = _make(world, case.thing)
            answer = world.ask(who, method, _filled(path, thing, case.others), **case.send)
            got = YES if _is_no_refusal(answer) else answer.status_code
            if got != wanted:
                wrong.append((case.thing, who, f"wanted {wanted}", answer.status_code, answer.get_json(silent=True)))
            missing = _NEVER.get(case.thing.partition(":")[0])
            if wanted in {401, 404} and missing:
                other = world.ask(who, method, _filled(path, missing, case.others), **case.send)
                if not same(answer, other):
                    wrong.append(
                        (case.thing, who, "differs", answer.get_json(silent=True), other.get_json(silent=True))
                    )
            if wanted == 401 and "Bearer" not in answer.headers.get("WWW-Authenticate", ""):
                wrong.append((case.thing, who, "no WWW-Authenticate"))
    assert not wrong, "\n".join(map(str, wrong))


_NEVER = {
    "video": "20261120T101512345Z_0123456789abcdef0123456789abcdef_film.mp4",
    "trashed": "20261120T101512345Z_0123456789abcdef0123456789abcdef_film.mp4",
    "clip": "clip_20261120T101512345Z_0123456789abcdef0123456789abcdef_film.mp4",
    "upload": "0" * 32,
    "direct": "20261120T101512345Z_0123456789abcdef0123456789abcdef_film.mp4",
    "job": "0" * 24,
    "collection": "0" * 24,
    "session": "0" * 22,
    "token": "0" * 22,
}
"""An id of each kind that nothing has."""


def _make(world: World, thing: str) -> str:
    name, _, argument = thing.partition(":")
    fixed = {"": "", "nothing": "0" * 32, "setting": "audit_days", "filename": "film.mp4"}
    if name in fixed:
        return fixed[name]
    if name in {"video", "clip", "collection"}:
        return str(getattr(world, name)(argument or "private"))
    if name == "trashed":
        return world.video("team", trashed=True)
    made: str = getattr(world, name)()
    return made


def _filled(path: str, thing: str, others: Mapping[str, str]) -> str:
    for name, value in others.items():
        path = path.replace("{" + name + "}", value)
    return re.sub(r"\{\w+\}", thing, path)


def _is_no_refusal(answer: TestResponse) -> bool:
    """Whether whoever asked was let in: what is not made of a video yet is told to those alone who may see it."""
    kind = (answer.get_json(silent=True) or {}).get("type", "").removeprefix("/problems/")
    if kind in {
        NotMadeError.slug,
        SignTrackNotFoundError.slug,
        DocumentNotFoundError.slug,
        CaptionsNotFoundError.slug,
        SignInFailedError.slug,
        PictureNotFoundError.slug,
        SecondFactorWrongError.slug,
    }:  # The old password is wrong, and not who asks.
        return True
    return answer.status_code < 500 and answer.status_code not in {401, 403, 404}


@pytest.mark.parametrize("role", list(Role))
def test_everybody_sees_who_they_are(app: Flask, people: dict[str, dict[str, str]], role: Role) -> None:
    answer = app.test_client().get("/api/auth/user", headers=people[role])
    assert (answer.status_code, answer.get_json()["role"]) == (200, role)


def test_a_token_does_no_more_than_its_scopes(app: Flask, people: dict[str, dict[str, str]]) -> None:
    headers = people["token that reads"]
    client = app.test_client()
    assert client.get("/api/auth/user", headers=headers).status_code == 200
    for path in ("/api/users", "/api/settings", "/api/audit", "/api/auth/tokens", "/api/auth/sessions"):
        assert client.get(path, headers=headers).status_code == 403, path


PAGES: Mapping[str, Answers] = {
    **dict.fromkeys(
        (
            *("library.home", "library.cards", "library.trash", "job_pages.page", "accessibility_pages.worst"),
            "source_pages.page",
            "schedule_pages.page",
            "import_pages.page",
            "search_pages.page",
            "collection_pages.page",
        ),
        LIST,
    ),
    **dict.fromkeys(("artist_pages.page", "wanted_pages.page"), LIST),
    "artist_pages.trash": AUDIT,
    "people.account": ONESELF,
    "description.docs": SOMEBODY,
    "devices.ask": SOMEBODY,
    **dict.fromkeys(("people.people", "settings_pages.settings", "migration_pages.page"), ADMINISTER),
    "audit_pages.audit": AUDIT,
    "figure_pages.figures": AUDIT,
    "scrub_pages.page": AUDIT,
    "cost_pages.storage": AUDIT,
    "rule_pages.page": AUDIT,
    **dict.fromkeys(("factor_pages.show", "factor_pages.ask_to_confirm"), ONESELF),
}
"""The pages that ask who comes, but for those of one video; the forms that they send are asked below."""
FORMS: Mapping[str, tuple[Case, ...]] = {
    "library.restore": (
        Case(CHANGE_PRIVATE, "video", {"data": {"id": "{thing}"}}),
        Case(TRASHED, "trashed", {"data": {"id": "{thing}"}}),
    ),
    "library.purge": (Case(ADMINISTER, "trashed", {"data": {"id": "{thing}"}}),),
    "hold_pages.change": (
        Case(AUDIT, "video", {"data": {"reason": "Case 1"}}),
        Case(ADMINISTER, "video", {"data": {"action": "lift"}}),
    ),
    "watch.change": (
        Case(CHANGE_PRIVATE, "video", {"data": {"action": "edit", "title": "mine"}}),
        Case(CHANGE_SEEN, "video:public", {"data": {"action": "delete"}}),
        Case(GONE, "trashed", {"data": {"action": "edit", "title": "mine"}}),
    ),
    "caption_pages.change": (
        Case(CHANGE_PRIVATE, "video", {"data": {"action": "delete", "language": "en"}}),
        Case(CHANGE_SEEN, "video:public", {"data": {"action": "add", "language": "en", "file": "no captions"}}),
        Case(GONE, "trashed", {"data": {"action": "delete", "language": "en"}}),
    ),
    "caption_pages.generate": (
        Case(CHANGE_PRIVATE, "video", {"data": {"language": "en"}}),
        Case(CHANGE_SEEN, "video:public", {"data": {"language": "en"}}),
        Case(GONE, "trashed", {"data": {"language": "en"}}),
    ),
    "clip_pages.make": (
        Case(CHANGE_PRIVATE, "video", {"data": {"start": "0", "end": "1"}}),
        Case(CHANGE_SEEN, "video:public", {"data": {"start": "0", "end": "1"}}),
        Case(GONE, "trashed", {"data": {"start": "0", "end": "1"}}),
    ),
    "sign_engine_pages.generate": (
        Case(CHANGE_PRIVATE, "video", {"data": {"language": "ase"}}),
        Case(CHANGE_SEEN, "video:team", {"data": {"language": "ase"}}),
        Case(GONE, "trashed", {"data": {"language": "ase"}}),
    ),
    "feedback_pages.rate": (
        Case(CHANGE_PRIVATE, "video", {"data": {"about": "captions", "rating": "4"}}),
        Case({**LIST, "read token": 403}, "video:team", {"data": {"about": "captions", "rating": "4"}}),
        Case(GONE, "trashed", {"data": {"about": "captions", "rating": "4"}}),
    ),
    "document_pages.change": (
        Case(CHANGE_PRIVATE, "video", {"data": {"action": "delete"}}),
        Case(CHANGE_SEEN, "video:public", {"data": {"action": "delete"}}),
        Case(GONE, "trashed", {"data": {"action": "delete"}}),
    ),
    "sign_track_pages.change": (
        Case(CHANGE_PRIVATE, "video", {"data": {"language": "ase", "video_id": "none.mp4"}}),
        Case(CHANGE_SEEN, "video:team", {"data": {"language": "ase", "action": "remove"}}),
        Case(GONE, "trashed", {"data": {"language": "ase", "action": "remove"}}),
    ),
    "schedule_pages.change": (Case(AUDIT, "subscription", {"data": {"action": "pause", "id": "{thing}"}}),),
    "import_pages.begin": (Case(UPLOAD, send={"data": {"url": "none"}}),),
    "import_pages.cancel": (Case(CHANGE_SEEN, "fetching"),),
    "import_pages.retry": (Case(CHANGE_SEEN, "fetching"),),
    "source_pages.try_one": (Case(AUDIT, send={"data": {"name": "imvdb"}}),),
    "artist_pages.change": (Case(SOURCES, send={"data": {"action": "delete", "id": "none"}}),),
    "artist_pages.change_one": (Case(SOURCES, "artist", {"data": {"action": "delete"}}),),
    "collection_pages.change": (Case(UPLOAD, send={"data": {"action": "add", "title": ""}}),),
    "collection_pages.change_one": (
        Case(CHANGE_PRIVATE, "collection", {"data": {"action": "delete"}}),
        Case(CHANGE_SEEN, "collection:team", {"data": {"action": "delete"}}),
    ),
    "collection_pages.change_video": (
        Case(CHANGE_PRIVATE, "video", {"data": {"action": "put"}}),
        Case(CHANGE_SEEN, "video:team", {"data": {"action": "put"}}),
        Case(GONE, "trashed", {"data": {"action": "put"}}),
    ),
    "wanted_pages.change": (Case(SOURCES, "wanted", {"data": {"action": "ignore"}}),),
    "bulk_pages.choose": (Case(LIST, send={"data": {"id": "none.mp4"}}),),
    "bulk_pages.begin": (Case(LIST, send={"data": {"action": "delete", "id": "none.mp4"}}),),
    "bulk_pages.undo": (Case(CHANGE_JOB, "deletion"),),
    "rule_pages.change": (Case(AUDIT, send={"data": {"action": "try-all"}}),),
    "tier_pages.change": (
        Case(CHANGE_PRIVATE, "video", {"data": {"tier": "cool"}}),
        Case(CHANGE_SEEN, "video:team", {"data": {"tier": "cool"}}),
        Case(GONE, "trashed", {"data": {"tier": "cool"}}),
    ),
    "tier_pages.bring_back": (
        Case(CHANGE_PRIVATE, "video", {"data": {"tier": "hot"}}),
        Case(CHANGE_SEEN, "video:public", {"data": {"tier": "hot"}}),
        Case(GONE, "trashed", {"data": {"tier": "hot"}}),
    ),
    "migration_pages.begin": (Case(ADMINISTER),),
    "job_pages.cancel": (Case(CHANGE_JOB, "job"),),
    "job_pages.retry": (Case(CHANGE_JOB, "job"),),
    "factor_pages.change": (Case(SOMEBODY, send={"data": {"action": "nothing"}}),),
    "factor_pages.send_confirmation": (Case(ONESELF, send={"data": {"password": PASSWORD}}),),
    "devices.decide": (Case(IN_A_SESSION, send={"data": {"action": "deny", "user_code": "x"}}),),
    "people.change_account": (Case(ONESELF, send={"data": {"action": "preferences", "theme": "dark"}}),),
    "people.change_people": (Case(ADMINISTER, send={"data": {"action": "invite", "email": "x", "role": "USER"}}),),
    "settings_pages.change_setting": (Case(ADMINISTER, send={"data": {"key": "audit_days", "value": "100"}}),),
}
WATCH = (
    Case(SEE_PRIVATE, "video"),
    Case(SEE_TEAM, "video:team"),
    Case(SEE_PUBLIC, "video:public"),
    Case(GONE, "trashed"),
)
OF_A_VIDEO: Mapping[str, tuple[Case, ...]] = {
    "artist_pages.one": (Case(LIST, "artist"),),
    "collection_pages.one": (Case(SEE_PRIVATE, "collection"), Case(SEE_TEAM, "collection:team")),
    "import_pages.one": (Case(LIST, "fetching"),),
    "bulk_pages.page": (Case(SEE_JOB, "deletion"),),
    "migration_pages.report": (Case(NO_IDENTITY, "nothing"),),
    "watch.page": WATCH,
    "caption_editor.page": (Case(CHANGE_PRIVATE, "video"), Case(CHANGE_SEEN, "video:public"), Case(GONE, "trashed")),
    "tier_pages.page": (Case(CHANGE_PRIVATE, "video"), Case(CHANGE_SEEN, "video:public"), Case(GONE, "trashed")),
    "sign_track_pages.page": (Case(CHANGE_PRIVATE, "video"), Case(CHANGE_SEEN, "video:public"), Case(GONE, "trashed")),
}


def test_the_tables_have_every_page_and_nothing_else() -> None:
    app = standard_app()
    spoken = {rule.endpoint for rule in app.url_map.iter_rules() if not rule.rule.startswith("/api/")}
    assert set(PAGES) | set(FORMS) | set(OF_A_VIDEO) == spoken - OPENED


@pytest.mark.parametrize("endpoint", [*PAGES, *OF_A_VIDEO])
def test_every_page_is_shown_to_those_who_may_see_it(world: World, endpoint: str) -> None:
    rule = _rule(world, endpoint)
    world.sign_in()
    wrong: list[object] = []
    for case in OF_A_VIDEO.get(endpoint) or (Case(PAGES[endpoint]),):
        path = _filled(rule, _make(world, case.thing), {})
        for who, wanted in case.answers.items():
            answer = world.ask(who, "GET", path, headers={"Accept": "text/html"})
            # Whoever is nobody is led to the page for signing in, and back.
            asked = answer.status_code == 303 and answer.location.startswith("/login")
            got = 401 if asked else answer.status_code
            if got != wanted:
                wrong.append((case.thing, who, wanted, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.thorough
@pytest.mark.parametrize("endpoint", FORMS)
def test_every_form_is_taken_from_those_who_may_send_it(world: World, endpoint: str) -> None:
    rule = _rule(world, endpoint)
    world.sign_in()
    wrong: list[object] = []
    for case in FORMS[endpoint]:
        for who, wanted in case.answers.items():
            thing = _make(world, case.thing)
            data = {name: value.format(thing=thing) for name, value in case.send.get("data", {}).items()}
            answer = world.ask(who, "POST", _filled(rule, thing, {}), data=data)
            got = YES if _is_no_refusal(answer) else answer.status_code
            if got != wanted:
                wrong.append((case.thing, who, wanted, answer.status_code, answer.get_json(silent=True)))
    assert not wrong, "\n".join(map(str, wrong))


def _rule(world: World, endpoint: str) -> str:
    [rule] = world.app.url_map.iter_rules(endpoint)
    return address_of(rule)
