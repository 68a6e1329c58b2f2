"""What waits in the outbox is read by the version before and the one after."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from services.actors.actor import ANYONE, SYSTEM
from services.events import people, sources, videos
from services.events.catalogue import BY_NAME, EVENTS, INTERNAL
from services.events.envelope import from_message, said_by, to_message
from services.events.event import Event, name_of
from services.videos.video import Video

NAMES = {
    "user.created",
    "user.login",
    "user.logout",
    "user.factor.added",
    "user.factor.removed",
    "preferences.updated",
    "setting.changed",
    "video.uploaded",
    "video.changed",
    "video.trashed",
    "video.restored",
    "video.held",
    "video.released",
    "video.purged",
    "video.adopted",
    "video.missing",
    "video.damaged",
    "video.processing.started",
    "video.processing.completed",
    "video.processing.failed",
    "clip.created",
    "captions.changed",
    "sign.changed",
    "import.started",
    "import.completed",
    "import.failed",
    "wanted.downloaded",
    "artist.discovered",
    "artist.created",
    "artist.changed",
    "artist.deleted",
    "artist.restored",
    "artist.merged",
    "tier.changed",
    "collection.created",
    "collection.changed",
    "collection.deleted",
    "collection.restored",
}
"""The names that are contract."""

_VIDEO = (
    '{"id":"20261120T101512345Z_0123456789abcdef0123456789abcdef_film.mp4","title":"film","original_name":"Film.mp4",'
    '"size":7,"content_type":"video/mp4","sha256":null,"etag":"0x1","content_etag":"c1",'
    '"uploaded_at":"2026-11-20T10:15:12.345000Z","tags":["a","b"],"status":"ready","deleted_at":null}'
)
_JOB = '{"video_id":"v","kind":"poster","job_id":"j"}'
_IMPORT = '"import_id":"i","url":"https://example.org/film"'
FIRST_FORMS = {
    "user.created": '{"user_id":"u","username":"amina","role":"USER"}',
    "user.login": '{"user_id":"u"}',
    "user.logout": '{"user_id":"u"}',
    "user.factor.added": '{"user_id":"u","factor":"totp"}',
    "user.factor.removed": '{"user_id":"u","factor":"all"}',
    "preferences.updated": '{"user_id":"u","changed":{"theme":"dark","visual_density":3,"captions":true}}',
    "setting.changed": '{"setting":"registration","value":"open"}',
    **{
        f"video.{each}": f'{{"video":{_VIDEO}}}'
        for each in ("uploaded", "changed", "trashed", "restored", "held", "released", "purged", "adopted", "missing")
    },
    "video.damaged": '{"video_id":"v","expected":"aa","found":"bb"}',
    "video.processing.started": _JOB,
    "video.processing.completed": _JOB,
    "video.processing.failed": _JOB,
    "clip.created": '{"clip_id":"c","video_id":"v","start":1.5,"end":3}',
    "captions.changed": '{"video_id":"v","language":"de"}',
    "sign.changed": '{"video_id":"v","language":"gsg"}',
    "import.started": f"{{{_IMPORT}}}",
    "import.completed": f'{{{_IMPORT},"video_id":"v"}}',
    "import.failed": f"{{{_IMPORT}}}",
    "wanted.downloaded": '{"wanted_id":"w","title":"Crane","video_id":"v"}',
    **{
        f"artist.{each}": '{"artist_id":"a","name":"Björk"}'
        for each in ("discovered", "created", "changed", "deleted", "restored")
    },
    "artist.merged": '{"artist_id":"a","name":"Björk","other_id":"b"}',
    **{
        f"collection.{each}": '{"collection_id":"c","title":"Größe"}'
        for each in ("created", "changed", "deleted", "restored")
    },
    "tier.changed": '{"video_id":"v","tier":"cool"}',
    "mail.reset.wanted": '{"page":"https://reelgate.example/reset","language":"de","address":"mira@harbour.example"}',
    "mail.invitation.wanted": '{"page":"https://reelgate.example/join","language":"en","user_id":"u"}',
}
"""Each event's fields as the first version that had it sent them. Once released, a line here is not changed."""

