"""A bucket of S3 comes in, object by object, by URLs that are signed for each."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import inspect, text

from config import Secret
from services.actors.actor import NOBODY, SYSTEM
from services.actors.errors import NotSignedInError
from services.assembly import Services
from services.egress.errors import AddressNotAllowedError
from services.jobs.errors import BadInputError
from services.jobs.kinds import Work
from services.migration.errors import InvalidFolderError, MigrationOffError
from services.migration.s3_signing import S3Keys, signed_url
from tests.accounts import Build
from tests.fetching_storage import running_fetching_storage
from tests.s3_server import KEYS, PAGE, S3Server, running_s3_server
from tests.services.migration.conftest import TakeIn
from tests.services.migration.test_taking_in import library, names, statuses, unique


@pytest.fixture
def bucket() -> Iterator[S3Server]:
    with running_s3_server() as running:
        yield running


@pytest.fixture
def services(build: Build, bucket: S3Server) -> Services:
    """The services of one process, with keys for the bucket."""
    return ready(build, bucket)


def ready(build: Build, bucket: S3Server, **settings: object) -> Services:
    made = build(egress_allow_hosts=(bucket.address,), s3_endpoint=bucket.endpoint, s3_region=KEYS.region, **settings)
    made.platform.blob_storage().prepare()
    made.live_settings.put("s3_access_key_id", KEYS.access, by=SYSTEM)
    made.live_settings.put("s3_secret_access_key", KEYS.secret, by=SYSTEM)
    return made


def content(services: Services, video_id: str) -> bytes:
    video = services.library.videos.get(video_id, by=SYSTEM)
    return services.platform.blob_storage().read(video.id, offset=0, size=video.size)


def test_a_signature_is_that_of_amazon_s_example() -> None:
    keys = S3Keys(access="AKIAIOSFODNN7EXAMPLE", secret="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", region="us-east-1")
    url = signed_url(
        "https://examplebucket.s3.amazonaws.com/test.txt",
        keys,
        good_for=timedelta(days=1),
        now=datetime(2013, 5, 24, tzinfo=UTC),
    )
    assert url.endswith("&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    assert "wJalr" not in repr(keys)


def test_a_bucket_comes_in_whole_and_once(services: Services, bucket: S3Server, take_in: TakeIn) -> None:
    films = {
        "2019/Größe & mehr.mp4": unique(3_000_000, number=1),
        "2019/a+b c%20d~(e).mp4": unique(number=2),
        "z.mp4": unique(number=3),
    }
    bucket.objects = {**films, "2019/": b"", "2019/empty.mp4": b"", "fake.mp4": b"no film", "half.mp4.part": b"half"}
    bucket.objects["old.mp4"], bucket.classes = unique(number=4), {"old.mp4": "DEEP_ARCHIVE"}
    results = take_in("s3://films")
    assert statuses(results) == dict.fromkeys(films, "taken") | {
        "2019/empty.mp4": "refused",
        "fake.mp4": "refused",
        "half.mp4.part": "skipped",
        "old.mp4": "failed",
    }
    assert {name: content(services, results[name]["video"]) for name in films} == films
    # Walked for the count, for films and for clips.
    assert bucket.listed == 3 * (len(bucket.objects) // PAGE)
    bucket.fetched.clear()
    bucket.objects["z.mp4"] = unique(number=5)
    bucket.classes.clear()
    again = statuses(take_in("s3://films/"))
    assert {name for name, status in again.items() if status == "taken"} == {"z.mp4", "old.mp4"}
    assert {name for name, status in again.items() if status == "known"} == set(films) - {"z.mp4"}
    assert len(library(services)) == 5


def test_only_what_begins_with_the_prefix_comes_in(services: Services, bucket: S3Server, take_in: TakeIn) -> None:
    bucket.objects = {"2019/a.mp4": unique(number=1), "2020/b.mp4": unique(number=2)}
    assert statuses(take_in("s3://films/2020/")) == {"2020/b.mp4": "taken"}
    assert names(services) == ["b.mp4"]


def test_storage_fetches_objects_by_itself(build: Build, bucket: S3Server, azurite: str) -> None:
    with running_fetching_storage(azurite) as storage:
        services = ready(build, bucket, azure_storage_connection_string=Secret(storage.connection_string))
        bucket.objects = {"a b+c.mp4": unique(2_000_000)}
        [result] = run(services, "s3://films")
        assert result["status"] == "taken"
        assert content(services, result["video"]) == bucket.objects["a b+c.mp4"]
        assert len(storage.fetched) == 1
        assert storage.proxy.count("PUT", "comp=block&") == 1


def test_an_object_that_changes_while_storage_fetches_it_does_not_come_in(
    build: Build, bucket: S3Server, azurite: str
) -> None:
    with running_fetching_storage(azurite) as storage:
        services = ready(build, bucket, azure_storage_connection_string=Secret(storage.connection_string))
        bucket.objects = {"a.mp4": unique(2_000_000, number=1)}
        storage.between = lambda: bucket.objects.update({"a.mp4": unique(2_000_000, number=2)})
        [result] = run(services, "s3://films")
        assert (result["status"], result["detail"]) == ("failed", "The file was changed while it was fetched.")
        assert names(services) == []
        storage.between = lambda: None
        [result] = run(services, "s3://films")
        assert content(services, result["video"]) == unique(2_000_000, number=2)


@pytest.mark.parametrize(("listed", "answered"), [("{}", '"{}"'), ('"{}"', "{}"), ('"ä{}"', '"ä{}"')])
def test_an_etag_is_the_same_with_quotes_and_without(
    services: Services, bucket: S3Server, take_in: TakeIn, listed: str, answered: str
) -> None:
    bucket.objects = {"a.mp4": unique(100_000)}
    bucket.listed_etag, bucket.answered_etag = listed, answered
    assert statuses(take_in("s3://films")) == {"a.mp4": "taken"}


def test_keys_that_do_not_let_in_are_told_of(services: Services, bucket: S3Server, take_in: TakeIn) -> None:
    services.live_settings.put("s3_secret_access_key", "another", by=SYSTEM)
    with pytest.raises(BadInputError, match="the keys do not let in"):
        take_in("s3://films")
    services.live_settings.put("s3_secret_access_key", KEYS.secret, by=SYSTEM)
    with pytest.raises(BadInputError, match="there is none of that name"):
        take_in("s3://photos")


def test_neither_keys_nor_signatures_are_kept_in_the_open(
    services: Services, bucket: S3Server, take_in: TakeIn
) -> None:
    bucket.objects = {"a.mp4": unique()}
    take_in("s3://films")
    with services.platform.databases.durable.reading() as connection:
        tables = inspect(connection).get_table_names()
        assert "reelgate_migrated_files" in tables
        for table in tables:
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                assert KEYS.secret not in str(row)
                assert "Signature=" not in str(row)


def test_nothing_is_asked_without_keys_or_inward(build: Build, bucket: S3Server) -> None:
    without = build(egress_allow_hosts=(bucket.address,), s3_endpoint=bucket.endpoint)
    with pytest.raises(MigrationOffError, match="s3_access_key_id"):
        without.migration.migrations.begin_remote("s3://films", by=SYSTEM)
    services = ready(build, bucket)
    with pytest.raises(NotSignedInError):
        services.migration.migrations.begin_remote("s3://films", by=NOBODY)
    inward = build(s3_endpoint="http://169.254.169.254")
    with pytest.raises(AddressNotAllowedError):
        inward.migration.migrations.begin_remote("s3://films", by=SYSTEM)
    assert bucket.listed == 0


@pytest.mark.parametrize("address", ["s3://", "s3:films", "s3://Films", "s3://a", "s3://films/\u202egnp", "s3://../x"])
def test_what_is_no_bucket_is_refused(services: Services, address: str) -> None:
    with pytest.raises(InvalidFolderError):
        services.migration.migrations.begin_remote(address, by=SYSTEM)


@pytest.mark.parametrize("answer", ["<html/>", "no list", "<!DOCTYPE x><ListBucketResult/>"])
def test_what_is_no_list_is_told_of(services: Services, bucket: S3Server, take_in: TakeIn, answer: str) -> None:
    bucket.instead = answer
    with pytest.raises(BadInputError, match="no list of S3's"):
        take_in("s3://films")


def run(services: Services, address: str) -> list[dict[str, str]]:
    job = services.migration.migrations.begin_remote(address, by=SYSTEM)
    claim = services.jobs.store.claim_one(job.id, worker="a test")
    kind = services.jobs.kinds.get(job.kind)
    assert claim is not None
    assert kind is not None
    results = kind.run(Work(job=claim.job, tell_progress=lambda _: None))
    services.jobs.store.finish(claim, results=results)
    return [dict(each) for each in results or ()]
