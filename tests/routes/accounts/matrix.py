"""What each kind of actor is answered at every route: the issue's matrix, as one table.

`YES` is any answer that is no refusal: a body that makes no sense is refused only once somebody may ask.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tests.routes.accounts.world import TUS
from tests.videos import mp4

YES: Final = 200
WHO = (
    *("nobody", "READONLY", "foreign", "own", "MANAGER", "ADMIN"),
    *("read token", "write token", "admin token", "ended session", "shut"),
)
"""`own` is whose the thing is, and whose the first two tokens are; `shut` has been given no part of the site."""

Answers = Mapping[str, int]


def _row(*statuses: int) -> Answers:
    return dict(zip(WHO, statuses, strict=True))


#                    nobody READ  frgn  own  MANAG ADMIN  read  write admin ended shut
SEE_PRIVATE = _row(401, 404, 404, YES, YES, YES, YES, YES, YES, 401, 403)
SEE_TEAM = _row(401, YES, YES, YES, YES, YES, YES, YES, YES, 401, 403)
SEE_PUBLIC = _row(YES, YES, YES, YES, YES, YES, YES, YES, YES, YES, 403)
LINK_PUBLIC = _row(401, YES, YES, YES, YES, YES, YES, YES, YES, 401, 403)
CHANGE_PRIVATE = _row(401, 404, 404, YES, YES, YES, 403, YES, YES, 401, 403)
CHANGE_SEEN = _row(401, 403, 403, YES, YES, YES, 403, YES, YES, 401, 403)
TRASHED = _row(401, 404, 404, YES, YES, YES, 404, YES, YES, 401, 403)
GONE = _row(401, 404, 404, 404, 404, 404, 404, 404, 404, 401, 403)
UPLOAD = _row(401, 403, YES, YES, YES, YES, 403, YES, YES, 401, 403)
OWN_UPLOAD = _row(401, 403, 404, YES, YES, YES, 403, YES, YES, 401, 403)
SEE_JOB = _row(401, 404, 404, YES, YES, YES, YES, YES, YES, 401, 403)
CHANGE_JOB = _row(401, 404, 404, YES, YES, YES, 403, YES, YES, 401, 403)
CHANGE_TAKING = _row(401, 404, 404, 403, 403, YES, 403, 403, YES, 401, 403)
LIST = _row(401, YES, YES, YES, YES, YES, YES, YES, YES, 401, 403)
SOURCES = _row(401, 403, 403, 403, YES, YES, 403, 403, YES, 401, 403)
ADMINISTER = _row(401, 403, 403, 403, 403, YES, 403, 403, YES, 401, 403)
AUDIT = _row(401, 403, 403, 403, YES, YES, 403, 403, YES, 401, 403)
ONESELF = _row(401, YES, YES, YES, YES, YES, 403, 403, YES, 401, YES)
OWN_THING = _row(401, 404, 404, YES, 404, 404, 403, 403, 404, 401, 404)
NONE_THERE = _row(401, 404, 404, 404, 404, 404, 403, 403, 404, 401, 404)
NO_IDENTITY = _row(401, 403, 403, 403, 403, 404, 403, 403, 404, 401, 403)
#                    What needs somebody to confirm who they are, which no token can.
FRESH = _row(401, YES, YES, YES, YES, YES, 403, 403, 403, 401, YES)
FRESH_THING = _row(401, 404, 404, YES, 404, 404, 403, 403, 403, 401, 404)
FRESH_NONE = _row(401, 404, 404, 404, 404, 404, 403, 403, 403, 401, 404)
IN_A_SESSION = _row(401, 403, 403, 403, 403, 403, 403, 403, 403, 401, 403)
SOMEBODY = _row(401, YES, YES, YES, YES, YES, YES, YES, YES, 401, YES)


@dataclass(frozen=True)
class Case:
    """What is asked for, and the answers."""

    answers: Answers
    thing: str = ""
    """What stands in the place of the id: a method of `World`, with its argument after a colon."""
    send: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    """What stands in other places of the address."""


def _seen(**send: Any) -> tuple[Case, ...]:
    return (
        Case(SEE_PRIVATE, "video", send),
        Case(SEE_TEAM, "video:team", send),
        Case(SEE_PUBLIC, "video:public", send),
        Case(GONE, "trashed", send),
    )


def _seen_clip() -> tuple[Case, ...]:
    return (Case(SEE_PRIVATE, "clip"), Case(SEE_TEAM, "clip:team"), Case(SEE_PUBLIC, "clip:public"))


def _changed_clip(**send: Any) -> tuple[Case, ...]:
    return (Case(CHANGE_PRIVATE, "clip", send), Case(CHANGE_SEEN, "clip:public", send))


def _made(name: str) -> tuple[Case, ...]:
    """The same of a file that has been made of the video."""
    others = {"version": "3f0c9d1e8a7b4c5d", "name": name}
    return tuple(Case(each.answers, each.thing, others=others) for each in _seen())


def _changed(**send: Any) -> tuple[Case, ...]:
    return (
        Case(CHANGE_PRIVATE, "video", send),
        Case(CHANGE_SEEN, "video:team", send),
        Case(CHANGE_SEEN, "video:public", send),
        Case(GONE, "trashed", send),
    )


def _named(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """The same of a document."""
    return tuple(replace(each, others={"name": "slides.pdf"}) for each in cases)


def _signed(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """The same of a sign track."""
    return tuple(replace(each, others={"lang": "ase"}) for each in cases)


_PATCH = TUS | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
_BYTES = {"headers": _PATCH, "data": b"x"}
_OVER = {"headers": _PATCH | {"X-HTTP-Method-Override": "PATCH"}, "data": b"x"}
_BEGUN = {"headers": TUS | {"Upload-Length": "3000", "Upload-Metadata": "filename ZmlsbS5tcDQ="}}


def _of_language(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    return tuple(replace(each, others={"language": "en"}) for each in cases)


_WORDS = "WEBVTT\n\n00:01.000 --> 00:03.000\nHello.\n"
_FILE = {"data": mp4(3000)}
_DIRECT = {"json": {"filename": "film.mp4", "size": 3000, "content_type": "video/mp4"}}

ANYBODY: frozenset[str] = frozenset(
    {
        *("POST /api/auth/login", "POST /api/auth/logout", "POST /api/auth/refresh", "POST /api/auth/register"),
        *("POST /api/auth/password/reset", "GET /health", "GET /health/ready", "GET /metrics"),
        *("POST /api/auth/device", "POST /api/auth/device/token", "POST /api/auth/password/forgotten"),
        *("POST /api/auth/passkeys/sign-in", "POST /api/auth/passkeys/sign-in/options"),
        "GET /s/access/{video_id}",
        *("OPTIONS /api/uploads", "OPTIONS /api/uploads/{upload_id}"),
    }
)
"""What asks nobody who they are: it lets people in, says how the server is, or is opened by what is in the address."""


def _collected(private: Answers, seen: Answers, **send: Any) -> tuple[Case, ...]:
    """What is asked of a collection of the owner's, with what stands in other places of the address."""
    others = send.pop("others", {})
    return (
        Case(private, "collection", send, others),
        Case(seen, "collection:team", send, others),
    )