VIDEO = Video(
    id="film.mp4",
    title="film",
    original_name="Film.mp4",
    size=7,
    content_type="video/mp4",
    sha256=None,
    etag="0x1",
    content_etag="c1",
    uploaded_at=datetime(2026, 11, 20, 10, 15, 12, 345000, tzinfo=UTC),
    tags=("a",),
)


def message(name: str, data: str, **more: object) -> str:
    envelope = {
        "id": "1",
        "at": "2026-11-20T10:15:12.345Z",
        "actor": {"kind": "person", "id": "u1", "name": "Amina"},
        "type": name,
        "subject": "s",
        "data": json.loads(data),
    }
    return json.dumps(envelope | more)


def test_every_event_of_the_contract_is_there_and_no_name_twice() -> None:
    assert set(BY_NAME) >= NAMES
    assert len(EVENTS) + len(INTERNAL) == len(BY_NAME)
    assert set(FIRST_FORMS) == set(BY_NAME)


@pytest.mark.parametrize("name", FIRST_FORMS)
def test_what_the_first_version_sent_is_read(name: str) -> None:
    said = from_message(message(name, FIRST_FORMS[name]))

    assert said.type == name
    assert isinstance(said.event, BY_NAME[name])
    assert said.subject


@pytest.mark.parametrize("name", FIRST_FORMS)
def test_whoever_reads_the_first_version_finds_all_fields_that_it_had(name: str) -> None:
    first = json.loads(FIRST_FORMS[name])
    sent = json.loads(to_message(from_message(message(name, FIRST_FORMS[name]))))["data"]

    assert sent.keys() >= first.keys()
    if "video" in first:
        assert sent["video"].keys() >= first["video"].keys()


@pytest.mark.parametrize("name", FIRST_FORMS)
def test_fields_that_a_newer_version_has_added_do_no_harm(name: str) -> None:
    fields = json.loads(FIRST_FORMS[name]) | {"added": {"later": [1]}}
    if "video" in fields:
        fields["video"]["added"] = 1
    newer = message(name, json.dumps(fields), added="later", actor={"kind": "robot", "id": "r", "name": "R", "is": 1})

    assert from_message(newer).event == from_message(message(name, FIRST_FORMS[name])).event


def test_an_event_comes_out_of_its_message_as_it_was_said() -> None:
    amina = replace(ANYONE, address="192.0.2.7", request_id="r1")
    for event in (
        videos.VideoUploaded(video=VIDEO),
        people.SettingChanged(setting="lockout", value=5),
        sources.ImportFailed(import_id="i", url="https://example.org", error="It is gone."),
    ):
        said = said_by(amina, event)
        assert from_message(to_message(said)) == said


def test_the_envelope_has_the_fields_of_the_contract() -> None:
    sent = json.loads(to_message(said_by(SYSTEM, people.UserLogout(user_id="u7"))))

    assert sent["actor"] == {"kind": "system", "id": "system", "name": "Reelgate"}
    assert (sent["type"], sent["subject"], sent["data"]) == ("user.logout", "u7", {"user_id": "u7"})
    assert sent["id"]
    assert sent["at"]


def test_what_storage_remembers_bears_the_same_id_when_it_is_said_again() -> None:
    def id_of(event: Event) -> str:
        return said_by(SYSTEM, event).id

    edited = replace(VIDEO, etag="0x2")
    assert id_of(videos.VideoUploaded(video=VIDEO)) == id_of(videos.VideoUploaded(video=edited))
    assert id_of(videos.VideoChanged(video=edited)) == id_of(videos.VideoChanged(video=edited))
    assert id_of(videos.VideoChanged(video=edited)) != id_of(videos.VideoChanged(video=VIDEO))
    assert id_of(videos.VideoTrashed(video=edited)) != id_of(videos.VideoChanged(video=edited))
    assert id_of(people.UserLogin(user_id="u")) != id_of(people.UserLogin(user_id="u"))


def test_an_event_is_frozen_and_named_by_its_class() -> None:
    event = people.UserLogout(user_id="u")

    assert name_of(event) == name_of(people.UserLogout) == "user.logout"
    with pytest.raises(AttributeError):
        event.user_id = "v"  # type: ignore[misc]
    with pytest.raises(msgspec.ValidationError):
        from_message(message("user.logout", "{}"))
