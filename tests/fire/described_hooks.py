"""What Schemathesis has to know of our media types, and of what no schema can say.

It loads this by the name in SCHEMATHESIS_HOOKS. A request that is to be valid gets what only a camera or the server
itself can make: a real film as the body, a cursor that a list has given out, a digest that is right, a link that was
signed. All else about it stays at random, and a request that is to be invalid stays as it is.
"""

import base64
import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit
from uuid import uuid4

import requests
import schemathesis
from schemathesis import GenerationMode, HookContext
from schemathesis.transport.serialization import Binary

from routes.imports.queries import sort_of
from routes.library.list_query import LONGEST_FILM
from services.accessibility.bits import bits_of
from services.accessibility.score import Missing
from services.actors.actor import PRINCIPAL
from services.artists.artist import WantedState
from services.artists.store.pages import DEFAULT_ARTIST_SORT, DEFAULT_WANTED_SORT, ArtistQuery, WantedQuery
from services.collections.store import SORT as COLLECTIONS_SORT
from services.collections.store import CollectionQuery
from services.jobs.job import State
from services.jobs.store import JobQuery, cursor_question
from services.library.catalogue import PageQuery
from tests.videos import mp4
from utils.cursors import Cursor, encode_cursor
from utils.text import one_line

_CHUNK = "application/offset+octet-stream"
schemathesis.serializer.alias(_CHUNK, "application/octet-stream")

Case = Any
"""A request; what its parts hold depends on the operation."""

_FILM = mp4(3000)
_BODY = Binary(_FILM)
_SHA256 = base64.b64encode(hashlib.sha256(_FILM).digest()).decode()
_NAME = "filename " + base64.b64encode(b"film.mp4").decode()
_UNTYPED = "application/octet-stream"
# A longer address is answered with 414 before any operation is asked: tests/e2e/http/test_slow_clients.py.
_LONGEST_QUERY = 7000


@schemathesis.hook
def filter_query(_context: HookContext, query: dict[str, Any] | None) -> bool:
    """Whether a server reads an address with that query at all."""
    return len(urlencode(query or {}, doseq=True, errors="replace")) <= _LONGEST_QUERY


@schemathesis.hook
def before_call(_context: HookContext, case: Case, _kwargs: dict[str, Any]) -> None:
    """Make true what a valid request says."""
    mode = case.meta.generation.mode if case.meta else None
    if mode is GenerationMode.POSITIVE and (make_true := _TRUTHS.get(case.operation.label)):
        make_true(case)


def _list(case: Case) -> None:
    if "cursor" in case.query:
        said = {name: one_line(str(case.query.get(name, ""))) for name in ("q", "tag")}
        sort = case.query.get("sort", "-uploaded_at")
        value = "a film" if sort.endswith("title") else 7
        length = case.query.get("longer_than")
        missing = case.query.get("missing")
        filters = PageQuery(
            longer_than=None if length is None else min(float(length), LONGEST_FILM),
            lacks=bits_of([Missing(missing)]) if missing else 0,
            held=case.query.get("held") == "true",
            tier=case.query.get("tier", ""),
            artist=one_line(str(case.query.get("artist", ""))),
            collection=one_line(str(case.query.get("collection", ""))),
        ).filters
        case.query["cursor"] = encode_cursor(Cursor(sort=sort, value=value, id="film.mp4", filters=filters, **said))


def _change(case: Case) -> None:
    # Which artists there are, no description can say.
    case.body.pop("artists", None)


def _trash(case: Case) -> None:
    if "cursor" in case.query:
        case.query["cursor"] = encode_cursor(Cursor(sort="-deleted_at", q="", tag="", value=7, id="film.mp4"))


def _jobs(case: Case) -> None:
    if "cursor" in case.query:
        states = [State(each) for each in case.query.get("state", "").split(",") if each]
        asked = JobQuery(
            video=case.query.get("video") or None,
            kind=case.query.get("kind") or None,
            states=tuple(dict.fromkeys(states)),
        )
        case.query["cursor"] = encode_cursor(Cursor(**cursor_question(asked), value=7, id="0" * 24))


