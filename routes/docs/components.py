"""The JSON schemas of all messages that operations name."""

from collections.abc import Iterable
from ipaddress import IPv4Address
from typing import Any

from msgspec.json import schema_components

from routes.http.openapi.operation import Operation, component
from utils.problems import Problem


def schemas(operations: Iterable[Operation]) -> dict[str, Any]:
    """The schemas by their names in `components`."""
    kinds: dict[type, None] = {}
    for operation in operations:
        said = [answer.schema for answer in operation.answers] + ([operation.body.schema] if operation.body else [])
        kinds |= {each: None for each in said if isinstance(each, type)}
    _, found = schema_components([*kinds, Problem], schema_hook=_of_address, ref_template="#/components/schemas/{name}")
    return {component(name): _renamed(schema) for name, schema in found.items()}


def _renamed(schema: Any) -> Any:
    """The schema, with every struct under the name that it has in `components`."""
    if isinstance(schema, list):
        return [_renamed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: component(value) if key in {"$ref", "title"} and isinstance(value, str) else _renamed(value)
        for key, value in schema.items()
    }


def _of_address(kind: type) -> dict[str, Any]:
    if kind is not IPv4Address:
        raise NotImplementedError
    return {"type": "string", "format": "ipv4"}
