"""A client that holds every answer of a real server to the description of its API."""

import re
from copy import copy
from typing import Any

import requests
from jsonschema import Draft202012Validator


class Described:
    """A client that holds every answer to the description."""

    def __init__(self, url: str, *, token: str = "") -> None:
        self.url = url
        self.as_me = {"Authorization": f"Bearer {token}"} if token else {}
        self.document: dict[str, Any] = requests.get(f"{url}/api/openapi.json", headers=self.as_me, timeout=10).json()
        self.met: set[tuple[str, int]] = set()
        """Operations, and how they were answered."""

    def of(self, token: str) -> "Described":
        """The same for whoever has that token, or for nobody; both count together what is met."""
        other = copy(self)
        other.as_me = {"Authorization": f"Bearer {token}"} if token else {}
        return other

    def ask(self, operation: str, status: int, *, names: dict[str, str] | None = None, **request: Any) -> Any:
        """Ask, expect the status, and check the answer; `names` fill the address, `request` goes to requests."""
        method, path = operation.split(" ")
        address = re.sub(r"{(\w+)}", lambda match: (names or {})[match[1]], path)
        url = self.url + address + request.pop("query", "")
        headers = self.as_me | request.pop("headers", {})
        response = requests.request(method, url, headers=headers, timeout=30, allow_redirects=False, **request)
        assert response.status_code == status, response.text
        described = self.document["paths"][path][method.lower()]["responses"][str(status)]
        self._check(response, described)
        self.met.add((operation, status))
        return response

    def _check(self, response: requests.Response, described: dict[str, Any]) -> None:
        assert set(described["headers"]) - {"Upload-Length", "Content-Location"} <= set(response.headers)
        if not response.content or "content" not in described:
            assert not response.content or response.is_redirect
            return
        kind = response.headers["Content-Type"].split(";")[0]
        if not kind.endswith("json"):
            assert {kind, f"{kind.partition('/')[0]}/*"} & set(described["content"]), kind
            return
        schema = described["content"][kind]["schema"] | {"components": self.document["components"]}
        Draft202012Validator(schema).validate(response.json())
