"""Addresses of the web, as strangers write them."""

from urllib.parse import urlsplit


def can_be_split(url: str) -> bool:
    """Whether an address has parts at all: `http://[` has none, and asking for them raises `ValueError`."""
    try:
        urlsplit(url)
    except ValueError:
        return False
    return True
