"""The description is equal to the routes, is OpenAPI 3.1, and its examples are what its schemas say."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from routes.docs.document import address_of, operations
from routes.http.openapi.operation import said_of
from services.accounts.errors import (
    ProviderAwayError,
    ProviderNotBelievedError,
    ProviderRefusedError,
    SignInExpiredError,
    UserCodeUnknownError,
)
from services.captions.errors import EditedCaptionsError
from services.captions.recognition.engine import EngineError
from services.costs.errors import PriceServiceError
from services.database.errors import BackupError, DiskRefusesError, SchemaError
from services.egress.errors import FetchError
from services.errors import ClockUnsureError, ReelgateError
from services.imports.errors import UnfetchableError
from services.jobs.errors import BadInputError, NobodyWorksError, NotYetError
from services.library.errors import RebuildRunningError
from services.media.errors import BadMediaError, MediaError, NoScratchRoomError, ToolMissingError
from services.migration.errors import MigrationNotFoundError, UnreadableFileError
from services.replication.errors import ReplicationError
from services.scrub.errors import DamagedVideosError, ScrubRunningError
from services.sign_engine.errors import SignEngineError
from services.sources.errors import SourceFailedError, SourceRestsError
from services.storage.errors import BlobChangedError, BlobNotFoundError, SourceDamagedError, StorageUnsupportedError
from tests.described import standard_app, standard_document
from tests.errors import domain_errors

PAGES = {"assets", "job_pages", "language", "library", "site", "static", "watch"}
PAGES |= {"accounts", "devices", "factor_pages", "forgotten_pages", "oidc", "people", "settings_pages", "audit_pages"}
PAGES |= {
    "caption_editor",
    "caption_pages",
    "clip_pages",
    "hold_pages",
    "scrub_pages",
    "document_pages",
    "preferences",
    "sign_engine_pages",
    "sign_track_pages",
    "tier_pages",
    "bulk_pages",
    "search_pages",
    "artist_pages",
    "wanted_pages",
    "rule_pages",
}
PAGES |= {
    "accessibility_pages",
    "collection_pages",
    "cost_pages",
    "feedback_pages",
    "figure_pages",
    "import_pages",
    "migration_pages",
    "source_pages",
    "schedule_pages",
}
# Handed to no client of the API: another error is raised in their place, or only pages and commands meet them.
INTERNAL = {
    BadInputError,
    BadMediaError,
    BlobChangedError,
    BlobNotFoundError,
    SourceDamagedError,
    SourceFailedError,
    SourceRestsError,
    BackupError,
    ClockUnsureError,
    DamagedVideosError,
    DiskRefusesError,
    EditedCaptionsError,
    EngineError,
    FetchError,
    SignEngineError,
    ReplicationError,
    MediaError,
    MigrationNotFoundError,
    NoScratchRoomError,
    NobodyWorksError,
    NotYetError,
    PriceServiceError,
    ScrubRunningError,
    ProviderAwayError,
    ProviderNotBelievedError,
    ProviderRefusedError,
    RebuildRunningError,
    SchemaError,
    SignInExpiredError,
    StorageUnsupportedError,
    ToolMissingError,
    UnfetchableError,
    UnreadableFileError,
    UserCodeUnknownError,
    ReelgateError,
}


def routes_to_describe(app: Flask) -> set[str]:
    """The routes that the description must name, in its words: all that are no pages."""
    found = set()
    for rule in app.url_map.iter_rules():
        # With a slash at its end an address is another spelling, or a PUT without a name, which is refused.
        if rule.endpoint.split(".")[0] in PAGES or rule.endpoint == "description.docs" or rule.rule.endswith("/"):
            continue
        # Flask adds these by itself; a route of its own that is nothing else is found below.
        explicit = (rule.methods or set()) - {"HEAD", "OPTIONS"} or (rule.methods or set()) - {"OPTIONS"}
        found |= {f"{method} {address_of(rule)}" for method in explicit or {"OPTIONS"}}
    return found


def test_every_route_is_described_beside_its_handler(app: Flask) -> None:
    described = {each.replace(" /api/v1/", " /api/") for each in operations(app)}
    assert routes_to_describe(app) - described == set()
    assert described - routes_to_describe(app) == {"HEAD /api/videos/{video_id}/content", "HEAD /api/zip"}


def test_every_description_is_of_a_route(app: Flask) -> None:
    said = [operation.name for view in app.view_functions.values() for operation in said_of(view)]
    assert sorted(said) == sorted(operation.name for operation in operations(app).values())


def test_names_of_operations_are_unique() -> None:
    names = [operation.name for operation in operations(standard_app()).values()]
    assert len(names) == len(set(names))


def test_the_parameters_of_addresses_are_described() -> None:
    for key, operation in operations(standard_app()).items():
        named = set(re.findall(r"{(\w+)}", key))
        assert named == {each.name for each in operation.parameters if each.where == "path"}, key


def test_every_domain_error_has_an_example() -> None:
    kinds = domain_errors()
    expected = {(each.slug, each.status) for each in kinds if each not in INTERNAL}
    described = operations(standard_app()).values()
    shown = {(fault.slug, fault.status) for operation in described for fault in operation.faults}
    assert expected - shown == set()


def media() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in standard_document()["paths"].items():
        for method, operation in methods.items():
            bodies = {"request": operation.get("requestBody", {}), **operation["responses"]}
            for name, body in bodies.items():
                for content in body.get("content", {}).values():
                    yield f"{method} {path} {name}", content


def test_examples_are_what_their_schemas_say() -> None:
    checked, whole = 0, Draft202012Validator(standard_document())
    for where, content in media():
        schema = whole.evolve(schema=content["schema"])  # Its references are looked up in the whole.
        values = [content["example"]] if "example" in content else []
        values += [example["value"] for example in content.get("examples", {}).values()]
        for value in values:
            faults = [fault.message for fault in schema.iter_errors(value)]
            assert faults == [], where
            checked += 1
    assert checked > 50


def test_what_is_referred_to_exists() -> None:
    components = standard_document()["components"]
    found = set(re.findall(r"#/components/(\w+)/([\w-]+)", str(standard_document())))
    assert found
    assert {each for each in found if each[1] not in components[each[0]]} == set()


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_it_is_served(client: FlaskClient, accept: str) -> None:
    response = client.get("/api/openapi.json", headers={"Accept": accept})
    assert response.json == standard_document()
    assert response.mimetype == "application/json"


def test_the_page_shows_every_operation_and_needs_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/docs").get_data(as_text=True)
    for operation in operations(standard_app()).values():
        assert f'id="{operation.name}"' in page
    assert "<script>" not in page
    assert "style=" not in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_the_page_shows_members_in_their_order_and_code_as_code(client: FlaskClient) -> None:
    page = client.get("/docs").get_data(as_text=True)
    assert page.index('"id": "2026') < page.index('"title": "holiday film"')
    assert "<code>application/problem+json</code>" in page
    assert "`" not in page