def _people(case: Case) -> None:
    if "cursor" in case.query:
        case.query["cursor"] = encode_cursor(Cursor(sort="users", q="", tag="", value=7, id="0" * 32))


def _audit(case: Case) -> None:
    if "cursor" in case.query:
        case.query["cursor"] = encode_cursor(Cursor(sort="audit", q="", tag="", value=7, id="7"))


def _person(case: Case) -> None:
    # A username or an address has to be there, of a kind that no pattern can say, and nobody else's.
    case.body.pop("email", None)
    case.body["username"] = f"u{uuid4().hex[:20]}"


def _setting(case: Case) -> None:
    # What fits depends on the setting.
    case.path_parameters["key"], case.body = "lockout_tries", {"value": 5}


def _form(case: Case) -> None:
    case.body = {**case.body, "file": ("film.mp4", _FILM)}
    # Of a form the digest is that of all of it, with boundaries that are drawn when it is sent.
    case.headers.pop("Content-Digest", None)


def _file(case: Case) -> None:
    case.body = _BODY
    if "Content-Digest" in case.headers:
        case.headers["Content-Digest"] = f"sha-256=:{_SHA256}:"


def _direct(case: Case) -> None:
    # Of a clip all is said, or nothing.
    for name in ("clip_of", "start", "end", "start_time", "end_time"):
        case.body.pop(name, None)
    # Which types fit depends on the name.
    if case.body.get("content_type"):
        case.body["content_type"] = _UNTYPED


def _completion(case: Case) -> None:
    # All ids have one length.
    if isinstance(case.body, dict) and case.body.get("blocks"):
        case.body["blocks"] = [base64.b64encode(b"%08d" % n).decode() for n in range(len(case.body["blocks"]))]


def _bound_link(case: Case) -> None:
    if "ip" in case.query:
        case.query["ip"] = "203.0.113.7"


def _link(case: Case) -> None:
    server = case.operation.base_url
    video = requests.put(f"{server}/api/upload/film.mp4", data=_FILM, timeout=30).json()
    made = urlsplit(requests.get(f"{server}{video['links']['self']}/access-url", timeout=30).json()["url"])
    case.path_parameters["video_id"] = unquote(made.path.rpartition("/")[2])
    for name in ("expires", "ip", "version", "sig"):
        case.query.pop(name, None)
    case.query.update(parse_qsl(made.query))


def _sign(case: Case) -> None:
    # Two films of the library, of which none signs the other yet, and one of a hundred languages.
    server = case.operation.base_url
    film, sign = (requests.put(f"{server}/api/upload/film.mp4", data=_FILM, timeout=30).json()["id"] for _ in range(2))
    case.path_parameters["video_id"] = film
    case.path_parameters["lang"] = "ase"
    case.body["video_id"] = sign


def _signing(case: Case) -> None:
    case.path_parameters["lang"] = "ase"


def _document(case: Case) -> None:
    case.body = {**case.body, "file": ("words.txt", b"What is said.")}


def _creation(case: Case) -> None:
    # One of two headers names the length, and one of the pairs in a third one the file. The body stays: it is too short
    # to be told from a film.
    for name in ("Upload-Concat", "Upload-Defer-Length", "Upload-Checksum"):
        case.headers.pop(name, None)
    case.headers.update({"Upload-Length": str(1024**3), "Upload-Metadata": _NAME})


def _appending(case: Case) -> None:
    case.headers.pop("Upload-Checksum", None)


def _override(case: Case) -> None:
    # What PATCH needs, HEAD and DELETE do not.
    if case.headers["X-HTTP-Method-Override"] == "PATCH":
        case.headers["Upload-Offset"] = "0"
        case.media_type, case.body = _CHUNK, _BODY
    _appending(case)


