"""ETags as those write them who have files elsewhere: in quotes, or without."""


def bare_etag(etag: str) -> str:
    """Without its quotes. A weak one stays as it is: it is equal to itself alone."""
    return etag[1:-1] if len(etag) > 1 and etag.startswith('"') and etag.endswith('"') else etag


def same_etag(one: str, other: str) -> bool:
    """Whether both are of the same version."""
    return bare_etag(one) == bare_etag(other)
