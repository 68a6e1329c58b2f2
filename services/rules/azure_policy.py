"""Rules as the lifecycle policy of an Azure storage account: what the service takes as `properties.policy`.

Azure counts days since a blob was modified or created, or was read where the account tracks that, and knows index tags
and the beginnings of names. It knows neither tags, collections nor sizes of ours. Its deleting is no moving to
our trash, so a rule that trashes stays ours. A rule of the policy ends neither at a hold nor at what is being watched.
"""

import re
from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from services.rules.errors import RulesNotExportableError
from services.rules.rule import Rule

_NAME = re.compile(r"[^A-Za-z0-9-]+")


class AfterDays(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """When something is done with a blob; one of both."""

    days_after_creation_greater_than: int | None = None
    days_after_last_access_time_greater_than: Annotated[
        int | None, Meta(description="The account must track the last access.")
    ] = None


class BaseBlob(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What is done with a blob itself."""

    tier_to_cool: AfterDays | None = None
    tier_to_cold: AfterDays | None = None
    tier_to_archive: AfterDays | None = None


class Actions(Struct, frozen=True, kw_only=True, rename="camel"):
    """What is done."""

    base_blob: BaseBlob


class Filters(Struct, frozen=True, kw_only=True, rename="camel"):
    """With which blobs."""

    blob_types: tuple[str, ...]
    prefix_match: tuple[str, ...]


class PolicyDefinition(Struct, frozen=True, kw_only=True):
    """What a rule of Azure's does, and with what."""

    actions: Actions
    filters: Filters


class PolicyRule(Struct, frozen=True, kw_only=True):
    """One rule of Azure's."""

    name: str
    enabled: bool
    type: str
    definition: PolicyDefinition


class Policy(Struct, frozen=True, kw_only=True):
    """The policy, as `az storage account management-policy create --policy` takes it."""

    rules: tuple[PolicyRule, ...]


def policy_of(rules: Sequence[Rule], *, container: str, has_homes: bool = False) -> Policy:
    """The rules in Azure's words, for the blobs of that container; raises `RulesNotExportableError`.

    With `has_homes`, for those of all persons' containers beside it too: without a slash at its end, what is matched is
    the beginning of containers' names, so that those of persons to come are among them.
    """
    prefixes = (f"{container}/", *([f"{container}-p-"] if has_homes else []))
    faults = [{"field": rule.name, "reason": reason} for rule in rules if (reason := _why_not(rule)) is not None]
    if faults:
        raise RulesNotExportableError(
            f"Azure's lifecycle policy has no words for the rule “{faults[0]['field']}”: {faults[0]['reason']}. "
            "Switch such rules off to export the others; Reelgate applies all of them itself.",
            errors=faults,
        )
    names = _names([rule.name for rule in rules])
    return Policy(rules=tuple(_rule(rule, name, prefixes=prefixes) for rule, name in zip(rules, names, strict=True)))


def _why_not(rule: Rule) -> str | None:
    when = rule.when
    if rule.then.trash:
        return "Azure deletes for good, and knows nothing of the trash"
    if when.tag is not None:
        return "Azure knows index tags alone, not these"
    if when.collection is not None:
        return "Azure knows no collections"
    if when.larger_than is not None:
        return "Azure does not ask for the size"
    if when.older_than_days is not None and when.not_watched_days is not None:
        return "Azure takes one condition about days in a rule"
    return None


def _rule(rule: Rule, name: str, *, prefixes: tuple[str, ...]) -> PolicyRule:
    when = rule.when
    after = AfterDays(
        days_after_creation_greater_than=when.older_than_days,
        days_after_last_access_time_greater_than=when.not_watched_days,
    )
    blob = BaseBlob(**{f"tier_to_{rule.then.tier}": after})
    return PolicyRule(
        name=name,
        enabled=True,
        type="Lifecycle",
        definition=PolicyDefinition(
            actions=Actions(base_blob=blob),
            filters=Filters(blob_types=("blockBlob",), prefix_match=prefixes),
        ),
    )


def _names(names: Sequence[str]) -> list[str]:
    """The names in letters that Azure takes, each another."""
    found: list[str] = []
    for number, name in enumerate(names, start=1):
        plain = _NAME.sub("-", name).strip("-")[:200] or "rule"
        found.append(plain if plain.casefold() not in {each.casefold() for each in found} else f"{plain}-{number}")
    return found
