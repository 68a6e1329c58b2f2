"""The page of rules; it works without scripts."""

from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Blueprint, redirect, url_for
from msgspec.structs import replace
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.site.pages import prepare_pages, show_page
from services.rules.errors import InvalidRulesError
from services.rules.rule import Rule, RuleSet
from services.rules.rules import Preview
from utils.validators import MAX_TAG

blueprint = Blueprint("rule_pages", __name__)
prepare_pages(blueprint)

_MEGABYTE = 1_000_000
_FIELDS = ("name", "older_than_days", "not_watched_days", "tag", "collection", "larger_than", "then")


@dataclass(frozen=True, kw_only=True)
class TriedOut:
    """What a form's rule would do, or all of them."""

    name: str | None
    """None for all."""
    preview: Preview | None
    fault: str | None = None
    """Why it is no rule."""


@blueprint.get("/storage/rules")
def page() -> Response:
    """The rules."""
    return _shown()


@blueprint.post("/storage/rules")
def change() -> Response:
    """Add, switch or remove a rule, or try one or all of them out."""
    fields, rules, by = read_form(), services().rules.rules, current_actor()
    name = fields.get("name")
    match fields.get("action"):
        case "try-all":
            return _shown(tried=TriedOut(name=None, preview=rules.preview(rules.get(by=by), by=by)))
        case "try":
            return _tried(fields)
        case "add":
            new = _rule(fields)
            rules.change(lambda known: RuleSet(rules=(*known.rules, new)), by=by)
        case "remove":
            rules.change(lambda known: RuleSet(rules=tuple(each for each in known.rules if each.name != name)), by=by)
        case "switch-on" | "switch-off" as action:
            rules.change(lambda known: _switched(known, name, enabled=action == "switch-on"), by=by)
        case _:
            raise InvalidRulesError("The form must say what to do: try, try-all, add, remove, switch-on or switch-off.")
    return redirect(url_for("rule_pages.page"), code=303)


def _shown(*, tried: TriedOut | None = None, fields: MultiDict[str, str] | None = None) -> Response:
    by = current_actor()
    given = {name: fields.get(name, "") if fields else "" for name in _FIELDS}
    return show_page(
        "rules/rules.html",
        rules=services().rules.rules.get(by=by).rules,
        tried=tried,
        given=given,
        longest_tag=MAX_TAG,
        collections=services().collections.collections.titles(by=by),
    )


def _tried(fields: MultiDict[str, str]) -> Response:
    """The page with what the form's rule would do, and the form as it was."""
    try:
        rule = _rule(fields)
        preview = services().rules.rules.preview(RuleSet(rules=(rule,)), by=current_actor())
    except InvalidRulesError as error:
        return _shown(tried=TriedOut(name=None, preview=None, fault=error.detail), fields=fields)
    return _shown(tried=TriedOut(name=rule.name, preview=preview), fields=fields)


def _switched(known: RuleSet, name: str | None, *, enabled: bool) -> RuleSet:
    return RuleSet(rules=tuple(replace(each, enabled=enabled) if each.name == name else each for each in known.rules))


def _rule(fields: MultiDict[str, str]) -> Rule:
    """The rule that a form says; what is wrong with its numbers is said here, and the rest where rules are checked."""
    when: dict[str, Any] = {name: _number(fields, name) for name in ("older_than_days", "not_watched_days")}
    size = _number(fields, "larger_than")
    when["larger_than"] = None if size is None else size * _MEGABYTE
    when["tag"] = fields.get("tag", "").strip() or None
    when["collection"] = fields.get("collection") or None
    to = fields.get("then", "")
    said = {
        "name": fields.get("name", "").strip(),
        "when": when,
        "then": {"trash": True} if to == "trash" else {"tier": to},
    }
    try:
        return msgspec.convert(said, type=Rule)
    except msgspec.ValidationError as error:
        raise InvalidRulesError(f"{error}.") from error


def _number(fields: MultiDict[str, str], name: str) -> int | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise InvalidRulesError(
            f"{name}: Expected a whole number.", errors=[{"field": name, "reason": "Expected a whole number"}]
        )
    return int(text)
