"""What can go wrong with a request to an address that somebody has named."""

from services.errors import ReelgateError


class AddressNotAllowedError(ReelgateError):
    """The address is none of the public network, or no address at all."""

    slug = "address-not-allowed"
    title = "Address not allowed"
    status = 400


class FetchError(ReelgateError):
    """Whoever was asked did not answer as hoped."""

    slug = "fetch-failed"
    title = "Could not be fetched"
    status = 502
