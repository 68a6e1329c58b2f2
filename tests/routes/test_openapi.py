"""The description is equal to the routes, is OpenAPI 3.1, and its examples are what its schemas say."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from routes.openapi import document, operations
from services import errors
from services.errors import ReelgateError

PAGES = {"assets", "pages", "static"}
# Handed to no client: another error is raised in their place, or only commands meet them.
INTERNAL = {
    errors.BlobChangedError,
    errors.BlobNotFoundError,
    errors.RebuildRunningError,
    errors.StorageUnsupportedError,
    ReelgateError,
}


def described_routes(app: Flask) -> set[str]:
    """The routes that the description must name, in its words."""
    found = set()
    for rule in app.url_map.iter_rules():
        blueprint = rule.endpoint.split(".")[0]
        # With a slash at its end an address is another spelling, or a PUT without a name, which is refused.
        if blueprint in PAGES or rule.endpoint == "description.docs" or rule.rule.endswith("/"):
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        explicit = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if blueprint == "resumable" or path.endswith("/content"):
            explicit = rule.methods or set()
        found |= {f"{method} {path}" for method in explicit}
    return found


def test_it_describes_the_routes_that_are_there_and_no_others(app: Flask) -> None:
    routes = described_routes(app)
    # Flask answers these by itself.
    automatic = {each for each in routes if each.startswith("OPTIONS") and "uploads" not in each}
    assert operations().keys() == routes - automatic


def test_names_of_operations_are_unique() -> None:
    names = [operation.name for operation in operations().values()]
    assert len(names) == len(set(names))


def test_the_parameters_of_addresses_are_described() -> None:
    for key, operation in operations().items():
        named = set(re.findall(r"{(\w+)}", key))
        assert named == {each.name for each in operation.parameters if each.where == "path"}, key


def test_every_domain_error_has_an_example() -> None:
    kinds = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, ReelgateError)]
    expected = {(each.slug, each.status) for each in kinds if each not in INTERNAL}
    shown = {(fault.slug, fault.status) for operation in operations().values() for fault in operation.faults}
    assert expected - shown == set()


def media() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            bodies = {"request": operation.get("requestBody", {}), **operation["responses"]}
            for name, body in bodies.items():
                for content in body.get("content", {}).values():
                    yield f"{method} {path} {name}", content


def test_examples_are_what_their_schemas_say() -> None:
    checked = 0
    for where, content in media():
        schema = content["schema"] | {"components": document()["components"]}
        values = [content["example"]] if "example" in content else []
        values += [example["value"] for example in content.get("examples", {}).values()]
        for value in values:
            faults = [fault.message for fault in Draft202012Validator(schema).iter_errors(value)]
            assert faults == [], where
            checked += 1
    assert checked > 50


def test_what_is_referred_to_exists() -> None:
    components = document()["components"]
    found = set(re.findall(r"#/components/(\w+)/([\w-]+)", str(document())))
    assert found
    assert {each for each in found if each[1] not in components[each[0]]} == set()


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_it_is_served(client: FlaskClient, accept: str) -> None:
    response = client.get("/api/openapi.json", headers={"Accept": accept})
    assert response.json == document()
    assert response.mimetype == "application/json"


def test_the_page_shows_every_operation_and_needs_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/docs").get_data(as_text=True)
    for operation in operations().values():
        assert f'id="{operation.name}"' in page
    assert "<script>" not in page
    assert "style=" not in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_the_page_shows_members_in_their_order_and_code_as_code(client: FlaskClient) -> None:
    page = client.get("/docs").get_data(as_text=True)
    assert page.index('"id": "2026') < page.index('"title": "holiday film"')
    assert "<code>application/problem+json</code>" in page
    assert "`" not in page
