"""Rules, held to their description on a real server."""

from tests.described_answers import Described

_RULE = {"name": "Old films", "when": {"older_than_days": 365}, "then": {"tier": "cold"}}
_TAGGED = {"name": "Drafts", "when": {"tag": "drafts"}, "then": {"trash": True}}


def meet_rules(api: Described) -> None:
    """Set rules, try them out, and have them as Azure wants them."""
    api.ask("PUT /api/storage/rules", 200, json={"rules": [_RULE, _TAGGED]})
    api.ask("PUT /api/storage/rules", 400, json={"rules": [{**_RULE, "when": {}}]})
    api.ask("GET /api/storage/rules", 200)
    api.ask("PUT /api/storage/rules", 412, json={"rules": []}, headers={"If-Match": '"other"'})
    api.ask("POST /api/storage/rules/preview", 200, json={"rules": [_RULE]})
    api.ask("POST /api/storage/rules/preview", 400, json={"rules": [_RULE, _RULE]})
    api.ask("GET /api/storage/rules/azure", 409)
    api.ask("PUT /api/storage/rules", 200, json={"rules": [_RULE]})
    api.ask("GET /api/storage/rules/azure", 200)
    api.ask("PUT /api/storage/rules", 200, json={"rules": []})
