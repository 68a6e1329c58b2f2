"""What of the API's description would break a client, measured by the description of the last release.

A request may be asked for less and allowed more, an answer may say more and never less. Whatever cannot be judged here,
such as another pattern, counts as a change that breaks, so that somebody looks at it.

`python -m scripts.api_changes` shows what has changed. `python -m scripts.api_changes release` makes today's
description the released one; that belongs into the commit of a release.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

RELEASED = Path(__file__).resolve().parent.parent / "tests" / "routes" / "docs" / "released.json"
# Words for people, which may change at any time.
_WORDS = frozenset({"description", "summary", "title", "example", "examples", "x-codeSamples", "tags", "operationId"})
# Bounds of a request: it breaks a client when the one on the left is there and beyond what it was.
_UPPER = ("maximum", "maxLength", "maxItems", "maxProperties")
_LOWER = ("minimum", "minLength", "minItems", "minProperties")
_UNJUDGED = ("pattern", "format")

Shape = Mapping[str, Any]


def shape(document: Shape) -> dict[str, Any]:
    """A description without words and errors: only what a client can break on, with one spelling for each address."""
    paths = {
        path.replace("/api/v1/", "/api/"): {method: _operation(each) for method, each in methods.items()}
        for path, methods in document["paths"].items()
    }
    return {"paths": paths, "schemas": _without_words(document["components"]["schemas"], names=True)}


def breaking_changes(released: Shape, current: Shape) -> Iterator[str]:
    """A sentence for each change between two shapes that would break a client."""
    for path, methods in released["paths"].items():
        for method, old in methods.items():
            where = f"{method.upper()} {path}"
            if (new := current["paths"].get(path, {}).get(method)) is None:
                yield f"{where} is gone."
            else:
                comparison = _Comparison(released["schemas"], current["schemas"])
                yield from comparison.operation(where, old, new)


def _operation(described: Shape) -> dict[str, Any]:
    answers = {status: each for status, each in described["responses"].items() if int(status) < 400}
    kept = {"parameters": described["parameters"], "responses": answers}
    if "requestBody" in described:
        kept["requestBody"] = described["requestBody"]
    without: dict[str, Any] = _without_words(kept)
    return without


def _without_words(value: Any, *, names: bool = False) -> Any:
    """The value without words for people; where its keys are names of things, they stay whatever they are."""
    if isinstance(value, list):
        return [_without_words(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _without_words(each, names=key in {"properties", "headers", "content", "responses"} and not names)
        for key, each in value.items()
        if names or key not in _WORDS
    }


class _Comparison:
    """One operation as it was, beside what it is."""

    def __init__(self, old_schemas: Shape, new_schemas: Shape) -> None:
        self._old_schemas = old_schemas
        self._new_schemas = new_schemas
        self._open: set[tuple[str, str]] = set()
        """Names of schemas that are being compared: they may contain themselves."""

    def operation(self, where: str, old: Shape, new: Shape) -> Iterator[str]:
        yield from self._parameters(where, old, new)
        yield from self._body(where, old.get("requestBody"), new.get("requestBody"))
        for status, answer in old["responses"].items():
            if status not in new["responses"]:
                yield f"{where} no longer answers {status}."
            else:
                yield from self._answer(f"{where} → {status}", answer, new["responses"][status])

    def _parameters(self, where: str, old: Shape, new: Shape) -> Iterator[str]:
        before = {(each["in"], each["name"].lower()): each for each in old["parameters"]}
        after = {(each["in"], each["name"].lower()): each for each in new["parameters"]}
        for key, each in after.items():
            # The name of a part of the path is no client's business.
            if each["required"] and key[0] != "path" and not before.get(key, {}).get("required"):
                yield f"{where} needs the {key[0]} parameter {each['name']}, which could be left out."
        for key, each in before.items():
            if key in after:
                yield from self.taken(f"{where}: {each['name']}", each["schema"], after[key]["schema"])
            elif key[0] != "path":
                yield f"{where} no longer takes the {key[0]} parameter {each['name']}."

    def _body(self, where: str, old: Shape | None, new: Shape | None) -> Iterator[str]:
        if new is not None and new["required"] and not (old and old["required"]):
            yield f"{where} needs a body, which could be left out."
        if old is None:
            return
        for kind, media in old["content"].items():
            if new is None or kind not in new["content"]:
                yield f"{where} no longer takes a body of {kind}."
            else:
                yield from self.taken(f"{where}: body", media["schema"], new["content"][kind]["schema"])

    def _answer(self, where: str, old: Shape, new: Shape) -> Iterator[str]:
        for name in old.get("headers", {}):
            if name not in new.get("headers", {}):
                yield f"{where} no longer has the header {name}."
        for kind, media in old.get("content", {}).items():
            if kind not in new.get("content", {}):
                yield f"{where} is no longer {kind}."
            else:
                yield from self.given(where, media["schema"], new["content"][kind]["schema"])

    def taken(self, where: str, old: Shape, new: Shape) -> Iterator[str]:
        """What a client could send and now cannot."""
        yield from self._alternatives(where, old, new, taken=True)

    def given(self, where: str, old: Shape, new: Shape) -> Iterator[str]:
        """What a client could count on in an answer and now cannot."""
        yield from self._alternatives(where, old, new, taken=False)

    def _alternatives(self, where: str, old: Shape, new: Shape, *, taken: bool) -> Iterator[str]:
        """Each of what was taken must still be; each of what is given must have been."""
        pair = str(old.get("$ref")), str(new.get("$ref"))
        if "$ref" in old and pair in self._open:
            return
        self._open.add(pair)
        before, after = _each(old, self._old_schemas), _each(new, self._new_schemas)
        judge = self._request if taken else self._response
        if taken:
            found = [[list(judge(where, each, other)) for other in after] for each in before]
        else:
            found = [[list(judge(where, other, each)) for other in before] for each in after]
        for faults in found:
            yield from min(faults, key=len)
        self._open.discard(pair)

    def _request(self, where: str, old: Shape, new: Shape) -> Iterator[str]:
        if not _within(_types(old), _types(new)):
            yield f"{where} takes {_listed(_types(new))}, and took {_listed(_types(old)) or 'anything'}."
        before, after = _values(old), _values(new)
        if after is not None and (before is None or before - after):
            yield f"{where} takes nothing but {_listed(after)}."
        yield from _narrower_bounds(where, old, new)
        for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
            yield f"{where} needs {name}, which could be left out."
        if new.get("additionalProperties") is False and old.get("additionalProperties") is not False:
            yield f"{where} refuses fields that it does not know, which it ignored."
        for name, field in old.get("properties", {}).items():
            if name not in new.get("properties", {}):
                yield f"{where} no longer takes {name}."
            else:
                yield from self.taken(f"{where}.{name}", field, new["properties"][name])
        if "items" in old and "items" in new:
            yield from self.taken(f"{where}[]", old["items"], new["items"])

    def _response(self, where: str, old: Shape, new: Shape) -> Iterator[str]:
        if not _within(_types(new), _types(old)):
            yield f"{where} may be {_listed(_types(new)) or 'anything'}, and was {_listed(_types(old))}."
        before, after = _values(old), _values(new)
        if before is not None and (after is None or after - before):
            yield f"{where} may be more than {_listed(before)}."
        for name, field in old.get("properties", {}).items():
            if name not in new.get("properties", {}):
                yield f"{where}.{name} is gone."
                continue
            if name in old.get("required", ()) and name not in new.get("required", ()):
                yield f"{where}.{name} may be missing, and was always there."
            yield from self.given(f"{where}.{name}", field, new["properties"][name])
        if "items" in old and "items" in new:
            yield from self.given(f"{where}[]", old["items"], new["items"])


def _each(schema: Shape, schemas: Shape) -> list[Shape]:
    """The alternatives that a schema names, or itself."""
    if "$ref" in schema:
        return _each(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    alternatives = schema.get("anyOf") or schema.get("oneOf")
    return [each for one in alternatives for each in _each(one, schemas)] if alternatives else [schema]


def _types(schema: Shape) -> set[str]:
    """The types that a schema lets in; none named is all."""
    named = schema.get("type", [])
    return {named} if isinstance(named, str) else set(named)


def _narrower_bounds(where: str, old: Shape, new: Shape) -> Iterator[str]:
    for name in _UPPER:
        if name in new and new[name] < old.get(name, float("inf")):
            yield f"{where}: {name} is {new[name]}, and was {old.get(name, 'without end')}."
    for name in _LOWER:
        if name in new and new[name] > old.get(name, float("-inf")):
            yield f"{where}: {name} is {new[name]}, and was {old.get(name, 'not asked for')}."
    for name in _UNJUDGED:
        if name in new and new[name] != old.get(name):
            yield f"{where}: another {name}; see whether it takes all that the old one took."


def _within(needed: set[str], allowed: set[str]) -> bool:
    if "number" in allowed:
        allowed = allowed | {"integer"}
    return not allowed or (bool(needed) and needed <= allowed)


def _values(schema: Shape) -> set[Any] | None:
    """The only values that a schema lets in, if it names them."""
    if "const" in schema:
        return {schema["const"]}
    return set(schema["enum"]) if "enum" in schema else None


def _listed(values: set[Any]) -> str:
    return ", ".join(sorted(map(str, values)))


def described() -> dict[str, Any]:
    """The shape of today's description, as a server with the standard settings gives it."""
    from app import create_app  # noqa: PLC0415 - whoever only compares two shapes needs no app
    from config import Environment, Secret, Settings  # noqa: PLC0415
    from routes.docs.document import document  # noqa: PLC0415

    nowhere = Secret("UseDevelopmentStorage=true")  # Nothing is asked of it.
    settings = Settings(app_env=Environment.TESTING, azure_storage_connection_string=nowhere)
    app = create_app(settings)
    return shape(document(app, largest=settings.max_upload_bytes, extensions=settings.allowed_extensions))


def released() -> dict[str, Any]:
    """The shape of the last release's description."""
    shape_then: dict[str, Any] = json.loads(RELEASED.read_text())
    return shape_then


def as_text(shape_now: Shape) -> str:
    """A shape as it is kept: for a comparison line by line."""
    return json.dumps(shape_now, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Show what has changed, or make today's description the released one."""
    if sys.argv[1:] == ["release"]:
        RELEASED.write_text(as_text(described()))
        print(f"{RELEASED.name} describes the API as it is today.")
    elif changes := list(breaking_changes(released(), described())):
        sys.exit("\n".join(changes))


if __name__ == "__main__":
    main()
