"""What the description says of one operation, and how OpenAPI spells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from routes.openapi.faults import Fault
from utils.problems import PROBLEM_CONTENT_TYPE

Schema = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """Something that a request says beside its body."""

    name: str
    where: str
    """`path`, `query` or `header`."""
    about: str
    schema: Schema
    example: Any = None
    required: bool = False

    def spelt(self) -> dict[str, Any]:
        """The parameter as OpenAPI has it."""
        spelt = {
            "name": self.name,
            "in": self.where,
            "description": self.about,
            "required": self.required or self.where == "path",
            "schema": dict(self.schema),
        }
        return spelt if self.example is None else spelt | {"example": self.example}


@dataclass(frozen=True, kw_only=True)
class Body:
    """The body of a request."""

    content_type: str
    schema: Schema
    example: Any = None
    required: bool = True

    def spelt(self) -> dict[str, Any]:
        """The body as OpenAPI has it."""
        return {"required": self.required, "content": _content(self.content_type, self.schema, self.example)}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One way in which an operation succeeds."""

    status: int
    about: str
    schema: Schema | None = None
    content_type: str = "application/json"
    example: Any = None
    headers: Sequence[str] = ()
    """Names in `components/headers`; the request's id is in every answer."""

    def spelt(self) -> dict[str, Any]:
        """The answer as OpenAPI has it."""
        spelt: dict[str, Any] = {"description": self.about, "headers": _headers(self.headers)}
        if self.schema is not None:
            spelt["content"] = _content(self.content_type, self.schema, self.example)
        return spelt


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method of one address."""

    name: str
    tag: str
    summary: str
    about: str = ""
    curl: str
    """How to ask from a shell; `$URL` is the server."""
    parameters: Sequence[Parameter] = ()
    body: Body | None = None
    answers: Sequence[Answer]
    faults: Sequence[Fault] = ()

    def spelt(self) -> dict[str, Any]:
        """The operation as OpenAPI has it."""
        spelt: dict[str, Any] = {
            "operationId": self.name,
            "tags": [self.tag],
            "summary": self.summary,
            "description": self.about or self.summary,
            "parameters": [parameter.spelt() for parameter in self.parameters],
            "responses": self._responses(),
            "x-codeSamples": [{"lang": "Shell", "source": self.curl}],
        }
        return spelt if self.body is None else spelt | {"requestBody": self.body.spelt()}

    def _responses(self) -> dict[str, Any]:
        responses = {str(answer.status): answer.spelt() for answer in self.answers}
        faults = sorted(self.faults, key=lambda fault: fault.status)
        for status, group in groupby(faults, key=lambda fault: fault.status):
            responses[str(status)] = refusal(list(group))
        return responses


def ref(model: str) -> Schema:
    """The schema that `components` holds under that name."""
    return {"$ref": f"#/components/schemas/{model}"}


def refusal(faults: Sequence[Fault]) -> dict[str, Any]:
    """The answer of one status that stands for these faults, with an example of each."""
    examples = {fault.slug: {"summary": fault.title, "value": fault.example()} for fault in faults}
    media = {"schema": ref("Problem"), "examples": examples}
    names = ["Retry-After"] if any(fault.retry_after for fault in faults) else []
    return {
        "description": "; ".join(dict.fromkeys(fault.title for fault in faults)) + ".",
        "headers": _headers(names),
        "content": {PROBLEM_CONTENT_TYPE: media, "text/html": {"schema": {"type": "string"}}},
    }


def _headers(names: Sequence[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-ID", *names)}


def _content(content_type: str, schema: Schema, example: Any) -> dict[str, Any]:
    media: dict[str, Any] = {"schema": dict(schema)}
    return {content_type: media if example is None else media | {"example": example}}