_MEMBER = {"user_id": "MANAGER"}
CASES: Mapping[str, tuple[Case, ...]] = {
    "POST /api/auth/password": (Case(ONESELF, send={"json": {"old": "", "new": ""}}),),
    "POST /api/timings": (Case(SOMEBODY, send={"json": {"what": "page", "seconds": 0.4}}),),
    "POST /api/feedback": (
        Case(_row(401, YES, YES, YES, YES, YES, YES, YES, YES, 401, 403), send={"json": {"about": "nothing"}}),
    ),
    "GET /api/auth/sessions": (Case(ONESELF),),
    "DELETE /api/auth/sessions": (Case(ONESELF, send={"query_string": {"but": "this"}}),),
    "DELETE /api/auth/sessions/{session_id}": (Case(OWN_THING, "session"),),
    "GET /api/auth/tokens": (Case(ONESELF),),
    "POST /api/auth/tokens": (Case(FRESH, send={"json": {"name": "t", "scopes": ["videos:read"]}}),),
    "DELETE /api/auth/tokens/{token_id}": (Case(FRESH_THING, "token"),),
    "GET /api/auth/user": (Case(SOMEBODY),),
    "PATCH /api/auth/user": (Case(ONESELF, send={"json": {"preferences": {"theme": "dark"}}}),),
    "POST /api/auth/confirm": (Case(ONESELF, send={"json": {"password": "a wrong one"}}),),
    "POST /api/auth/totp": (Case(FRESH),),
    "POST /api/auth/totp/confirm": (Case(FRESH, send={"json": {"code": "000000"}}),),
    "DELETE /api/auth/totp": (Case(ONESELF, send={"json": {"code": "000000"}}),),
    "GET /api/auth/recovery": (Case(ONESELF),),
    "POST /api/auth/recovery": (Case(FRESH),),
    "GET /api/auth/passkeys": (Case(ONESELF),),
    "POST /api/auth/passkeys": (Case(FRESH, send={"json": {}}),),
    "POST /api/auth/passkeys/options": (Case(FRESH, send={"json": {}}),),
    "PATCH /api/auth/passkeys/{passkey_id}": (Case(NONE_THERE, "nothing", {"json": {"name": "a key"}}),),
    "DELETE /api/auth/passkeys/{passkey_id}": (Case(FRESH_NONE, "nothing"),),
    "GET /api/users/{user_id}/identities": (Case(ADMINISTER, "user"),),
    "POST /api/users/{user_id}/identities": (Case(ADMINISTER, "user", {"json": {"subject": "x"}}),),
    "DELETE /api/users/{user_id}/identities/{identity_id}": (
        Case(NO_IDENTITY, "user", others={"identity_id": "0" * 32}),
    ),
    "GET /api/users": (Case(ADMINISTER),),
    "POST /api/users": (Case(ADMINISTER, send={"json": {"email": "no address", "role": "USER"}}),),
    "GET /api/users/{user_id}": (Case(ADMINISTER, "user"),),
    "PATCH /api/users/{user_id}": (Case(ADMINISTER, "user", {"json": {"role": "READONLY"}}),),
    "DELETE /api/users/{user_id}": (Case(ADMINISTER, "user"),),
    "POST /api/users/{user_id}/reset": (Case(ADMINISTER, "user"),),
    "POST /api/users/{user_id}/sign-out": (Case(ADMINISTER, "user"),),
    "GET /api/settings": (Case(ADMINISTER),),
    "GET /api/settings/{key}": (Case(ADMINISTER, "setting"),),
    "PUT /api/settings/{key}": (Case(ADMINISTER, "setting", {"json": {"value": 100}}),),
    "DELETE /api/settings/{key}": (Case(ADMINISTER, "setting"),),
    "GET /api/audit": (Case(AUDIT),),
    "GET /api/storage": (Case(AUDIT),),
    "POST /api/upload": (Case(UPLOAD, send={"data": {}}),),
    "POST /api/video/upload": (Case(UPLOAD, send={"data": {}}),),
    "PUT /api/upload/{filename}": (Case(UPLOAD, "filename", _FILE),),
    "POST /api/uploads": (Case(UPLOAD, send=_BEGUN),),
    "GET /api/uploads/{upload_id}": (Case(OWN_UPLOAD, "upload"),),
    "HEAD /api/uploads/{upload_id}": (Case(OWN_UPLOAD, "upload", {"headers": TUS}),),
    "POST /api/uploads/{upload_id}": (Case(OWN_UPLOAD, "upload", _OVER),),
    "PATCH /api/uploads/{upload_id}": (Case(OWN_UPLOAD, "upload", _BYTES),),
    "DELETE /api/uploads/{upload_id}": (Case(OWN_UPLOAD, "upload", {"headers": TUS}),),
    "POST /api/v1/videos/generate-upload-url": (Case(UPLOAD, send=_DIRECT),),
    "POST /api/v1/videos/{upload_id}/complete": (Case(OWN_UPLOAD, "direct", {"json": {}}),),
    "POST /api/v1/videos/{upload_id}/upload-url": (Case(OWN_UPLOAD, "direct"),),
    "DELETE /api/v1/videos/{upload_id}/upload-url": (Case(OWN_UPLOAD, "direct"),),
    "GET /api/videos/{video_id}/access-url": (
        Case(SEE_PRIVATE, "video"),
        Case(SEE_TEAM, "video:team"),
        Case(LINK_PUBLIC, "video:public"),
        Case(GONE, "trashed"),
    ),
    "GET /api/videos/{video_id}/captions": _seen(),
    "GET /api/videos/{video_id}/captions/{language}": _of_language(_seen()),
    "PUT /api/videos/{video_id}/captions/{language}": _of_language(_changed(data=_WORDS)),
    "DELETE /api/videos/{video_id}/captions/{language}": _of_language(_changed()),
    "GET /api/videos/{video_id}/captions/{language}/check": _of_language(_seen()),
    "POST /api/videos/{video_id}/captions/{language}/check": _of_language(_changed(json={"cues": []})),
    "POST /api/videos/{video_id}/captions/{language}/generate": _of_language(_changed()),
    "GET /api/videos/{video_id}/captions/{language}/draft": _of_language(_changed()),
    "PUT /api/videos/{video_id}/captions/{language}/draft": _of_language(_changed(json={"cues": []})),
    "DELETE /api/videos/{video_id}/captions/{language}/draft": _of_language(_changed()),
    "GET /api/videos/{video_id}/transcript": _seen(),
    "GET /api/videos/{video_id}/chapters": _seen(),
    "PUT /api/videos/{video_id}/chapters": _changed(json={"chapters": [{"start": 0, "title": "Arrival"}]}),
    "DELETE /api/videos/{video_id}/access-urls": (*_changed()[:-1], Case(TRASHED, "trashed")),
    "GET /api/videos/{video_id}/content": _seen(),
    "HEAD /api/videos/{video_id}/content": _seen(),
    "GET /api/videos/{video_id}/hls/{name}": tuple(
        Case(each.answers, each.thing, others={"name": "master.m3u8"}) for each in _seen()
    ),
    "GET /api/videos/{video_id}/hls/{version}/{name}": _made("v360-00000.m4s"),
    "GET /api/videos/{video_id}/poster": _seen(),
    "PUT /api/videos/{video_id}/poster": _changed(json={"at": 0}),
    "DELETE /api/videos/{video_id}/poster": _changed(),
    "GET /api/videos/{video_id}/preview": _seen(),
    "POST /api/videos/{video_id}/process": _changed(json={"kinds": ["poster"]}),
    "GET /api/videos/{video_id}/storyboard.vtt": _seen(),
    "GET /api/videos/{video_id}/storyboard/{version}/{name}": _made("0.webp"),
    "GET /api/videos/{video_id}/subtitles/{version}/{name}": _made("text-2.vtt"),
    "POST /api/videos/{video_id}/sign/{lang}/generate": _signed(_changed()),
    "GET /api/videos/{video_id}/sign/{lang}": _signed(_seen()),
    "PUT /api/videos/{video_id}/sign/{lang}": _signed(_changed(json={"video_id": "none.mp4"})),
    "DELETE /api/videos/{video_id}/sign/{lang}": _signed(_changed()),
    "GET /api/videos/{video_id}/documents": _seen(),
    "POST /api/videos/{video_id}/documents": _changed(data=b"%PDF-1", query_string={"name": "a.pdf"}),
    "GET /api/videos/{video_id}/documents/{name}": _named(_seen()),
    "DELETE /api/videos/{video_id}/documents/{name}": _named(_changed()),
    "GET /api/videos/{video_id}/clips": (
        Case(SEE_PRIVATE, "video"),
        Case(SEE_TEAM, "video:team"),
        Case(LINK_PUBLIC, "video:public"),
        Case(GONE, "trashed"),
    ),
    "POST /api/videos/{video_id}/clips": _changed(json={"start": 0, "end": 1}),
    "POST /api/videos/{video_id}/clips/batch": _changed(json={"clips": [{"start": 0, "end": 1}]}),
    "POST /api/clips/supercut": (Case(UPLOAD, send={"json": {"ids": []}}),),
    "GET /api/clips/{clip_id}": _seen_clip(),
    "GET /api/clips/{clip_id}/metadata": _seen_clip(),
    "GET /api/clips/{clip_id}/access-url": _seen_clip(),
    "PATCH /api/clips/{clip_id}": _changed_clip(json={"title": "mine"}),
    "DELETE /api/clips/{clip_id}": _changed_clip(),
    "POST /api/artists/{artist_id}/discover": (Case(SOURCES, "artist"),),
    "GET /api/subscriptions": (Case(LIST),),
    "POST /api/subscriptions": (Case(SOURCES, send={"json": {"kind": "feed"}}),),
    "GET /api/subscriptions/{subscription_id}": (Case(LIST, "subscription"),),
    "PATCH /api/subscriptions/{subscription_id}": (Case(SOURCES, "subscription", {"json": {"paused": True}}),),
    "DELETE /api/subscriptions/{subscription_id}": (Case(SOURCES, "subscription"),),
    "POST /api/subscriptions/{subscription_id}/run": (Case(SOURCES, "subscription"),),
    "GET /api/sources": (Case(LIST),),
    "POST /api/sources/{name}/test": (Case(AUDIT, others={"name": "imvdb"}),),
    "GET /api/collections": (Case(LIST),),
    "POST /api/collections": (Case(UPLOAD, send={"json": {"description": "no title"}}),),
    "GET /api/collections/{collection_id}": _collected(SEE_PRIVATE, SEE_TEAM),
    "PATCH /api/collections/{collection_id}": _collected(OWN_UPLOAD, CHANGE_SEEN, json={"description": "Sea."}),
    "DELETE /api/collections/{collection_id}": _collected(CHANGE_PRIVATE, CHANGE_SEEN),
    "POST /api/collections/{collection_id}/restore": _collected(CHANGE_PRIVATE, CHANGE_SEEN),
    "GET /api/collections/{collection_id}/videos": _collected(SEE_PRIVATE, SEE_TEAM),
    "POST /api/collections/{collection_id}/videos": _collected(OWN_UPLOAD, CHANGE_SEEN, json={"ids": ["none.mp4"]}),
    # Whether whoever asks may do it is asked of the video.
    "DELETE /api/collections/{collection_id}/videos/{video_id}": (
        Case(_row(401, 403, 404, 404, 404, 404, 403, 404, 404, 401, 403), "collected", others={"video_id": "none.mp4"}),
    ),
    "GET /api/collections/{collection_id}/members": _collected(CHANGE_PRIVATE, CHANGE_SEEN),
    "PUT /api/collections/{collection_id}/members/{user_id}": _collected(
        OWN_UPLOAD, CHANGE_SEEN, json={"role": "viewer"}, others=_MEMBER
    ),
    "DELETE /api/collections/{collection_id}/members/{user_id}": _collected(
        CHANGE_PRIVATE, CHANGE_SEEN, others=_MEMBER
    ),
    "GET /api/artists": (Case(LIST),),
    "POST /api/artists": (Case(SOURCES, send={"json": {"text": "no name"}}),),
    "POST /api/artists/bulk-delete": (Case(SOURCES, send={"json": {"ids": ["none"]}}),),
    "POST /api/artists/restore": (Case(SOURCES, send={"json": {"ids": ["none"]}}),),
    "POST /api/artists/merge": (Case(SOURCES, "", {"json": {"into": "none", "ids": []}}),),
    "POST /api/artists/import": (Case(SOURCES, send={"json": {"csv": "", "preview": True}}),),
    "GET /api/artists/{artist_id}": (Case(LIST, "artist"),),
    "PATCH /api/artists/{artist_id}": (Case(SOURCES, "artist", {"json": {"text": "Sings."}}),),
    "DELETE /api/artists/{artist_id}": (Case(SOURCES, "artist"),),
    "GET /api/artists/{artist_id}/videos": (Case(LIST, "artist"),),
    "GET /api/artists/{artist_id}/picture": (Case(LIST, "artist"),),
    "GET /api/wanted": (Case(LIST),),
    "GET /api/wanted/{wanted_id}": (Case(LIST, "wanted"),),
    "GET /api/wanted/{wanted_id}/picture": (Case(LIST, "wanted"),),
    "POST /api/wanted/{wanted_id}/download": (Case(UPLOAD, "wanted"),),
    "PATCH /api/wanted/{wanted_id}": (Case(SOURCES, "wanted", {"json": {"state": "IGNORED"}}),),
    "GET /api/storage/rules": (Case(AUDIT),),
    "PUT /api/storage/rules": (Case(AUDIT, send={"json": {"rules": []}}),),
    "POST /api/storage/rules/preview": (Case(AUDIT, send={"json": {"rules": []}}),),
    "GET /api/storage/rules/azure": (Case(AUDIT),),
    "PUT /api/videos/{video_id}/tier": _changed(json={"tier": "cool"}),
    "POST /api/videos/{video_id}/rehydrate": _changed(json={"tier": "hot"}),
    # Which videos whoever asks may take along is asked of each of them.
    "GET /api/zip": (Case(SEE_PUBLIC),),
    "HEAD /api/zip": (Case(SEE_PUBLIC),),
    "POST /api/zip": (Case(SEE_PUBLIC, send={"json": {"ids": []}}),),
    "GET /api/openapi.json": (Case(SOMEBODY),),
    "POST /api/migrate-clips": (Case(ADMINISTER),),
    "GET /api/imports": (Case(LIST),),
    "POST /api/imports": (Case(UPLOAD, send={"json": {}}),),
    "GET /api/imports/{import_id}": (Case(LIST, "fetching"),),
    "POST /api/imports/{import_id}/cancel": (Case(CHANGE_SEEN, "fetching"),),
    "POST /api/imports/{import_id}/retry": (Case(CHANGE_SEEN, "fetching"),),
    "GET /api/jobs": (Case(LIST),),
    "GET /api/jobs/{job_id}": (Case(SEE_JOB, "job"),),
    "POST /api/jobs/{job_id}/cancel": (Case(CHANGE_JOB, "job"), Case(CHANGE_TAKING, "taking")),
    "POST /api/jobs/{job_id}/retry": (Case(CHANGE_JOB, "job"), Case(CHANGE_TAKING, "taking")),
    "GET /api/events": (Case(LIST, send={"query_string": {"once": ""}}),),
    "GET /api/accessibility/report.csv": (Case(LIST),),
    "GET /api/search": (Case(LIST, send={"query_string": {"q": "sea"}}),),
    # Whether whoever asks may do it is the result of each video.
    "POST /api/bulk": (Case(LIST, send={"json": {"action": "delete", "ids": ["none.mp4"]}}),),
    "POST /api/bulk/preview": (Case(LIST, send={"json": {}}),),
    "GET /api/bulk/{bulk_id}": (Case(SEE_JOB, "deletion"),),
    "POST /api/bulk/{bulk_id}/undo": (Case(CHANGE_JOB, "deletion"),),
    "GET /api/trash": (Case(LIST),),
    "GET /api/storage/scrub": (Case(AUDIT),),
    "GET /api/videos": (Case(LIST),),
    "GET /api/videos/{video_id}": _seen(),
    "PATCH /api/videos/{video_id}": _changed(json={"title": "mine"}),
    "DELETE /api/videos/{video_id}": _changed(),
    "PUT /api/videos/{video_id}/hold": (Case(AUDIT, "video", {"json": {"reason": "Case 1"}}),),
    "DELETE /api/videos/{video_id}/hold": (Case(ADMINISTER, "video"),),
    "POST /api/trash/{video_id}/purge": (Case(ADMINISTER, "trashed"),),
    "POST /api/videos/{video_id}/restore": (*_changed()[:-1], Case(TRASHED, "trashed")),
}
"""Every operation of the description that asks who comes."""
