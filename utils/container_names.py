"""Names of the containers that belong to one container of videos, and names that would clash."""

import re
from collections.abc import Iterator, Mapping

_LONGEST_WITH_PERSONS = 52
_PERSONS = re.compile(r"-p-[0-9a-f]{8}\Z")


def records_beside(videos: str) -> str:
    """The container of records that belongs to one of videos: two deployments do not sweep each other's."""
    return "uploads" if videos == "videos" else f"{videos}-uploads"


def derived_beside(videos: str) -> str:
    """The container of what is made of the videos in one."""
    return f"{videos}-derived"


def tracks_beside(videos: str) -> str:
    """The container of people's work on the videos in one."""
    return f"{videos}-tracks"


def container_clashes(videos: str, *, records: str | None, tracks: str | None, derived: str | None) -> Iterator[str]:
    """What is wrong with the names: a container that would be that of another deployment, or of something else."""
    records_name = records or records_beside(videos)
    if records == videos:
        yield "AZURE_STORAGE_RECORDS_CONTAINER_NAME must name another container than that of the videos"
    elif records is None and (videos == "uploads" or videos.endswith("-uploads")):
        yield (
            f"AZURE_STORAGE_CONTAINER_NAME cannot be uploads or end in -uploads, where another deployment keeps its "
            f"records. If none does, set AZURE_STORAGE_RECORDS_CONTAINER_NAME={records_name}"
        )
    tracks_name = tracks or tracks_beside(videos)
    if tracks in {videos, records_name}:
        yield "TRACKS_CONTAINER_NAME must name another container than those of the videos and the records"
    elif tracks is None and videos.endswith("-tracks"):
        yield (
            "AZURE_STORAGE_CONTAINER_NAME cannot end in -tracks, where another deployment keeps people's work on its "
            f"videos. If none does, set TRACKS_CONTAINER_NAME={tracks_name}"
        )
    if derived in {videos, records_name, tracks_name}:
        yield "DERIVED_CONTAINER_NAME must name another container than those of the videos, the records and the tracks"
    elif derived is None and videos.endswith("-derived"):
        yield (
            "AZURE_STORAGE_CONTAINER_NAME cannot end in -derived, where another deployment keeps what it makes of its "
            f"videos. If none does, set DERIVED_CONTAINER_NAME={derived_beside(videos)}"
        )


def persons_clashes(videos: str, others: Mapping[str, str | None], *, per_owner: bool) -> Iterator[str]:
    """What is wrong with the names beside containers of persons; `others` are those set for other things.

    With `per_owner` such containers are made, whose names are longer.
    """
    if per_owner and len(videos) > _LONGEST_WITH_PERSONS:
        yield (
            f"AZURE_STORAGE_CONTAINER_NAME has {len(videos)} characters, and with STORAGE_LAYOUT=per-owner at most "
            f"{_LONGEST_WITH_PERSONS} fit: the name of a person's container has 11 more"
        )
    if _PERSONS.search(videos):
        yield (
            "AZURE_STORAGE_CONTAINER_NAME cannot end in -p- and eight digits of 0-9 and a-f, where another deployment "
            "keeps the videos of one person"
        )
    for setting, name in others.items():
        if name is not None and name.startswith(videos) and _PERSONS.fullmatch(name.removeprefix(videos)):
            yield f"{setting} must name another container than those of persons, such as {videos}-p-1234abcd"
