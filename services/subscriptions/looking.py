"""What a subscription does when its time has come: it looks, takes what is new, and lets go of what is too old."""

from collections.abc import Sequence

from services.actors.actor import Actor
from services.actors.policy import Act
from services.artists.artist import WantedState
from services.artists.candidate import FilmCandidate, Wanted
from services.artists.errors import ArtistNotFoundError, WantedNotFoundError
from services.artists.wanted import WantedVideos
from services.errors import ReelgateError
from services.jobs.errors import BadInputError
from services.jobs.job import Lane, Results
from services.jobs.kinds import Kind, Work
from services.library.errors import VideoNotFoundError
from services.library.library import Library
from services.sources.adapters.channels import read_channel
from services.sources.adapters.feeds import read_feed
from services.sources.asking import ServiceClient
from services.sources.discovery import Discovery, candidates_in
from services.subscriptions.store import Find, SubscriptionStore
from services.subscriptions.subscription import Subscription, SubscriptionKind

_LONGEST = 20 * 60.0


class Looking:
    """The work of one look, in a job."""

    def __init__(
        self,
        store: SubscriptionStore,
        *,
        discovery: Discovery,
        client: ServiceClient,
        wanted: WantedVideos,
        library: Library,
    ) -> None:
        self._store = store
        self._discovery = discovery
        self._client = client
        self._wanted = wanted
        self._library = library
        self.kind = Kind(
            name="subscription", lane=Lane.QUICK, recipe=1, run=self._run, longest=_LONGEST, act=Act.CHANGE_SOURCES
        )

    def _run(self, work: Work) -> Results:
        each = self._store.get(str(work.arguments["subscription"]))
        if each is None:
            raise BadInputError("The subscription is gone.")
        try:
            new = self._looked(each, by=work.by)
        except ArtistNotFoundError as error:
            self._store.looked(each.id, found=0, error=error.detail)
            raise BadInputError(error.detail) from error
        except ReelgateError as error:
            self._store.looked(each.id, found=0, error=error.detail)
            raise
        self._store.looked(each.id, found=len(new), error=None)
        if each.kind is SubscriptionKind.ARTIST and each.artist is not None:
            self._discovery.say(each.artist, found=len(new), by=work.by)
        self._let_go(each, by=work.by)
        return [{"id": wanted.id, "status": "found", "detail": wanted.title} for wanted in new]

    def _looked(self, each: Subscription, *, by: Actor) -> list[Wanted]:
        """What is new and taken, the newest first."""
        candidates = self._candidates(each, by=by)
        known = self._store.known(each.id)
        unknown = [one for one in candidates if (one.service, one.source_id) not in known]
        newest = unknown if each.keep is None else unknown[: each.keep]
        # What is older than all that is kept is never taken.
        older = [] if each.keep is None else unknown[each.keep :]
        left = len(newest) if each.max_per_day is None else each.max_per_day - self._store.brought_today(each.id)
        taken = newest[: max(0, left)]
        new: dict[tuple[str, str], Wanted] = {}
        for wanted in self._wanted.found(each.artist, taken, by=by):
            new[wanted.service, wanted.source_id] = wanted
        ids = {key: wanted.id for key, wanted in new.items()}
        found = [(one.service, one.source_id) for one in (*taken, *older)]
        self._store.note(each.id, [Find(service=key[0], source_id=key[1], wanted=ids.get(key)) for key in found])
        return list(new.values())

    def _candidates(self, each: Subscription, *, by: Actor) -> Sequence[FilmCandidate]:
        match each.kind:
            case SubscriptionKind.FEED:
                return candidates_in(read_feed(each.target, self._client), each.target)
            case SubscriptionKind.CHANNEL:
                return candidates_in(read_channel(each.target, self._client), each.target)
            case SubscriptionKind.ARTIST:
                return self._discovery.named(each.artist or "", by=by)
            case SubscriptionKind.SEARCH:
                return self._discovery.called(each.target, by=by)

    def _let_go(self, each: Subscription, *, by: Actor) -> None:
        """Of what it has brought, keep the newest: what is only wanted is ignored, what is here goes into the trash."""
        if each.keep is None:
            return
        gone = self._store.beyond(each.id, each.keep)
        over = [id_ for id_ in gone if self._is_let_go(id_, by=by)]
        if over:
            self._store.let_go(each.id, over)

    def _is_let_go(self, wanted_id: str, *, by: Actor) -> bool:
        try:
            wanted = self._wanted.get(wanted_id, by=by)
            if wanted.state is WantedState.DOWNLOADING:
                return False
            if wanted.video_id is not None:
                self._library.trash(wanted.video_id, by=by)
            self._wanted.set_state(wanted_id, WantedState.IGNORED, by=by)
        except (WantedNotFoundError, VideoNotFoundError):
            return True
        except ReelgateError:
            return False  # On legal hold, say: it is looked at again the next time.
        return True
