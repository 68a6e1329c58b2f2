"""What can go wrong with prices."""

from services.errors import ReelgateError


class PriceServiceError(ReelgateError):
    """The service that tells prices cannot be reached, or its answer is of no use."""

    slug = "price-service-failed"
    title = "No prices to be had"
    status = 502
