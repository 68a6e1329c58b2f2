"""The site as browsers know it, for passkeys."""

import ipaddress

from flask import request

from services.accounts.errors import InvalidFactorError
from services.accounts.factors.credential import Site
from utils.hosts import without_port


def site_or_none() -> Site | None:
    """The site that the current request was sent to, under a name that ALLOWED_HOSTS has; None for a bare address."""
    host = without_port(request.host).lower()
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    else:
        return None
    # Browsers know passkeys on https alone, and on localhost.
    is_local = host == "localhost" or host.endswith(".localhost")
    schemes = ("https", "http") if is_local else ("https",)
    return Site(host=host, origins=frozenset(f"{scheme}://{request.host.lower()}" for scheme in schemes))


def current_site() -> Site:
    """The same; raises `InvalidFactorError` where there are no passkeys."""
    site = site_or_none()
    if site is None:
        raise InvalidFactorError("Passkeys need a site with a name, and not an address in numbers.")
    return site