def _captions(case: Case) -> None:
    case.media_type, case.body = "text/vtt", Binary(b"WEBVTT\n\n00:01.000 --> 00:03.000\nHello.\n")


def _clips(case: Case) -> None:
    # A film of the library, which nobody has looked into: so it may be of any length.
    server = case.operation.base_url
    case.path_parameters["video_id"] = requests.put(f"{server}/api/upload/film.mp4", data=_FILM, timeout=30).json()[
        "id"
    ]
    wish = {"start": 1, "end": 2.5}
    case.body = {"clips": [wish]} if case.operation.label.endswith("batch") else wish


def _clip_list(case: Case) -> None:
    if "cursor" in case.query:
        filters = PageQuery(clip_of=case.path_parameters["video_id"]).filters
        said = {"sort": "uploaded_at", "q": "", "tag": "", "filters": filters}
        case.query["cursor"] = encode_cursor(Cursor(**said, value=7, id="film.mp4"))


def _supercut(case: Case) -> None:
    server = case.operation.base_url
    case.body = {"ids": [requests.put(f"{server}/api/upload/film.mp4", data=_FILM, timeout=30).json()["id"]]}


def _rules(case: Case) -> None:
    # A condition at least, one thing to do, and no name twice.
    for number, rule in enumerate(case.body["rules"]):
        rule |= {"name": f"rule {number}", "when": {"older_than_days": 365}, "then": {"tier": "cold"}}


def _artists(case: Case) -> None:
    if "cursor" in case.query:
        sort = case.query.get("sort", DEFAULT_ARTIST_SORT)
        state = case.query.get("state")
        asked = ArtistQuery(q=one_line(case.query.get("q", "")), state=WantedState(state) if state else None, sort=sort)
        _begin_after(case, asked)


def _wanted(case: Case) -> None:
    if "cursor" in case.query:
        said, state = case.query, case.query.get("state")
        asked = WantedQuery(
            q=one_line(said.get("q", "")),
            artist_id=case.path_parameters.get("artist_id") or said.get("artist") or None,
            state=WantedState(state) if state else None,
            kind=said.get("kind", ""),
            service=said.get("service", ""),
            year=int(said["year"]) if said.get("year") else None,
            sort=said.get("sort", DEFAULT_WANTED_SORT),
        )
        _begin_after(case, asked)


def _artist_list(case: Case) -> None:
    # One of both, and services have their own lists.
    case.body = {"csv": "Blue Kiln"} | {name: said for name, said in case.body.items() if name in {"csv", "preview"}}


def _collections(case: Case) -> None:
    if "cursor" in case.query:
        said = case.query
        asked = CollectionQuery(
            q=one_line(said.get("q", "")),
            editable=said.get("editable") == "true",
            trash=said.get("trash") == "true",
        )
        last = Cursor(sort=COLLECTIONS_SORT, q=asked.q, tag="", value="a", id="0" * 24, filters=asked.filters)
        case.query["cursor"] = encode_cursor(last)


def _member(case: Case) -> None:
    # Which accounts there are, no description can say; of whom App Service vouches for nothing is known but the id.
    case.path_parameters["user_id"] = f"{PRINCIPAL}somebody"


def _begin_after(case: Case, asked: ArtistQuery | WantedQuery) -> None:
    value = "a name" if asked.sort.removeprefix("-") in {"name", "title"} else 7
    last = Cursor(sort=asked.sort, q=asked.q, tag="", value=value, id="0" * 24, filters=asked.filters)
    case.query["cursor"] = encode_cursor(last)


def _imports(case: Case) -> None:
    if "cursor" in case.query:
        sort = sort_of(case.query.get("parent") or None)
        case.query["cursor"] = encode_cursor(Cursor(sort=sort, q="", tag="", value=7, id="0" * 24))


