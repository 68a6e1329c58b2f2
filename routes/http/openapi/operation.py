"""What the description says of one operation, beside the handler that does it, and how OpenAPI spells it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from itertools import groupby
from typing import Any, TypeVar

from msgspec import Struct

from routes.http.errors import problem_of
from services.errors import ReelgateError
from utils.problems import PROBLEM_CONTENT_TYPE, Problem

Schema = Mapping[str, Any]
Message = type[Struct] | Schema
"""A struct that describes itself, or what JSON Schema says of anything else."""

TEXT: Schema = {"type": "string"}
"""Any text."""

_View = TypeVar("_View", bound=Callable[..., Any])
_REQUEST_ID = "3f0c9d1e8a7b4c5d9e6f7a8b9c0d1e2f"
_SAID = "described_operations"


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


def path(name: str, about: str, *, schema: Schema = TEXT, example: Any = None) -> Parameter:
    """A part of the address."""
    return Parameter(name=name, where="path", about=about, schema=schema, example=example)


def query(name: str, about: str, *, schema: Schema = TEXT, example: Any = None) -> Parameter:
    """Something that may stand behind the question mark."""
    return Parameter(name=name, where="query", about=about, schema=schema, example=example)


def header(name: str, about: str, *, schema: Schema = TEXT, example: Any = None, required: bool = False) -> Parameter:
    """A header of the request."""
    return Parameter(name=name, where="header", about=about, schema=schema, example=example, required=required)


@dataclass(frozen=True)
class Body:
    """The body of a request."""

    schema: Message
    content_type: str = "application/json"
    _: KW_ONLY
    example: Any = None
    required: bool = True
    also: Schema = field(default_factory=dict)
    """What no struct can say of itself."""

    def spelt(self) -> dict[str, Any]:
        """The body as OpenAPI has it."""
        schema = {**_schema(self.schema), **self.also}
        return {"required": self.required, "content": _content(self.content_type, schema, self.example)}


@dataclass(frozen=True)
class Answer:
    """One way in which an operation succeeds."""

    status: int
    about: str
    _: KW_ONLY
    schema: Message | None = None
    content_type: str = "application/json"
    example: Any = None
    headers: Sequence[str] = ()
    """Names in `components/headers`; the request's id is in every answer."""
    also_as: tuple[str, ...] = ()
    """Content types of the same as a text, for those who ask for these."""

    def spelt(self) -> dict[str, Any]:
        """The answer as OpenAPI has it."""
        spelt: dict[str, Any] = {"description": self.about, "headers": _headers(self.headers)}
        if self.schema is not None:
            spelt["content"] = _content(self.content_type, _schema(self.schema), self.example)
            for other in self.also_as:
                spelt["content"] |= _content(other, TEXT, None)
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
    method: str | None = None
    """The only method that is meant; None for all that the handler's own routes name."""
    versioned: bool = False
    """Clients keep the address, so it is written with the version that they were made for."""
    parameters: Sequence[Parameter] = ()
    body: Body | None = None
    answers: Sequence[Answer]
    faults: Sequence[ReelgateError] = ()
    """Errors that it may answer with; each stands for its kind, and its sentence is the example."""

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


def operation(  # noqa: PLR0913 - one for each thing that can be said of an operation
    *,
    tag: str,
    curl: str,
    answers: Sequence[Answer],
    name: str = "",
    summary: str = "",
    about: str = "",
    parameters: Sequence[Parameter] = (),
    body: Body | None = None,
    faults: Sequence[ReelgateError] = (),
    method: str | None = None,
    versioned: bool = False,
) -> Callable[[_View], _View]:
    """Describe the handler below: what stands here is what `/api/openapi.json` and `/docs` say of its addresses.

    The name is that of the handler, and the summary its docstring's first line, where none is given. A handler of
    several addresses or methods has several descriptions: each belongs to the address that has its path parameters.
    """

    def describe(view: _View) -> _View:
        said = Operation(
            name=name or _camel_case(view.__name__),
            tag=tag,
            summary=summary or (view.__doc__ or "").split("\n")[0].removesuffix("."),
            about=about,
            curl=curl,
            method=method,
            versioned=versioned,
            parameters=parameters,
            body=body,
            answers=answers,
            faults=faults,
        )
        setattr(view, _SAID, (said, *said_of(view)))
        return view

    return describe


def said_of(view: object) -> tuple[Operation, ...]:
    """What the decorators of a handler say of it."""
    said: tuple[Operation, ...] = getattr(view, _SAID, ())
    return said


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def component(name: str) -> str:
    """The name in `components` of a struct's name, or of a reference to it: `VideoMessage` is shown as `Video`."""
    return name.removesuffix("Message")


def refusal(faults: Sequence[ReelgateError]) -> dict[str, Any]:
    """The answer of one status that stands for these faults, with an example of each."""
    examples = {
        fault.slug: {"summary": fault.title, "value": problem_of(fault, request_id=_REQUEST_ID)} for fault in faults
    }
    media = {"schema": _schema(Problem), "examples": examples}
    names = ["Retry-After"] if any(fault.retry_after for fault in faults) else []
    return {
        "description": "; ".join(dict.fromkeys(fault.title for fault in faults)) + ".",
        "headers": _headers(names),
        "content": {PROBLEM_CONTENT_TYPE: media, "text/html": {"schema": {"type": "string"}}},
    }


def _schema(message: Message) -> Schema:
    return {"$ref": f"#/components/schemas/{component(message.__name__)}"} if isinstance(message, type) else message


def _headers(names: Sequence[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-ID", *names)}


def _content(content_type: str, schema: Schema, example: Any) -> dict[str, Any]:
    media: dict[str, Any] = {"schema": dict(schema)}
    return {content_type: media if example is None else media | {"example": example}}
