"""Who may have clips cut, and who sees what of them, in both databases."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.actors.actor import NOBODY, SYSTEM, Actor, ActorKind, Role
from services.actors.errors import ForbiddenError, NotSignedInError
from services.actors.policy import Visibility
from services.assembly import Services
from services.clips.clips import Clip
from services.clips.errors import ClipNotFoundError
from services.clips.wishes import ClipWish
from services.errors import NotFoundError
from services.jobs.kinds import Work
from services.library.errors import VideoNotFoundError
from services.library.video_change import VideoChange
from services.uploads.uploads import Candidate
from services.videos.video import Video
from tests.numbered_films import numbered_film

MIRA = Actor(kind=ActorKind.PERSON, id="mira", name="Mira", role=Role.USER)
JONAS = replace(MIRA, id="jonas", name="Jonas")
READER = replace(MIRA, id="reader", name="Reader", role=Role.READONLY)
WISH = ClipWish(start=1, end=2)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return numbered_film(tmp_path_factory.mktemp("films") / "film.mp4", seconds=4)


@pytest.fixture
def video(services: Services, film: Path) -> Video:
    """A film of Mira's that the team may see."""
    made = services.uploads.made
    draft = services.uploads.whole.draft(Candidate(filename="film.mp4"), door="put", by=MIRA)
    return made.take(draft, film, attempt=1, by=MIRA)


def do(services: Services, clip: Clip) -> None:
    assert clip.job is not None
    kind = services.jobs.kinds.get(clip.job.kind)
    assert kind is not None
    kind.run(Work(job=replace(clip.job, attempts=1), tell_progress=lambda _: None))


def test_who_may_only_see_a_film_cuts_nothing_out_of_it(services: Services, video: Video) -> None:
    for by, refusal in ((JONAS, ForbiddenError), (READER, ForbiddenError), (NOBODY, NotSignedInError)):
        with pytest.raises(refusal):
            services.clips.clips.make(video.id, [WISH], by=by)


def test_a_private_film_is_not_even_there_for_others_nor_are_its_clips(services: Services, video: Video) -> None:
    clips = services.clips.clips
    [asked] = clips.make(video.id, [WISH], by=MIRA)
    assert clips.get(asked.id, by=JONAS).state == "queued"
    with pytest.raises(ForbiddenError):
        clips.delete(asked.id, by=JONAS)
    services.library.videos.edit(video.id, VideoChange(visibility=Visibility.PRIVATE), by=MIRA, if_match=None)
    for act in (
        lambda: clips.make(video.id, [WISH], by=JONAS),
        lambda: clips.of(video.id, limit=10, by=JONAS),
        lambda: clips.get(asked.id, by=JONAS),
        lambda: clips.delete(asked.id, by=JONAS),
    ):
        with pytest.raises((VideoNotFoundError, NotFoundError)):
            act()
    do(services, asked)
    # As the film is now, and not as it was when the clip was asked for.
    with pytest.raises(ClipNotFoundError):
        clips.get(asked.id, by=JONAS)
    assert clips.get(asked.id, by=MIRA).state == "ready"
    made = services.library.videos.get(asked.id, by=MIRA)
    assert (made.owner, made.visibility) == ("mira", Visibility.PRIVATE)


def test_a_clip_is_listed_for_those_alone_who_may_see_it(services: Services, video: Video) -> None:
    clips = services.clips.clips
    [asked] = clips.make(video.id, [WISH], by=MIRA)
    do(services, asked)
    services.library.videos.edit(asked.id, VideoChange(visibility=Visibility.PRIVATE), by=MIRA, if_match=None)
    assert [clip.id for clip in clips.of(video.id, limit=10, by=MIRA).clips] == [asked.id]
    assert clips.of(video.id, limit=10, by=JONAS).clips == ()
    assert services.library.beside.clips_of([video.id], by=JONAS) == {}
    assert services.library.beside.clips_of([video.id], by=NOBODY) == {}
    with pytest.raises(ClipNotFoundError):
        clips.get(asked.id, by=JONAS)


def test_a_manager_s_clip_belongs_to_whom_its_film_belongs_to(services: Services, video: Video) -> None:
    manager = replace(MIRA, id="max", role=Role.MANAGER)
    [asked] = services.clips.clips.make(video.id, [WISH], by=manager)
    do(services, asked)
    made = services.library.videos.get(asked.id, by=MIRA)
    assert made.owner == "mira"
    assert made.clip is not None
    assert made.clip.by == "max"


def test_what_may_not_be_changed_is_put_into_no_supercut(services: Services, video: Video) -> None:
    clips = services.clips.clips
    with pytest.raises(ForbiddenError):
        clips.supercut([video.id], None, by=JONAS)
    services.library.videos.edit(video.id, VideoChange(visibility=Visibility.PRIVATE), by=MIRA, if_match=None)
    made = clips.supercut([video.id], None, by=MIRA)
    do(services, made)
    assert services.library.videos.get(made.id, by=SYSTEM).visibility is Visibility.PRIVATE
    with pytest.raises(ClipNotFoundError):
        clips.get(made.id, by=JONAS)


def test_who_has_lost_a_film_has_no_job_at_it_tried_again(services: Services, video: Video) -> None:
    [asked] = services.clips.clips.make(video.id, [WISH], by=MIRA)
    assert asked.job is not None
    jobs, job_id = services.jobs.jobs, asked.job.id
    jobs.cancel(job_id, by=MIRA)
    services.library.videos.edit(video.id, VideoChange(owner="jonas"), by=SYSTEM, if_match=None)
    with pytest.raises(ForbiddenError):
        jobs.retry(job_id, by=MIRA)
    services.library.videos.edit(video.id, VideoChange(visibility=Visibility.PRIVATE), by=SYSTEM, if_match=None)
    with pytest.raises(NotFoundError):
        jobs.retry(job_id, by=MIRA)
    assert jobs.get(job_id, by=MIRA).state == "cancelled"
    assert jobs.retry(job_id, by=replace(MIRA, id="max", role=Role.MANAGER)).state == "queued"
