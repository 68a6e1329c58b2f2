"""Which version a client wants to write over."""

from dataclasses import dataclass

from utils.ranges import if_match_holds, if_none_match_hits


@dataclass(frozen=True, kw_only=True)
class Condition:
    """The headers If-Match and If-None-Match of a request."""

    if_match: str | None = None
    if_none_match: str | None = None

    def holds(self, etag: str | None) -> bool:
        """Whether the version that is there, or None, may be written over."""
        if etag is not None and if_none_match_hits(self.if_none_match, etag):
            return False
        if self.if_match is None:
            return True
        # The `etag` of the JSON may be sent as it stands there, without quotes.
        bare = self.if_match.strip()
        return etag is not None and (if_match_holds(self.if_match, etag) or bare == etag.strip('"'))


ALWAYS = Condition()
