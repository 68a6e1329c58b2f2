import html
import inspect
import logging
import re
from collections.abc import Iterator

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from services.errors import BusyError, ReelgateError
from services.uploads.errors import InvalidUploadError
from tests.app_here import app_here
from tests.errors import domain_errors

SECRET = "AccountKey=c2VjcmV0"
PAGE = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
DOMAIN_ERRORS = domain_errors()


def _example(error: type[ReelgateError]) -> ReelgateError:
    """An error of that class; what it must be told beside its sentence is zero."""
    told = inspect.signature(error).parameters.values()
    needed = {each.name: 0 for each in told if each.kind is each.KEYWORD_ONLY and each.default is each.empty}
    return error("Something to act on.", **needed)  # type: ignore[arg-type]


def sources() -> Iterator[tuple[str, Exception | int, int]]:
    """Every way in which an error comes about: its name, what is raised, and the status it must have."""
    for status in (
        400,
        401,
        403,
        404,
        405,
        406,
        409,
        411,
        413,
        414,
        415,
        416,
        418,
        422,
        428,
        429,
        431,
        500,
        501,
        502,
        503,
    ):
        yield f"http-{status}", status, status
    for each in DOMAIN_ERRORS:
        yield each.slug + each.__name__, _example(each), each.status
    yield "bug", RuntimeError(SECRET), 500
    yield "bug-with-a-cause", ValueError(f"sig={SECRET}"), 500


@pytest.fixture(scope="module")
def raising(azurite: str, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A client of an app where `/raise/<name>` raises the source of that name."""
    app = app_here(azurite, tmp_path_factory.mktemp("app"), azure_storage_container_name="videos-of-route-tests")
    raised = {name: error for name, error, _ in sources()}

    @app.get("/raise/<name>")
    def fail(name: str) -> str:
        error = raised[name]
        if isinstance(error, Exception):
            raise error
        abort(error)

    return app.test_client()


@pytest.mark.parametrize(("name", "status"), [(name, status) for name, _, status in sources()])
def test_every_error_has_the_one_shape(raising: FlaskClient, name: str, status: int) -> None:
    answer = raising.get(f"/raise/{name}", headers={"X-Request-ID": "request-of-the-test"})
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.headers["X-Request-ID"] == "request-of-the-test"
    problem = answer.get_json()
    assert {"type", "title", "status", "detail", "request_id"} <= problem.keys()
    assert re.fullmatch(r"/problems/[a-z0-9-]+", problem["type"])
    assert (problem["status"], problem["request_id"]) == (status, "request-of-the-test")
    assert problem["detail"][0].isupper()
    assert SECRET not in answer.text


@pytest.mark.parametrize(("name", "status"), [(name, status) for name, _, status in sources()])
def test_a_browser_gets_the_same_on_a_page(raising: FlaskClient, name: str, status: int) -> None:
    problem = raising.get(f"/raise/{name}").get_json()
    answer = raising.get(f"/raise/{name}", headers=PAGE)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    for said in (problem["title"], str(status), answer.headers["X-Request-ID"]):
        assert said in html.unescape(answer.text)
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text


def test_what_a_client_sent_is_shown_as_text(app: Flask) -> None:
    @app.get("/refuse")
    def refuse() -> str:
        raise InvalidUploadError("<script>1</script>", errors=[{"file": "<b>.mp4", "reason": "<i>no</i>"}])

    page = app.test_client().get("/refuse", headers=PAGE).text
    assert "<script>" not in page
    assert "&lt;b&gt;.mp4" in page
    assert "<i>" not in page


def test_retry_after_is_a_header_and_a_member(app: Flask) -> None:
    @app.get("/busy")
    def busy() -> str:
        raise BusyError("Not now.", retry_after=7)

    answer = app.test_client().get("/busy")
    assert (answer.headers["Retry-After"], answer.get_json()["retry_after"]) == ("7", 7)


def test_a_method_that_is_not_understood_names_those_that_are(client: FlaskClient) -> None:
    answer = client.delete("/health")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_bug_is_logged_once_with_its_request_id(raising: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        raising.get("/raise/bug", headers={"X-Request-ID": "request-of-the-test"})
    [record] = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert record.exc_info is not None
    assert vars(record)["request_id"] == "request-of-the-test"


@pytest.mark.parametrize(
    "offered", ["short", "x" * 129, "has spaces in it", "inject\r\nX-Evil: 1", "ünïcode-request", ""]
)
def test_a_request_id_from_outside_is_checked(client: FlaskClient, offered: str) -> None:
    environment = {"HTTP_X_REQUEST_ID": offered}
    given = client.get("/health", environ_overrides=environment).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", given)
