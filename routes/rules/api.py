"""Rules over HTTP: read, changed, tried out, and handed over to Azure."""

from typing import Annotated

from flask import Blueprint, Response
from msgspec import Meta, Struct

from routes.http.actors import current_actor
from routes.http.conditions import asked_condition
from routes.http.messages import fresh, read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, header, operation
from routes.http.wiring import services
from services.library.written_records import changed
from services.rules.azure_policy import Policy, policy_of
from services.rules.errors import InvalidRulesError, RulesNotExportableError
from services.rules.rule import Rule, RuleSet, Then, When

blueprint = Blueprint("rules", __name__, url_prefix="/api/storage/rules")

_TAG = "Storage"
_IF_MATCH = header("If-Match", "Replace this version of the rules only: the `ETag` of an answer with them.")
_LARGEST = 128 * 1024
_OLD = Rule(name="Old films", when=When(older_than_days=365, not_watched_days=180), then=Then(tier="cold"))
_EXPORTED = Rule(name="Old films", when=When(older_than_days=365), then=Then(tier="cold"))
_EXAMPLE = RuleSet(rules=(_OLD,))
_INVALID = InvalidRulesError(
    "rules[0].when: Expected at least one condition.",
    errors=[{"field": "rules[0].when", "reason": "Expected at least one condition"}],
)
_CHANGING = (_INVALID, faults.LIST_DOWN, faults.DATABASE_DOWN, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA)


class PreviewMessage(Struct, frozen=True, kw_only=True):
    """What the rules would do now."""

    videos: int
    bytes: int
    saves_per_month: Annotated[
        float | None, Meta(description="Below zero where it costs more; null where a price is not known.")
    ]
    currency: str | None


@blueprint.get("")
@operation(
    name="getRules",
    tag=_TAG,
    summary="The rules of what is stored",
    about="For managers. Housekeeping applies them once an hour, to 500 videos at a time. Nothing is done with what is "
    "in the trash, on legal hold or in the archive, was watched, downloaded or taken out of the trash within the last "
    "two days, or was put into its tier within the last 30. No rule makes anything warmer, and one whose tier storage "
    "refuses five times waits for the next hour.",
    curl='curl "$URL/api/storage/rules"',
    answers=[Answer(200, "All of them.", schema=RuleSet, example=_EXAMPLE, headers=["ETag"])],
    faults=[faults.DATABASE_DOWN],
)
def get_rules() -> Response:
    """All rules."""
    return _versioned(services().rules.rules.get(by=current_actor()))


@blueprint.put("")
@operation(
    name="setRules",
    tag=_TAG,
    summary="Replace the rules",
    about="Each has at least one condition, all of which must hold, and a tier or the trash. Where several rules "
    "hold of a video, the trash goes before tiers, and the colder tier before the other. Try them out first.",
    curl='curl -X PUT -H "Content-Type: application/json" -d \'{"rules": [{"name": "Old films", '
    '"when": {"older_than_days": 365}, "then": {"tier": "cold"}}]}\' "$URL/api/storage/rules"',
    parameters=[_IF_MATCH],
    body=Body(RuleSet, example=_EXAMPLE),
    answers=[Answer(200, "They are in force.", schema=RuleSet, example=_EXAMPLE, headers=["ETag"])],
    faults=[*_CHANGING, changed()],
)
def set_rules() -> Response:
    """Have other rules."""
    asked = read_message(RuleSet, refuse=InvalidRulesError, largest=_LARGEST)
    return _versioned(services().rules.rules.put(asked, by=current_actor(), condition=asked_condition()))


@blueprint.post("/preview")
@operation(
    name="previewRules",
    tag=_TAG,
    summary="What rules would do",
    about="It takes what PUT takes, and changes nothing. What moving the videos costs once, and fees for leaving a "
    "tier early, are not in what is saved.",
    curl='curl -H "Content-Type: application/json" -d \'{"rules": [{"name": "Old films", '
    '"when": {"older_than_days": 365}, "then": {"tier": "cold"}}]}\' "$URL/api/storage/rules/preview"',
    body=Body(RuleSet, example=_EXAMPLE),
    answers=[
        Answer(
            200,
            "What they would do if they were applied now.",
            schema=PreviewMessage,
            example=PreviewMessage(videos=1204, bytes=3_100_000_000_000, saves_per_month=52.1, currency="EUR"),
        )
    ],
    faults=_CHANGING,
)
def preview_rules() -> Response:
    """Try rules out."""
    asked = read_message(RuleSet, refuse=InvalidRulesError, largest=_LARGEST)
    found = services().rules.rules.preview(asked, by=current_actor())
    saves = None if found.saves is None else round(found.saves, 2)
    return fresh(
        show(PreviewMessage(videos=found.videos, bytes=found.size, saves_per_month=saves, currency=found.currency))
    )


@blueprint.get("/azure")
@operation(
    name="exportRules",
    tag=_TAG,
    summary="The rules as Azure's lifecycle policy",
    about="The enabled rules, as `az storage account management-policy create --policy` takes them. Azure has no "
    "words for tags of ours, for sizes, for the trash, nor for two conditions about days in one rule: then it"
    " is 409, which names those rules. `not_watched_days` needs an account that tracks the last access, and "
    "counts what anybody reads of the blob. Azure knows nothing of legal holds here, nor of what is being "
    "watched: rules with the trash stay ours. Switch the rules off here, or both will apply them.",
    curl='curl "$URL/api/storage/rules/azure"',
    answers=[Answer(200, "The policy.", schema=Policy, example=policy_of([_EXPORTED], container="videos"))],
    faults=[
        RulesNotExportableError(
            "Azure's lifecycle policy has no words for the rule “Drafts”: Azure knows index tags alone, not these.",
            errors=[{"field": "Drafts", "reason": "Azure knows index tags alone, not these"}],
        ),
        faults.DATABASE_DOWN,
    ],
)
def azure_policy() -> Response:
    """The policy."""
    return fresh(show(services().rules.rules.azure(by=current_actor())))


def _versioned(rules: RuleSet) -> Response:
    response = fresh(show(rules))
    response.headers["ETag"] = rules.etag
    return response
