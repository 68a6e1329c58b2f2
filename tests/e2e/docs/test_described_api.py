"""Real answers are what the description says: each operation, in success and in failure.

What no person would send is tried by `tests/fire/test_short_description.py`.
"""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.described_answers import Described
from tests.e2e.docs.described_accounts import meet_accounts, meet_audit, meet_settings
from tests.e2e.docs.described_artists import meet_artists, meet_pictures
from tests.e2e.docs.described_bulk import meet_bulk
from tests.e2e.docs.described_clips import meet_clips
from tests.e2e.docs.described_collections import meet_collections
from tests.e2e.docs.described_imports import meet_imports
from tests.e2e.docs.described_migration import meet_migration
from tests.e2e.docs.described_rules import meet_rules
from tests.e2e.docs.described_sources import meet_sources, meet_subscriptions
from tests.e2e.docs.described_tiers import meet_tiers
from tests.e2e.docs.described_words import meet_words
from tests.film_site import Site, running_site
from tests.mail_server import running_mail_server
from tests.media_films import make_film, with_subtitles
from tests.server import Server, eventually, running_server
from tests.videos import mp4

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = TUS | {"Content-Type": "application/offset+octet-stream"}
NAME = "filename " + base64.b64encode(b"film.mp4").decode()
UNKNOWN = "20200101T000000000Z_00000000000000000000000000000000_none.mp4"


@pytest.fixture(scope="module")
def quiet_server(azurite: str) -> Iterator[Server]:
    """A server whose library no other test fills."""
    # An inward address, which is not asked: no test asks the service itself.
    away = {"musicbrainz_url": "http://127.0.0.1:9", "youtube_url": "http://127.0.0.1:9"}
    with running_server(azurite, upload_block_mb=1, upload_idle_seconds=2, **away) as server:
        yield server


@pytest.fixture(scope="module")
def migration_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder from which files may be taken in."""
    return tmp_path_factory.mktemp("migration")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A site that films are fetched from."""
    with running_site() as found:
        yield found


@pytest.fixture(scope="module")
def working_server(azurite: str, migration_folder: Path, site: Site) -> Iterator[Server]:
    """A server with a worker, which makes something of each film."""
    settings = {"migration_dir": migration_folder, "egress_allow_hosts": site.host}
    with running_server(azurite, worker_concurrency=1, **settings) as server:
        yield server


@pytest.fixture(scope="module")
def server_with_accounts(azurite: str) -> Iterator[Server]:
    """A server with an account, whose letters are taken, and which names an OpenID provider that nobody asks."""
    provider = {"oidc_issuer": "https://login.example", "oidc_client_id": "reelgate", "oidc_client_secret": "a-secret"}
    with running_mail_server() as mail:
        settings = provider | {"smtp_url": f"smtp://127.0.0.1:{mail.port}?from=videos@harbour.example"}
        with running_server(azurite, **settings) as server:
            yield server


def test_every_operation_answers_as_described(
    quiet_server: Server,
    working_server: Server,
    server_with_accounts: Server,
    migration_folder: Path,
    site: Site,
    tmp_path: Path,
) -> None:
    api = Described(quiet_server.url)
    _service(api)
    video = _whole_files(api)
    _library(api, video)
    _playback(api, video)
    _resumable(api)
    _direct(api)
    _jobs(api, video)
    meet_words(api, video)
    meet_tiers(api)
    meet_rules(api)
    meet_sources(api)
    meet_subscriptions(api)
    meet_artists(api)
    meet_collections(api, video["video_id"])
    made = Described(working_server.url)
    film = make_film(tmp_path / "h264.mp4")
    _media(made, with_subtitles(film, tmp_path / "words.mp4", ("deu", "", "Hallo"), codec="mov_text"))
    meet_clips(made, film)
    meet_bulk(made)
    meet_migration(made, migration_folder)
    meet_imports(made, site, film)
    meet_pictures(made, site)
    people = meet_accounts(server_with_accounts)
    meet_settings(people)
    meet_audit(people)
    described = {f"{method.upper()} {path}" for path, ways in api.document["paths"].items() for method in ways}
    assert {operation for operation, _ in api.met | made.met | people.met} == described