def _search(case: Case) -> None:
    # Where it goes on depends on the kind, and one without a kind goes nowhere.
    case.query.pop("cursor", None)


def _artist(case: Case) -> None:
    # Addresses as browsers take them, and a name that nobody has.
    if isinstance(case.body.get("name"), str):
        case.body["name"] = f"Artist {uuid4().hex[:20]}"
    if case.body.get("picture"):
        case.body["picture"] = "https://pictures.example/1.jpg"
    if case.body.get("links"):
        case.body["links"] = ["https://cranes.example/"]


def _merge(case: Case) -> None:
    case.body = {"into": "0" * 24, "ids": ["1" * 24]}


def _decision(case: Case) -> None:
    case.body = {"state": "IGNORED"}


def _bulk(case: Case) -> None:
    # What goes with what: an action with its value, and ids or a query.
    case.body = {"action": "tag", "ids": ["none.mp4"], "value": ["sea"]}


def _import(case: Case) -> None:
    # Which containers and folders there are, no description can say.
    left_out = {"artist", "collection", "container", "folder"}
    said = {name: value for name, value in case.body.items() if name not in left_out}
    case.body = {**said, "url": "https://films.example/a.mp4"}


def _subscription(case: Case) -> None:
    case.body = {**case.body, "quiet_hours": "22:00-06:00", "time_zone": "Europe/Berlin"}
    if case.method == "POST":
        case.body |= {"kind": "search", "query": f"somebody {uuid4().hex[:20]}", "url": None, "artist": None}


_TRUTHS: dict[str, Callable[[Case], None]] = {
    "GET /api/artists": _artists,
    "POST /api/artists": _artist,
    "PATCH /api/artists/{artist_id}": _artist,
    "POST /api/artists/merge": _merge,
    "POST /api/artists/import": _artist_list,
    "GET /api/collections": _collections,
    "PUT /api/collections/{collection_id}/members/{user_id}": _member,
    "GET /api/artists/{artist_id}/videos": _wanted,
    "GET /api/wanted": _wanted,
    "PATCH /api/wanted/{wanted_id}": _decision,
    "POST /api/bulk": _bulk,
    "GET /api/imports": _imports,
    "POST /api/imports": _import,
    "GET /api/search": _search,
    "POST /api/subscriptions": _subscription,
    "PATCH /api/subscriptions/{subscription_id}": _subscription,
    "PUT /api/storage/rules": _rules,
    "POST /api/storage/rules/preview": _rules,
    "GET /api/videos": _list,
    "PATCH /api/videos/{video_id}": _change,
    "GET /api/trash": _trash,
    "GET /api/jobs": _jobs,
    "GET /api/users": _people,
    "GET /api/audit": _audit,
    "POST /api/users": _person,
    "PUT /api/settings/{key}": _setting,
    "POST /api/upload": _form,
    "POST /api/video/upload": _form,
    "PUT /api/upload/{filename}": _file,
    "POST /api/v1/videos/generate-upload-url": _direct,
    "POST /api/v1/videos/{upload_id}/complete": _completion,
    "GET /api/videos/{video_id}/access-url": _bound_link,
    "GET /s/access/{video_id}": _link,
    "PUT /api/videos/{video_id}/captions/{language}": _captions,
    "GET /api/videos/{video_id}/clips": _clip_list,
    "POST /api/videos/{video_id}/clips": _clips,
    "POST /api/videos/{video_id}/clips/batch": _clips,
    "POST /api/clips/supercut": _supercut,
    "GET /api/clips/{clip_id}/access-url": _bound_link,
    "PUT /api/videos/{video_id}/sign/{lang}": _sign,
    "POST /api/videos/{video_id}/sign/{lang}/generate": _signing,
    "POST /api/videos/{video_id}/documents": _document,
    "POST /api/uploads": _creation,
    "PATCH /api/uploads/{upload_id}": _appending,
    "POST /api/uploads/{upload_id}": _override,
}
