"""Where somebody goes after signing in: a page of this site, and never another one."""

from urllib.parse import urlsplit

HOME = "/"

_LONGEST = 2048


def inside(address: str | None) -> str:
    r"""The address, if it is one of this site's own; else the first page.

    Browsers take a backslash for a slash and pass over tabs and line ends, so that `/\\elsewhere` leads away.
    """
    if address is None or len(address) > _LONGEST or not address.startswith("/") or address.startswith("//"):
        return HOME
    if "\\" in address or any(ord(each) <= 0x20 or ord(each) == 0x7F for each in address):
        return HOME
    try:
        parts = urlsplit(address)
    except ValueError:
        return HOME
    return address if not parts.scheme and not parts.netloc else HOME