def _service(api: Described) -> None:
    api.ask("GET /health", 200)
    api.ask("GET /health/ready", 200)
    api.ask("GET /metrics", 200)
    api.ask("GET /api/openapi.json", 200)
    api.ask("GET /api/events", 200, query="?once")
    api.ask("GET /api/storage/scrub", 200)
    api.ask("GET /api/storage", 200)
    # No mail server is set here, and the desk has no account.
    api.ask("POST /api/auth/password/forgotten", 409, json={"email": "mira@harbour.example"})
    api.ask("GET /api/auth/user", 200)
    api.ask("GET /api/auth/sessions", 401)


def _whole_files(api: Described) -> dict[str, str]:
    api.ask("POST /api/upload", 201, files={"file": ("film.mp4", mp4(5000))})
    api.ask("POST /api/upload", 303, files={"file": ("film.mp4", mp4(5000))}, headers={"Accept": "text/html"})
    api.ask("POST /api/upload", 400, files={"file": ("film.txt", b"text")})
    api.ask("POST /api/video/upload", 201, files={"file": ("film.mp4", mp4(5000))})
    api.ask("POST /api/video/upload", 400, files={"file": ("film.txt", b"text")})
    to = {"filename": "film.mp4"}
    video = api.ask("PUT /api/upload/{filename}", 201, names=to, data=mp4(5000)).json()
    api.ask("PUT /api/upload/{filename}", 400, names=to, data=b"")
    api.ask(
        "PUT /api/upload/{filename}", 400, names=to, data=mp4(9), headers={"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="}
    )
    api.ask("PUT /api/upload/{filename}", 415, names=to, data=b"x", headers={"Content-Encoding": "gzip"})
    return {"video_id": video["id"]}


def _library(api: Described, video: dict[str, str]) -> None:
    api.ask("GET /api/videos", 200, query="?limit=1&sort=title")
    api.ask("GET /api/videos", 400, query="?limit=0")
    api.ask("GET /api/videos/{video_id}", 200, names=video)
    api.ask("GET /api/videos/{video_id}", 404, names={"video_id": UNKNOWN})
    edit = "PATCH /api/videos/{video_id}"
    api.ask(edit, 200, names=video, json={"title": "A film", "tags": ["x"]})
    api.ask(edit, 400, names=video, json={"size": 1})
    api.ask(edit, 412, names=video, json={"title": "B"}, headers={"If-Match": '"old"'})
    api.ask(edit, 415, names=video, data="title=B")
    api.ask("DELETE /api/videos/{video_id}", 204, names=video)
    api.ask("DELETE /api/videos/{video_id}", 404, names={"video_id": UNKNOWN})
    api.ask("GET /api/trash", 200)
    api.ask("GET /api/trash", 400, query="?cursor=x")
    api.ask("POST /api/videos/{video_id}/restore", 200, names=video)
    api.ask("POST /api/videos/{video_id}/restore", 404, names={"video_id": UNKNOWN})
    _holds(api, video)


def _holds(api: Described, video: dict[str, str]) -> None:
    hold, lift = "PUT /api/videos/{video_id}/hold", "DELETE /api/videos/{video_id}/hold"
    api.ask(hold, 400, names=video, json={"reason": ""})
    api.ask(hold, 404, names={"video_id": UNKNOWN}, json={"reason": "Case 1"})
    api.ask(hold, 200, names=video, json={"reason": "Case 1"})
    api.ask("DELETE /api/videos/{video_id}", 409, names=video)
    for beside in ("captions/{language}", "sign/{lang}", "documents/{name}", "poster"):
        names = video | {"language": "en", "lang": "ase", "name": "a.pdf"}
        api.ask(f"DELETE /api/videos/{{video_id}}/{beside}", 409, names=names)
    api.ask("POST /api/trash/{video_id}/purge", 404, names=video)
    api.ask(lift, 204, names=video)
    api.ask(lift, 404, names={"video_id": UNKNOWN})
    made = api.ask("PUT /api/upload/{filename}", 201, names={"filename": "film.mp4"}, data=mp4(5000)).json()
    gone = {"video_id": made["id"]}
    api.ask("DELETE /api/videos/{video_id}", 204, names=gone)
    api.ask("POST /api/trash/{video_id}/purge", 204, names=gone)


