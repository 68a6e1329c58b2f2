"""Outside services, held to their description on a real server."""

from tests.described_answers import Described


def meet_sources(api: Described) -> None:
    """See how they are, and try some that are not set up."""
    api.ask("GET /api/sources", 200)
    api.ask("POST /api/sources/{name}/test", 200, names={"name": "musicbrainz"})
    api.ask("POST /api/sources/{name}/test", 409, names={"name": "imvdb"})
    api.ask("POST /api/sources/{name}/test", 404, names={"name": "nothing"})


def meet_subscriptions(api: Described) -> None:
    """Have a feed looked at, which is away, and an artist."""
    feed = {"kind": "feed", "url": "https://signs.example/films.xml", "paused": True}
    new = api.ask("POST /api/subscriptions", 201, json=feed).json()["id"]
    api.ask("POST /api/subscriptions", 409, json=feed)
    api.ask("POST /api/subscriptions", 400, json={**feed, "interval_minutes": 1})
    api.ask("POST /api/subscriptions", 400, json={**feed, "url": "http://10.0.0.1/"})
    api.ask("GET /api/subscriptions", 200)
    it = {"subscription_id": new}
    api.ask("GET /api/subscriptions/{subscription_id}", 200, names=it)
    api.ask("PATCH /api/subscriptions/{subscription_id}", 200, names=it, json={"keep": 5, "quiet_hours": "22:00-06:00"})
    api.ask("PATCH /api/subscriptions/{subscription_id}", 400, names=it, json={"keep": 0})
    api.ask("POST /api/subscriptions/{subscription_id}/run", 202, names=it)
    api.ask("DELETE /api/subscriptions/{subscription_id}", 204, names=it)
    for way in ("GET", "DELETE"):
        api.ask(f"{way} /api/subscriptions/{{subscription_id}}", 404, names=it)
    artist = api.ask("POST /api/artists", 201, json={"name": "Hollow Tide"}).json()["id"]
    api.ask("POST /api/artists/{artist_id}/discover", 202, names={"artist_id": artist})
    api.ask("POST /api/artists/{artist_id}/discover", 404, names={"artist_id": "nobody"})
