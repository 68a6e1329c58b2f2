"""Room in a blob's metadata: what is given up so that a video can always be put into the trash, and taken out again."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from services.videos.about import ABOUT
from services.videos.blob_names import parse_blob_name
from services.videos.direct_upload_names import is_sealed
from services.videos.metadata import MAX_METADATA_BYTES, VideoMetadata, metadata_size

# What stands in for these, when they are missing, may be just what they say.
_REPLACEABLE = ("original_name", "title", "uploaded_at")


def fitted(video: VideoMetadata, metadata: Mapping[str, str], *, name: str, created: datetime) -> dict[str, str]:
    """Blob metadata that says what `video` says over what is there, and always fits.

    Records that leave room for the mark of the trash are never short of it. Older ones may be full, and so may those
    that others have written to: of these goes, as far as is needed, first what can be told without it, then what is
    of interest only to whoever runs the server, then what others have written, and last of all tags. `name` and
    `created` are the blob's own.
    """
    combined = video.over(metadata)
    for smaller in _ever_smaller(video, combined, name=name, created=created):
        combined = smaller
        if metadata_size(combined) <= MAX_METADATA_BYTES:
            break
    return combined


def _ever_smaller(
    video: VideoMetadata, combined: dict[str, str], *, name: str, created: datetime
) -> Iterator[dict[str, str]]:
    yield combined
    for field in _REPLACEABLE:
        without = _without(combined, field)
        if VideoMetadata.from_blob(without, name=name, created=created) == video:
            combined = without
            yield combined
    parsed = parse_blob_name(name)
    # Without its secret, a sealed name would be that of no video.
    sealed = parsed is not None and is_sealed(parsed.token)
    for field in ("door",) if sealed else ("door", "upload_id"):
        combined = _without(combined, field)
        yield combined
    # Without its mark, what people say about the video would not be found.
    strange = combined.keys() - video.over({}).keys() - {ABOUT}
    for field in sorted(strange, key=lambda each: len(combined[each]), reverse=True):
        combined = _without(combined, field)
        yield combined
    for count in range(len(video.tags) - 1, -1, -1):
        tags = replace(video, tags=video.tags[:count]).over({}).get("tags")
        combined = _without(combined, "tags") | ({"tags": tags} if tags else {})
        yield combined


def _without(metadata: Mapping[str, str], field: str) -> dict[str, str]:
    return {name: value for name, value in metadata.items() if name != field}