def _playback(api: Described, video: dict[str, str]) -> None:
    play = "GET /api/videos/{video_id}/content"
    etag = api.ask(play, 200, names=video).headers["ETag"]
    api.ask(play, 206, names=video, headers={"Range": "bytes=0-9"})
    api.ask(play, 304, names=video, headers={"If-None-Match": etag})
    api.ask(play, 412, names=video, headers={"If-Match": '"old"'})
    api.ask(play, 416, names=video, headers={"Range": "bytes=9999-"})
    api.ask(play, 404, names={"video_id": UNKNOWN})
    api.ask("HEAD /api/videos/{video_id}/content", 200, names=video)
    named = f"?id={video['video_id']}"
    etag = api.ask("GET /api/zip", 200, query=named).headers["ETag"]
    api.ask("GET /api/zip", 206, query=named, headers={"Range": "bytes=0-9"})
    api.ask("GET /api/zip", 304, query=named, headers={"If-None-Match": etag})
    api.ask("GET /api/zip", 400)
    api.ask("GET /api/zip", 404, query=f"?id={UNKNOWN}")
    api.ask("GET /api/zip", 416, query=named, headers={"Range": "bytes=99999-"})
    api.ask("HEAD /api/zip", 200, query=named)
    api.ask("POST /api/zip", 200, json={"ids": [video["video_id"]]})
    api.ask("POST /api/zip", 400, json={"ids": []})
    api.ask("GET /api/videos/{video_id}/access-url", 200, names=video)
    api.ask("GET /api/videos/{video_id}/access-url", 400, names=video, query="?expiry_hours=0")
    url = api.ask("GET /api/videos/{video_id}/access-url", 200, names=video).json()["url"]
    by_url, signed = "GET /s/access/{video_id}", f"?{urlsplit(url).query}"
    etag = api.ask(by_url, 200, names=video, query=signed).headers["ETag"]
    api.ask(by_url, 206, names=video, query=signed, headers={"Range": "bytes=0-9"})
    api.ask(by_url, 304, names=video, query=signed, headers={"If-None-Match": etag})
    api.ask(by_url, 416, names=video, query=signed, headers={"Range": "bytes=9999-"})
    api.ask("DELETE /api/videos/{video_id}/access-urls", 204, names=video)
    api.ask("DELETE /api/videos/{video_id}/access-urls", 404, names={"video_id": UNKNOWN})
    api.ask(by_url, 403, names=video, query=signed)


