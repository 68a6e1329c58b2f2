"""What the API says of a dry run."""

from typing import Annotated

from msgspec import Meta, Struct

from services.migration.migrations import Survey


class Trouble(Struct, frozen=True, kw_only=True):
    """A file, or a line of a list, that would not come in."""

    id: Annotated[str, Meta(description="Its path within the folder.")]
    detail: str


class SurveyMessage(Struct, frozen=True, kw_only=True):
    """What would become of a folder."""

    folder: str
    new: Annotated[int, Meta(description="Files that would come in, as far as their names tell.")]
    bytes: Annotated[int, Meta(description="The size of those.")]
    clips: Annotated[int, Meta(description="Those of them that are clips of a film.")]
    cuts: Annotated[int, Meta(description="Clips that would be cut out of a film.")]
    lines: Annotated[int, Meta(description="Lines of lists that were understood.")]
    left: Annotated[dict[str, int], Meta(description="How many would be known, skipped, refused, …")]
    troubles: Annotated[list[Trouble], Meta(description="The first files that would not come in.")]
    whole: Annotated[bool, Meta(description="Whether all files were looked at, or only the first 100,000.")]


def survey_message(survey: Survey) -> SurveyMessage:
    """A dry run as the API shows it."""
    return SurveyMessage(
        folder=survey.folder,
        new=survey.new,
        bytes=survey.bytes,
        clips=survey.clips,
        cuts=survey.cuts,
        lines=survey.lines,
        left={state.value: count for state, count in sorted(survey.left.items())},
        troubles=[Trouble(id=where, detail=reason) for where, reason in survey.troubles],
        whole=survey.is_whole,
    )


SURVEY = SurveyMessage(
    folder="/srv/films",
    new=1204,
    bytes=3_100_000_000,
    clips=40,
    cuts=0,
    lines=40,
    left={"known": 12, "skipped": 3},
    troubles=[Trouble(id="notes/.draft.mp4", detail="Hidden files are left out.")],
    whole=True,
)
"""An example."""
