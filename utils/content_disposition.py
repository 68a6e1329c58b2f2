"""The header that names a download, safe for every file name and every browser."""

import re
import unicodedata
from urllib.parse import quote

# A percent sign would be decoded by some browsers, and the others end or escape the quoted text.
_UNSAFE_IN_FALLBACK = re.compile(r'[^ -~]|["\\%/]')
_ATTRIBUTE_CHARACTERS = "!#$&+-.^_`|~"  # RFC 8187.


def content_disposition(filename: str, *, inline: bool = False) -> str:
    """Return a Content-Disposition that offers the name in UTF-8, and in ASCII for those who read no other.

    `inline` lets a browser show the content; without it the content is saved.
    """
    ascii_only = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode("ascii")
    fallback = _UNSAFE_IN_FALLBACK.sub("_", ascii_only)
    if not fallback.partition(".")[0].strip("_ "):
        fallback = f"download{fallback.strip('_ ')}"
    extended = quote(filename, safe=_ATTRIBUTE_CHARACTERS, errors="replace")
    return f"{'inline' if inline else 'attachment'}; filename=\"{fallback}\"; filename*=UTF-8''{extended}"
