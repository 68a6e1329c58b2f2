"""How far a video is: what has been made of it, what is still being made, and how it can be watched."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from services.database.errors import DatabaseUnavailableError
from services.jobs.job import JobStanding, State
from services.jobs.store import JobStore
from services.media.browser_support import Playable
from services.media.job_kinds import HLS, PROBE
from services.videos.made import Made
from services.videos.video import Video

DefaultKinds = Callable[[], Sequence[str]]
"""The kinds of work that are done to every video by themselves, in their order."""

_NOT_ASKED = "It has to be made playable first, and that has to be asked for."


@dataclass(frozen=True, kw_only=True)
class KindState:
    """Where one kind of work stands."""

    state: State
    progress: float
    job: str | None
    """The id of its newest job; None when that is forgotten."""
    error: str | None


@dataclass(frozen=True, kw_only=True)
class MediaState:
    """Where a video stands."""

    playable: Playable
    reason: str | None
    """Why it cannot be watched, or not as it is."""
    processing: Mapping[str, KindState]
    """By kind, in the order in which they are done."""


class MediaStates:
    """Tells how far videos are that somebody is shown. Where the database is away, it tells what the index knows."""

    def __init__(self, jobs: JobStore, *, default_kinds: DefaultKinds) -> None:
        self._jobs = jobs
        self._default_kinds = default_kinds

    def of(self, video: Video) -> MediaState:
        """The state of a video."""
        return _state_of(video.made, self.kinds_of(video), self._jobs_of([video.id]).get(video.id, {}))

    def of_all(self, videos: Sequence[Video]) -> dict[str, MediaState]:
        """The states of these videos, by their ids."""
        usual = self._default_kinds()
        wanted = {video.id: usual if video.processing is None else video.processing for video in videos}
        # Jobs are asked only for what is not all made: a list of what is settled costs no query.
        jobs = self._jobs_of([video.id for video in videos if not _is_settled(video.made, wanted[video.id])])
        return {video.id: _state_of(video.made, wanted[video.id], jobs.get(video.id, {})) for video in videos}

    def kinds_of(self, video: Video) -> Sequence[str]:
        """The kinds of work that are done to this video by themselves."""
        return self._default_kinds() if video.processing is None else video.processing

    def _jobs_of(self, ids: Sequence[str]) -> dict[str, dict[str, JobStanding]]:
        try:
            return self._jobs.standings_of(ids) if ids else {}
        except DatabaseUnavailableError:
            return {}


def _is_settled(made: Made, wanted: Collection[str]) -> bool:
    return all(kind in made.parts and made.parts[kind].complete for kind in wanted)


def _state_of(made: Made, wanted: Collection[str], jobs: Mapping[str, JobStanding]) -> MediaState:
    kinds = dict.fromkeys([*wanted, *made.parts, *jobs])
    processing = {kind: state for kind in kinds if (state := _kind_state(made, kind, jobs.get(kind))) is not None}
    playable, reason = _playable(made, processing, wanted=wanted)
    return MediaState(playable=playable, reason=reason, processing=processing)


def _kind_state(made: Made, kind: str, job: JobStanding | None) -> KindState | None:
    part = made.parts.get(kind)
    job_id = job.id if job else None
    if part is not None and part.problem is not None and (job is None or job.state.is_over):
        return KindState(state=State.FAILED, progress=0.0, job=job_id, error=part.problem)
    if part is not None and part.complete and (job is None or job.state.is_over):
        return KindState(state=State.DONE, progress=1.0, job=job_id, error=None)
    if job is None:
        return None
    return KindState(state=job.state, progress=job.progress, job=job_id, error=job.error)


def _playable(
    made: Made, processing: Mapping[str, KindState], *, wanted: Collection[str]
) -> tuple[Playable, str | None]:
    if made.playable == Playable.NATIVE:
        return Playable.NATIVE, None
    if made.version(HLS):
        return Playable.HLS, made.playable_reason
    for kind in (PROBE, HLS):
        state = processing.get(kind)
        if state is not None and state.state in {State.FAILED, State.CANCELLED}:
            return Playable.NO, state.error or made.playable_reason
    ahead = {PROBE, HLS} & {*wanted, *processing}
    if made.playable == Playable.PENDING and not ahead:
        return Playable.NATIVE, None  # Nobody looks into it: browsers find out what they make of it.
    if made.playable == Playable.HLS and HLS not in ahead:
        return Playable.NO, f"{made.playable_reason or ''} {_NOT_ASKED}".strip()
    return Playable.PENDING, made.playable_reason
