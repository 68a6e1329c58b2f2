"""What tests want to know of a Bicep file, read by the grammar that editors use."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_bicep.language()))


@dataclass(frozen=True)
class ModuleCall:
    """One module as another file uses it."""

    path: Path
    given: frozenset[str]
    """The names of the parameters that it is given."""


@dataclass(frozen=True)
class Bicep:
    """One parsed file."""

    path: Path

    @cached_property
    def root(self) -> Node:
        """The syntax tree."""
        return _PARSER.parse(self.path.read_bytes()).root_node

    @property
    def faults(self) -> list[str]:
        """Where the file is not Bicep: line and text."""
        wrong = (node for node in _walk(self.root) if node.is_error or node.is_missing)
        return [f"{self.path.name}:{node.start_point.row + 1}: {text(node)[:60]}" for node in wrong]

    @property
    def parameters(self) -> dict[str, bool]:
        """The parameters by name, and whether a caller has to give them."""
        declared = self._declared("parameter_declaration")
        return {name: "=" not in [text(part) for part in node.children] for name, node in declared.items()}

    @property
    def outputs(self) -> frozenset[str]:
        """The names of the outputs."""
        return frozenset(self._declared("output_declaration"))

    @property
    def modules(self) -> dict[str, ModuleCall]:
        """The modules that the file uses, by the names that it uses them under."""
        return {name: self._call(node) for name, node in self._declared("module_declaration").items()}

    def names(self) -> set[str]:
        """All that the file declares: parameters, variables, resources, modules and loop variables."""
        kinds = ("parameter_declaration", "variable_declaration", "resource_declaration", "module_declaration")
        declared = {name for kind in kinds for name in self._declared(kind)}
        loops = (node for node in _walk(self.root) if node.type == "for_statement")
        return declared | {text(part) for loop in loops for part in _before_in(loop)}

    def used(self) -> set[str]:
        """The names that expressions refer to, without functions and the names of properties."""
        return {text(node) for node in _walk(self.root) if node.type == "identifier" and _is_reference(node)}

    def used_outputs(self) -> set[tuple[str, str]]:
        """The outputs of modules that expressions refer to: (module, output)."""
        found = (text(node).split(".") for node in _walk(self.root) if node.type == "member_expression")
        return {(parts[0], parts[2]) for parts in found if len(parts) == 3 and parts[1] == "outputs"}

    def variable(self, name: str) -> dict[str, str]:
        """The properties of a variable that is an object: the text of each value by its name."""
        return _properties(_child(self._declared("variable_declaration")[name], "object"))

    def resource(self, name: str) -> dict[str, Any]:
        """What a resource is declared to be: objects and arrays as such, everything else as its source."""
        body = next(each for each in _walk(self._declared("resource_declaration")[name]) if each.type == "object")
        found = _value(body)
        assert isinstance(found, dict)
        return found

    @property
    def types(self) -> dict[str, str]:
        """The types of the resources, without their versions, by the names that the file uses."""
        declared = self._declared("resource_declaration")
        return {name: text(_child(node, "string")).strip("'").partition("@")[0] for name, node in declared.items()}

    def _call(self, node: Node) -> ModuleCall:
        path = self.path.parent / text(_child(node, "string")).strip("'")
        body = next(each for each in _walk(node) if each.type == "object")
        params = next(each for each in body.named_children if text(each.named_children[0]) == "params")
        return ModuleCall(path=path, given=frozenset(_properties(_child(params, "object"))))

    def _declared(self, kind: str) -> dict[str, Node]:
        return {text(_child(node, "identifier")): node for node in self.root.named_children if node.type == kind}


def text(node: Node) -> str:
    """The source of a node."""
    return (node.text or b"").decode()


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _child(node: Node, kind: str) -> Node:
    return next(each for each in node.named_children if each.type == kind)


def _properties(node: Node) -> dict[str, str]:
    pairs = (each.named_children for each in node.named_children if each.type == "object_property")
    return {text(name).strip("'"): text(value) for name, value in (pair for pair in pairs if len(pair) == 2)}


def _value(node: Node) -> Any:
    if node.type == "object":
        pairs = [each.named_children for each in node.named_children if each.type == "object_property"]
        return {text(pair[0]).strip("'"): _value(pair[1]) for pair in pairs if len(pair) == 2}
    if node.type == "array":
        return [_value(each) for each in node.named_children if each.type != "comment"]
    return text(node).strip("'") if node.type == "string" else text(node)


def _before_in(loop: Node) -> Iterator[Node]:
    for part in loop.children:
        if text(part) == "in":
            return
        yield from (each for each in _walk(part) if each.type in {"identifier", "loop_variable", "loop_enumerator"})


def _is_reference(node: Node) -> bool:
    parent = node.parent
    if parent is None or parent.type in {"call_expression", "decorator", "type"}:
        return False
    if parent.type.endswith("_declaration") and _child(parent, "identifier") == node:
        return False
    return not (parent.type == "object_property" and parent.named_children[0] == node)
