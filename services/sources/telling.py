"""Library servers are told of new films, so that they look for them: once for all films of a minute, in a job."""

from collections.abc import Callable, Mapping
from itertools import count

from services.actors.actor import SYSTEM
from services.actors.policy import Act
from services.events.envelope import Said
from services.events.event import Event
from services.events.listener import Listener
from services.events.sources import ImportCompleted, WantedDownloaded
from services.events.videos import VideoChanged
from services.jobs.errors import BadInputError
from services.jobs.job import Lane, Results, State
from services.jobs.jobs import Jobs
from services.jobs.kinds import Kind, Work
from services.jobs.wish import Wish
from services.sources.adapter import LibraryServer
from services.sources.asking import ServiceClient
from services.sources.errors import SourceOffError

_MINUTE = 60_000
_LONGEST = 5 * 60.0
# Others of its lane are waited for by people.
_PRIORITY = 20


def is_news(event: Event) -> bool:
    """Whether it tells of a film of somebody who is followed that was not theirs before.

    Where it is not known whose it was before, it is: looking once too often does no harm.
    """
    match event:
        case ImportCompleted():
            return event.artist is not None
        case WantedDownloaded():
            return event.artist_id is not None
        case VideoChanged():
            has = event.video.about.artists
            return bool(has if event.new_artists is None else event.new_artists)
    return False


class LibraryNews:
    """Tells them, while an administrator wants that."""

    def __init__(
        self,
        servers: Mapping[str, LibraryServer],
        client: ServiceClient,
        *,
        is_wanted: Callable[[], bool],
        now: Callable[[], int],
        jobs: Jobs,
    ) -> None:
        """`servers` are library servers, by name; `now` says the database's time, in milliseconds."""
        self._servers = servers
        self._client = client
        self._is_wanted = is_wanted
        self._now = now
        self._jobs = jobs
        self.kind = Kind(
            name="tell-library",
            lane=Lane.QUICK,
            recipe=1,
            run=self._run,
            longest=_LONGEST,
            act=Act.CHANGE_SOURCES,
        )
        wants = (ImportCompleted, WantedDownloaded, VideoChanged)
        self.listener = Listener(name="library servers", wants=wants, only=is_news, take=self.heard)

    def heard(self, said: Said) -> None:
        """Have all servers told that there is a new film of somebody who is followed.

        The job begins when the minute is over: whatever else comes until then is told of by the same one, and nothing
        that comes while it works is left out. A minute comes twice where the database's clock is set back: what was
        done in it is done once more, and what works belongs to the next one.
        """
        if not is_news(said.event) or not self._is_wanted():
            return
        minute, passed = divmod(self._now(), _MINUTE)
        for name, server in self._servers.items():
            try:
                server.require()
            except SourceOffError:
                continue
            for later in count():
                arguments = {"server": name, "minute": minute + later}
                left = (_MINUTE * (later + 1) - passed) / 1000
                wish = Wish(kind=self.kind, arguments=arguments, priority=_PRIORITY, delay=left, again=True)
                if self._jobs.add(wish, by=SYSTEM).state is not State.RUNNING:
                    break

    def _run(self, work: Work) -> Results:
        name = str(work.arguments["server"])
        server = self._servers.get(name)
        if server is None:
            raise BadInputError("There is no library server of that name.")
        try:
            server.tell(self._client)
        except SourceOffError as error:
            raise BadInputError(error.detail) from error
        return [{"id": name, "status": "done"}]
