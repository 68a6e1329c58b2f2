"""The job that waits until a video is back from the archive: it looks from time to time, and holds no worker."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.actors.actor import SYSTEM
from services.jobs.errors import BadInputError, NotYetError
from services.jobs.job import Lane, Results
from services.jobs.kinds import Kind, Work
from services.library.errors import VideoNotFoundError
from services.library.library import Library
from services.tiers.tiers import RETURN, Tiers
from services.videos.tier import Priority, Tier

_RECIPE = 1
_SHORTEST, _LONGEST = 60.0, 900.0
_SHARE = 0.1
"""The longer it has been waited for, the more seldom it is looked for: so much of that time passes in between."""
_GIVEN_UP = timedelta(days=2)


@dataclass(frozen=True)
class ReturnWork:
    """Sees a video back from the archive. What it does may be done twice, and by several at once."""

    library: Library
    tiers: Tiers

    @property
    def kind(self) -> Kind:
        """What the queue can be asked for."""
        return Kind(name=RETURN, lane=Lane.QUICK, recipe=_RECIPE, run=self._run, longest=600.0)

    def _run(self, work: Work) -> Results:
        try:
            video = self.library.stored(work.video, by=SYSTEM, trash=True)
        except VideoNotFoundError as error:
            raise BadInputError("The video is gone.") from error
        if not video.is_archived:
            video = self.tiers.look_again(video.id, by=work.by)
            return [{"id": video.id, "status": video.tier}]
        if video.returning_to is None:
            # Whoever asked for it may have been killed before asking storage.
            tier, priority = Tier(work.arguments["tier"]), Priority(work.arguments["priority"])
            self.tiers.ask(video, tier, priority, by=work.by)
            if not (video := self.tiers.look_again(video.id, by=work.by)).is_archived:
                return [{"id": video.id, "status": video.tier}]
        waited = datetime.now(UTC) - work.job.created_at
        if waited > _GIVEN_UP:
            raise BadInputError("Azure has not brought the video back in two days. It may still; ask again then.")
        pause = min(_LONGEST, max(_SHORTEST, _SHARE * waited.total_seconds()))
        raise NotYetError("The video is on its way back from the archive.", again_in=pause)
