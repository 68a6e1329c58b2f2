"""Whether a page of another origin has sent a request: then nothing counts that browsers add by themselves."""

from flask import request

from utils.hosts import same_host


def sent_by_another_origin() -> bool:
    """Whether a foreign page has sent it; somebody who follows a link or types an address is not a page.

    Sec-Fetch-Site is the browser's own word and right behind any proxy, but sent to https and localhost only.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is None:
        origin = request.headers.get("Origin")
        return origin is not None and not same_host(origin, request.host)
    return site not in {"same-origin", "none"} and not _follows_a_link()


def _follows_a_link() -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
        and request.headers.get("Sec-Fetch-Dest") == "document"
    )
