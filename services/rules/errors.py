"""What can go wrong with rules."""

from services.errors import ReelgateError


class InvalidRulesError(ReelgateError):
    """These cannot be rules; `errors` names the faulty field."""

    slug = "invalid-rules"
    title = "Invalid rules"
    status = 400


class RulesNotExportableError(ReelgateError):
    """Azure's lifecycle policy has no words for some of the rules; `errors` names them."""

    slug = "rules-not-exportable"
    title = "Rules that Azure does not know"
    status = 409