def _resumable(api: Described) -> None:
    api.ask("OPTIONS /api/uploads", 204)
    length = {"Upload-Length": "5000"}
    created = api.ask("POST /api/uploads", 201, headers=TUS | length | {"Upload-Metadata": NAME})
    api.ask("POST /api/uploads", 400, headers=TUS | length)
    api.ask("POST /api/uploads", 412, headers=length)
    upload = {"upload_id": created.headers["Location"].rsplit("/", 1)[1]}
    append = "PATCH /api/uploads/{upload_id}"
    api.ask("OPTIONS /api/uploads/{upload_id}", 204, names=upload)
    api.ask("HEAD /api/uploads/{upload_id}", 200, names=upload, headers=TUS)
    api.ask("HEAD /api/uploads/{upload_id}", 404, names={"upload_id": "none"}, headers=TUS)
    api.ask("GET /api/uploads/{upload_id}", 409, names=upload)
    api.ask(append, 409, names=upload, headers=BYTES | {"Upload-Offset": "7"}, data=b"x")
    api.ask(append, 415, names=upload, headers=TUS | {"Upload-Offset": "0"}, data=b"x")
    wrong = {"Upload-Offset": "0", "Upload-Checksum": "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA="}
    api.ask(append, 460, names=upload, headers=BYTES | wrong, data=b"x")
    api.ask(append, 204, names=upload, headers=BYTES | {"Upload-Offset": "0"}, data=mp4(5000))
    api.ask("GET /api/uploads/{upload_id}", 303, names=upload)
    api.ask("POST /api/uploads/{upload_id}", 400, names=upload, headers=TUS)
    api.ask("POST /api/uploads/{upload_id}", 200, names=upload, headers=TUS | {"X-HTTP-Method-Override": "HEAD"})
    created = api.ask("POST /api/uploads", 201, headers=TUS | length | {"Upload-Metadata": NAME})
    upload = {"upload_id": created.headers["Location"].rsplit("/", 1)[1]}
    api.ask("DELETE /api/uploads/{upload_id}", 204, names=upload, headers=TUS)
    api.ask("DELETE /api/uploads/{upload_id}", 404, names={"upload_id": "none"}, headers=TUS)


def _direct(api: Described) -> None:
    generate, complete = "POST /api/v1/videos/generate-upload-url", "POST /api/v1/videos/{upload_id}/complete"
    wanted = {"filename": "film.mp4", "size": 5000}
    api.ask(generate, 400, json={"filename": "film.mp4"})
    api.ask(generate, 413, json=wanted | {"size": 2**62})
    api.ask(generate, 415, data="x")
    renew, cancel = "POST /api/v1/videos/{upload_id}/upload-url", "DELETE /api/v1/videos/{upload_id}/upload-url"
    permission = api.ask(generate, 201, json=wanted).json()
    upload = {"upload_id": permission["id"]}
    api.ask(renew, 201, names=upload)
    api.ask(complete, 409, names=upload, json={"blocks": ["AAAA"]})
    requests.put(permission["upload_url"], data=mp4(5000), headers={"x-ms-blob-type": "BlockBlob"}, timeout=30)
    api.ask(complete, 201, names=upload)
    api.ask(complete, 200, names=upload)
    api.ask(complete, 404, names={"upload_id": UNKNOWN})
    upload = {"upload_id": api.ask(generate, 201, json=wanted).json()["id"]}
    api.ask(cancel, 204, names=upload)
    api.ask(cancel, 410, names=upload)
    api.ask(renew, 410, names=upload)


def _jobs(api: Described, video: dict[str, str]) -> None:
    process = "POST /api/videos/{video_id}/process"
    [job] = api.ask(process, 202, names=video, json={"kinds": ["poster"], "force": True}).json()["jobs"]
    api.ask(process, 400, names=video, json={"kinds": ["nonsense"]})
    api.ask(process, 404, names={"video_id": UNKNOWN}, json={"kinds": ["poster"]})
    api.ask("GET /api/jobs", 200, query="?state=queued&limit=1")
    api.ask("GET /api/jobs", 400, query="?state=nonsense")
    named, unknown = {"job_id": job["id"]}, {"job_id": "none"}
    cancel, retry = "POST /api/jobs/{job_id}/cancel", "POST /api/jobs/{job_id}/retry"
    api.ask("GET /api/jobs/{job_id}", 200, names=named)
    api.ask("GET /api/jobs/{job_id}", 404, names=unknown)
    api.ask(cancel, 200, names=named)
    api.ask(cancel, 404, names=unknown)
    api.ask(retry, 202, names=named)
    api.ask(retry, 404, names=unknown)


