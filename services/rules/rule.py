"""What a rule is: conditions that must all hold, and what is done then. The API, the table and the page share it."""

import hashlib
from collections.abc import Collection, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from services.rules.errors import InvalidRulesError
from services.videos.tier import Tier
from utils.validators import MAX_TAG

MOST_RULES = 100
"""As many as Azure's policy may have."""
MOST_DAYS = 36_500
_LARGEST = 2**53

Days = Annotated[int, Meta(ge=1, le=MOST_DAYS)]
ColderTier = Literal["cool", "cold", "archive"]


class When(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """All that must hold of a video; at least one thing."""

    older_than_days: Annotated[Days | None, Meta(description="Uploaded so long ago.")] = None
    not_watched_days: Annotated[
        Days | None,
        Meta(description="Neither watched nor downloaded for so long, nor uploaded since; noted to the day."),
    ] = None
    tag: Annotated[Annotated[str, Meta(min_length=1, max_length=MAX_TAG)] | None, Meta(description="Has this tag.")] = (
        None
    )
    collection: Annotated[
        Annotated[str, Meta(min_length=1, max_length=64)] | None,
        Meta(
            description="Is in the collection of this id, which must be there when a rule names it first; holds of "
            "nothing once it is in the trash, or gone."
        ),
    ] = None
    larger_than: Annotated[
        Annotated[int, Meta(ge=0, le=_LARGEST)] | None, Meta(description="Has more bytes than this.")
    ] = None

    @property
    def is_empty(self) -> bool:
        """Whether it would hold of everything."""
        said = (self.older_than_days, self.not_watched_days, self.tag, self.collection, self.larger_than)
        return all(each is None for each in said)


class Then(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is done: one of both."""

    tier: Annotated[
        ColderTier | None, Meta(description="Keep it there; what is as cold already, or colder, stays where it is.")
    ] = None
    trash: Annotated[bool, Meta(description="Move it to the trash, which is emptied after its days.")] = False


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule."""

    name: Annotated[str, Meta(min_length=1, max_length=100, description="Told apart by it; each once.")]
    when: When
    then: Then
    enabled: bool = True


class RuleSet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All rules. Where several hold of a video, the trash goes before tiers, and the colder tier before the other."""

    rules: Annotated[tuple[Rule, ...], Meta(max_length=MOST_RULES)]

    @property
    def etag(self) -> str:
        """Their version, in its quotes."""
        return f'"{hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:32]}"'


def checked(rules: RuleSet, *, known: RuleSet, collections: Collection[str]) -> RuleSet:
    """The rules, where they make sense; raises `InvalidRulesError`, which names every faulty field.

    They may name these collections, and those of the `known` rules, which may be gone by now.
    """
    named = {*collections, *(rule.when.collection for rule in known.rules)}
    faults = [*_doubled(rules.rules)]
    for number, rule in enumerate(rules.rules):
        if not rule.name.strip():
            faults.append(_fault(number, "name", "Expected something that can be read"))
        if rule.when.is_empty:
            faults.append(_fault(number, "when", "Expected at least one condition"))
        if rule.when.tag is not None and not rule.when.tag.strip():
            faults.append(_fault(number, "when.tag", "Expected something that can be read"))
        if rule.when.collection is not None and rule.when.collection not in named:
            faults.append(_fault(number, "when.collection", "There is no collection of that id"))
        if (rule.then.tier is None) != rule.then.trash:
            faults.append(_fault(number, "then", "Expected a tier, or trash"))
    if faults:
        raise InvalidRulesError(f"{faults[0]['field']}: {faults[0]['reason']}.", errors=faults)
    return rules


def is_stronger(then: Then, than: Then) -> bool:
    """Whether the first goes before the second, where both hold."""
    order = [*(tier.value for tier in Tier), "trash"]
    return order.index(_place(then)) > order.index(_place(than))


def _place(then: Then) -> str:
    return "trash" if then.trash or then.tier is None else then.tier


def _doubled(rules: Sequence[Rule]) -> list[dict[str, str]]:
    names = [rule.name.strip().casefold() for rule in rules]
    return [
        _fault(number, "name", "Another rule has this name")
        for number, name in enumerate(names)
        if name in names[:number]
    ]


def _fault(number: int, field: str, reason: str) -> dict[str, str]:
    return {"field": f"rules[{number}].{field}", "reason": reason}
