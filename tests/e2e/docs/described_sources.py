"""Outside services, held to their description on a real server."""

from tests.described_answers import Described


def meet_sources(api: Described) -> None:
    """See how they are, and try some that are not set up."""
    api.ask("GET /api/sources", 200)
    api.ask("POST /api/sources/{name}/test", 200, names={"name": "musicbrainz"})
    api.ask("POST /api/sources/{name}/test", 409, names={"name": "imvdb"})
    api.ask("POST /api/sources/{name}/test", 404, names={"name": "nothing"})
