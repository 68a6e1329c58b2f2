"""Rules in Azure's words, held to what Microsoft documents of management policies."""

from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from services.rules.azure_policy import policy_of
from services.rules.errors import RulesNotExportableError
from services.rules.rule import Rule

_DAYS = {"type": "number", "minimum": 0, "multipleOf": 1}
_ACTION = {
    "type": "object",
    "additionalProperties": False,
    # One run condition about days in an action.
    "minProperties": 1,
    "maxProperties": 1,
    "properties": {
        "daysAfterModificationGreaterThan": _DAYS,
        "daysAfterCreationGreaterThan": _DAYS,
        "daysAfterLastAccessTimeGreaterThan": _DAYS,
    },
}
SCHEMA = {
    "type": "object",
    "required": ["rules"],
    "additionalProperties": False,
    "properties": {
        "rules": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "items": {
                "type": "object",
                "required": ["name", "type", "definition"],
                "additionalProperties": False,
                "properties": {
                    "enabled": {"type": "boolean"},
                    "name": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,256}$"},
                    "type": {"const": "Lifecycle"},
                    "definition": {
                        "type": "object",
                        "required": ["actions", "filters"],
                        "additionalProperties": False,
                        "properties": {
                            "actions": {
                                "type": "object",
                                "additionalProperties": False,
                                "minProperties": 1,
                                "properties": {
                                    "baseBlob": {
                                        "type": "object",
                                        "additionalProperties": False,
                                        "minProperties": 1,
                                        "properties": {
                                            "tierToCool": _ACTION,
                                            "tierToCold": _ACTION,
                                            "tierToArchive": _ACTION,
                                            "delete": _ACTION,
                                        },
                                    }
                                },
                            },
                            "filters": {
                                "type": "object",
                                "required": ["blobTypes"],
                                "additionalProperties": False,
                                "properties": {
                                    "blobTypes": {
                                        "type": "array",
                                        "minItems": 1,
                                        "items": {"enum": ["blockBlob", "appendBlob"]},
                                    },
                                    "prefixMatch": {
                                        "type": "array",
                                        "maxItems": 10,
                                        # A container comes first.
                                        "items": {"type": "string", "pattern": "^[a-z0-9](-?[a-z0-9])+/"},
                                    },
                                },
                            },
                        },
                    },
                },
            },
        }
    },
}
"""The parts of `ManagementPolicySchema` that are used here, with the limits of the lifecycle documents."""


def rule(name: str = "Old", tier: str | None = "cool", **when: Any) -> Rule:
    then = {"tier": tier} if tier else {"trash": True}
    return msgspec.convert({"name": name, "when": when, "then": then}, type=Rule)


def exported(*rules: Rule) -> Any:
    return msgspec.json.decode(msgspec.json.encode(policy_of(rules, container="videos")))


@pytest.mark.parametrize("tier", ["cool", "cold", "archive"])
@pytest.mark.parametrize("when", [{"older_than_days": 30}, {"not_watched_days": 365}])
def test_what_is_exported_is_what_the_service_takes(tier: str, when: dict[str, Any]) -> None:
    policy = exported(rule(tier=tier, **when), rule("Größe: alt & kalt", tier=tier, **when))
    Draft202012Validator(SCHEMA).validate(policy)
    [[action]] = [list(each["definition"]["actions"]["baseBlob"]) for each in policy["rules"][:1]]
    assert action == f"tierTo{tier.capitalize()}"


def test_the_policy_is_of_the_videos_alone_and_says_when() -> None:
    [found] = exported(rule(older_than_days=90))["rules"]
    assert found["definition"]["filters"] == {"blobTypes": ["blockBlob"], "prefixMatch": ["videos/"]}
    assert found["definition"]["actions"] == {"baseBlob": {"tierToCool": {"daysAfterCreationGreaterThan": 90}}}


def test_the_policy_is_of_persons_containers_too_where_there_are_some() -> None:
    [found] = policy_of([rule(older_than_days=90)], container="videos", has_homes=True).rules
    # With a slash at its end, a prefix is of that container alone: `videos-uploads` must stay outside.
    assert found.definition.filters.prefix_match == ("videos/", "videos-p-")


def test_names_are_told_apart_in_azures_letters() -> None:
    names = [
        each["name"]
        for each in exported(*(rule(name, older_than_days=1) for name in ("a b", "A-b", "ü", "ß")))["rules"]
    ]
    assert len({name.casefold() for name in names}) == 4
    Draft202012Validator(SCHEMA).validate(exported(rule("x" * 100, older_than_days=1)))


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (rule(tag="drafts"), "tags"),
        (rule(collection="c1"), "collections"),
        (rule(larger_than=1), "size"),
        (rule(tier=None, older_than_days=30), "trash"),
        (rule(older_than_days=1, not_watched_days=1), "one condition"),
    ],
)
def test_what_azure_has_no_words_for_is_named(odd: Rule, why: str) -> None:
    with pytest.raises(RulesNotExportableError, match=why) as refusal:
        policy_of([rule("Fine", older_than_days=1), odd], container="videos")
    assert [each["field"] for each in refusal.value.errors] == [odd.name]