def _media(api: Described, film: Path) -> None:
    stored = requests.put(f"{api.url}/api/upload/film.mp4", data=film.read_bytes(), timeout=30).json()
    video = {"video_id": stored["id"]}
    process = "POST /api/videos/{video_id}/process"
    jobs = api.ask(process, 202, names=video, json={"kinds": ["poster", "storyboard", "preview", "hls"]}).json()["jobs"]
    below = f"{api.url}/api/videos/{video['video_id']}"
    made = [f"{below}/{each}" for each in ("poster", "storyboard.vtt", "preview", "hls/master.m3u8")]
    eventually(lambda: all(requests.get(each, timeout=30).ok for each in made), patience=120)
    etag = api.ask("GET /api/videos/{video_id}/poster", 200, names=video).headers["ETag"]
    api.ask("GET /api/videos/{video_id}/poster", 304, names=video, headers={"If-None-Match": etag})
    api.ask("GET /api/videos/{video_id}/poster", 404, names={"video_id": UNKNOWN})
    etag = api.ask("GET /api/videos/{video_id}/preview", 200, names=video).headers["ETag"]
    api.ask("GET /api/videos/{video_id}/preview", 304, names=video, headers={"If-None-Match": etag})
    api.ask("GET /api/videos/{video_id}/preview", 404, names={"video_id": UNKNOWN})
    pictures = api.ask("GET /api/videos/{video_id}/storyboard.vtt", 200, names=video).text
    sheet = re.search(r"storyboard/(?P<version>[^/\s]+)/(?P<name>[^#\s]+)", pictures)
    assert sheet is not None, pictures
    api.ask("GET /api/videos/{video_id}/storyboard/{version}/{name}", 200, names=video | sheet.groupdict())
    playlist = "GET /api/videos/{video_id}/hls/{name}"
    master = api.ask(playlist, 200, names=video | {"name": "master.m3u8"}).text
    rendition = next(line for line in master.splitlines() if not line.startswith("#"))
    parts = api.ask(playlist, 200, names=video | {"name": rendition.rpartition("/")[2]}).text
    part = re.search(r"(?P<version>[^/\s\"]+)/(?P<name>[^/\s\"]+\.m4s)", parts)
    assert part is not None, parts
    api.ask("GET /api/videos/{video_id}/hls/{version}/{name}", 200, names=video | part.groupdict())
    api.ask(playlist, 404, names=video | {"name": "none.m3u8"})
    _subtitles(api, video)
    of_done = f"{api.url}{jobs[0]['links']['self']}"
    eventually(lambda: requests.get(of_done, timeout=30).json()["state"] == "done", patience=120)
    api.ask("POST /api/jobs/{job_id}/cancel", 409, names={"job_id": jobs[0]["id"]})
    api.ask("PUT /api/videos/{video_id}/poster", 202, names=video, json={"at": 1})
    api.ask("PUT /api/videos/{video_id}/poster", 400, names=video, json={"at": "now"})
    api.ask("PUT /api/videos/{video_id}/poster", 404, names={"video_id": UNKNOWN}, json={"at": 1})
    api.ask("DELETE /api/videos/{video_id}/poster", 204, names=video)
    api.ask("DELETE /api/videos/{video_id}/poster", 404, names={"video_id": UNKNOWN})


def _subtitles(api: Described, video: dict[str, str]) -> None:
    told = f"{api.url}/api/videos/{video['video_id']}"
    eventually(lambda: any(each["url"] for each in requests.get(told, timeout=30).json()["subtitles"]), patience=120)
    [track] = requests.get(told, timeout=30).json()["subtitles"]
    version, name = track["url"].rsplit("/", 2)[1:]
    words, named = "GET /api/videos/{video_id}/subtitles/{version}/{name}", {"version": version, "name": name}
    etag = api.ask(words, 200, names=video | named).headers["ETag"]
    api.ask(words, 304, names=video | named, headers={"If-None-Match": etag})
    api.ask(words, 404, names=video | named | {"version": "0123456789abcdef"})
