"""A small tree of an XML document that strangers have written: no document types, so no entities of theirs."""

from collections.abc import Iterator
from dataclasses import dataclass, field

# Entities need a document type, and one is refused before anything of it is read.
from xml.parsers import expat

_DEEPEST = 100
_MOST = 200_000
"""Elements and attributes: each costs a hundred times what it is long."""


@dataclass(slots=True)
class Element:
    """One element; a name in a namespace has that before it, and a space between."""

    name: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def all(self, name: str) -> Iterator["Element"]:
        """The children of that name."""
        return (each for each in self.children if each.name == name)

    def first(self, name: str) -> "Element | None":
        """The first child of that name."""
        return next(self.all(name), None)

    def text_of(self, name: str) -> str:
        """The text of the first child of that name; empty where there is none."""
        found = self.first(name)
        return "" if found is None else "".join(found.texts).strip()

    def get(self, attribute: str) -> str:
        """What the attribute says; empty where it is not there."""
        return self.attributes.get(attribute, "")


def parsed(body: bytes) -> Element:
    """The root; raises `ValueError` where the document is not well-formed, too deep or full, or has a document type."""
    top = Element("", {})
    stack = [top]
    count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1 + len(attributes)
        if count > _MOST:
            raise ValueError("It has too many elements.")
        if len(stack) > _DEEPEST:
            raise ValueError("It is too deep.")
        element = Element(name, attributes)
        stack[-1].children.append(element)
        stack.append(element)

    def say(text: str) -> None:
        stack[-1].texts.append(text)

    def refuse(*_: object) -> None:
        raise ValueError("Document types are not read.")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: stack.pop()
    parser.CharacterDataHandler = say
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(body, True)  # noqa: FBT003 - the parser's own way to say that this is all
    except (expat.ExpatError, LookupError) as error:
        raise ValueError("It is no XML.") from error
    return top.children[0]
