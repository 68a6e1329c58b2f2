"""What storage says of the sources that it copies from, told apart from what it says of itself.

Azure answers a copy with the status of its source, as if it were its own: the code says which of them is meant, and
since version 2024-02-04 the source's own status is named, too.
"""

from collections.abc import Mapping

from services.storage.errors import BlobChangedError, SourceUnavailableError, StorageError

STATUS_OF_SOURCE = "x-ms-copy-source-status-code"
_CODE_OF_SOURCE = "x-ms-copy-source-error-code"
_OF_SOURCES = frozenset({"CannotVerifyCopySource", "CopyAcrossAccountsNotSupported", "SourceConditionNotMet"})
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 509})
_OF_ONE_SOURCE = frozenset({404, 409, 410, 412, 416})


def failure_of_source(status: int, code: str, headers: Mapping[str, str]) -> StorageError | None:
    """Our error for an answer that speaks of the source of a copy; None for one that speaks of storage.

    `headers` in any case. A `BlobChangedError` is about this source alone; what other error is for good may be about
    all sources of that kind.
    """
    said = headers.get(STATUS_OF_SOURCE, "")
    if code not in _OF_SOURCES and not said and not headers.get(_CODE_OF_SOURCE):
        return None
    of_source = int(said) if said.isascii() and said.isdecimal() and len(said) == 3 else status
    if of_source in _PASSING:
        return SourceUnavailableError(f"What was to be copied could not be read: its own storage answered {of_source}.")
    if of_source in _OF_ONE_SOURCE:
        return BlobChangedError(f"What was to be copied is not there as it was: its own storage answered {of_source}.")
    return StorageError(f"Storage may not copy from there: it was answered {of_source}.")
