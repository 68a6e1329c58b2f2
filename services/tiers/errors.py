"""What can go wrong with tiers."""

from services.errors import ReelgateError


class InvalidTierError(ReelgateError):
    """There is no such tier, or no such priority; `errors` names the field."""

    slug = "invalid-tier"
    title = "Invalid tier"
    status = 400


class TierRefusedError(ReelgateError):
    """Storage does not keep the video there: the account lacks the tier, or its redundancy does."""

    slug = "tier-refused"
    title = "Storage refuses this tier"
    status = 409


class NotArchivedError(ReelgateError):
    """The video is not in the archive, so there is nothing to bring back."""

    slug = "not-archived"
    title = "Not in the archive"
    status = 409
