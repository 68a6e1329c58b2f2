"""A folder is taken in: all of it, once, and nothing beside it."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from services.actors.actor import ANYONE, NOBODY, SYSTEM, Actor, ActorKind, Role
from services.actors.errors import ForbiddenError, NotSignedInError
from services.assembly import Services
from services.jobs.errors import BadInputError, NotYetError
from services.jobs.kinds import Work
from services.library.catalogue import PageQuery
from services.migration.errors import InvalidFolderError, MigrationOffError
from services.migration.found import FileState
from services.migration.store import MigrationStore
from services.storage.errors import StorageUnavailableError
from services.uploads.made import MadeUploads
from services.videos.video import Video
from tests.accounts import Build
from tests.services.migration.conftest import TakeIn
from tests.videos import mp4


def statuses(results: dict[str, dict[str, str]]) -> dict[str, str]:
    return {path: result["status"] for path, result in results.items()}


def library(services: Services) -> list[Video]:
    return list(services.library.videos.page(PageQuery(limit=200), by=SYSTEM).videos)


def names(services: Services) -> list[str]:
    return sorted(video.original_name for video in library(services))


def unique(size: int = 3000, *, number: int = 0) -> bytes:
    return mp4(size) + number.to_bytes(4, "big")


def test_every_video_comes_in_with_its_bytes_and_originals_stay(
    services: Services, folder: Path, take_in: TakeIn
) -> None:
    (folder / "2019" / "sommer").mkdir(parents=True)
    files = {"a.mp4": 3000, "2019/Größe.mov.mp4": 40_000, "2019/sommer/c d.mp4": 5_000_000}
    for number, (path, size) in enumerate(files.items()):
        (folder / path).write_bytes(unique(size, number=number))
    before = {path: ((folder / path).read_bytes(), (folder / path).stat().st_mtime_ns) for path in files}
    results = take_in()
    assert statuses(results) == dict.fromkeys(files, "taken")
    by_id = {video.id: video for video in library(services)}
    for path in files:
        video = by_id[results[path]["video"]]
        assert services.platform.blob_storage().read(video.id, offset=0, size=video.size) == before[path][0]
        assert (video.original_name, video.owner) == (Path(path).name, "system")
        assert ((folder / path).read_bytes(), (folder / path).stat().st_mtime_ns) == before[path]


def test_the_same_folder_again_is_the_same_job_and_nothing_comes_twice(
    services: Services, folder: Path, take_in: TakeIn
) -> None:
    for number in range(7):
        (folder / f"{number}.mp4").write_bytes(unique(number=number))
    take_in(batch_size=2)
    first = services.migration.migrations.newest(by=SYSTEM)[0]
    (folder / "new.mp4").write_bytes(unique(number=99))
    results = take_in(batch_size=3)
    assert statuses(results) == {f"{number}.mp4": "known" for number in range(7)} | {"new.mp4": "taken"}
    [again] = services.migration.migrations.newest(by=SYSTEM)
    assert again.migration.job == first.migration.job
    assert again.counts == {FileState.KNOWN: 7, FileState.TAKEN: 1}
    assert len(library(services)) == 8


def test_a_copy_with_another_time_is_known_by_its_digest_and_a_changed_file_is_another_video(
    services: Services, folder: Path, take_in: TakeIn
) -> None:
    copied, changed = folder / "copied.mp4", folder / "changed.mp4"
    copied.write_bytes(unique())
    changed.write_bytes(unique(number=1))
    take_in()
    os.utime(copied, ns=(1, 1))
    changed.write_bytes(unique(number=2))
    assert statuses(take_in()) == {"copied.mp4": "known", "changed.mp4": "taken"}
    assert names(services) == ["changed.mp4", "changed.mp4", "copied.mp4"]
    assert statuses(take_in()) == {"copied.mp4": "known", "changed.mp4": "known"}


def test_a_file_that_a_link_has_replaced_for_a_while_does_not_come_twice(
    services: Services, folder: Path, take_in: TakeIn
) -> None:
    film, aside = folder / "a.mp4", folder.parent / "aside.mp4"
    film.write_bytes(unique())
    take_in()
    film.rename(aside)
    film.symlink_to(aside)
    assert statuses(take_in()) == {"a.mp4": "skipped"}
    film.unlink()
    aside.rename(film)
    assert statuses(take_in()) == {"a.mp4": "known"}
    assert names(services) == ["a.mp4"]


def test_what_was_deleted_here_does_not_come_back(services: Services, folder: Path, take_in: TakeIn) -> None:
    (folder / "a.mp4").write_bytes(unique())
    services.library.videos.trash(take_in()["a.mp4"]["video"], by=SYSTEM, if_match=None)
    assert statuses(take_in()) == {"a.mp4": "known"}
    assert names(services) == []


def test_each_file_that_does_not_come_in_is_told_of_in_words(services: Services, folder: Path, take_in: TakeIn) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "secret.mp4").write_bytes(unique())
    (folder / "film.mp4").write_bytes(unique())
    (folder / "out.mp4").symlink_to(outside / "secret.mp4")
    (folder / "out").symlink_to(outside)
    (folder / "in.mp4").symlink_to("film.mp4")
    (folder / "dead.mp4").symlink_to("nowhere.mp4")
    (folder / ".hidden.mp4").write_bytes(unique())
    (folder / ".git").mkdir()
    (folder / ".git" / "x.mp4").write_bytes(unique())
    (folder / "half.mp4.part").write_bytes(unique())
    (folder / "empty.mp4").touch()
    (folder / "notes.txt").write_text("no film")
    (folder / "fake.mp4").write_text("no film at all, whatever its name says")
    os.mkfifo(folder / "pipe.mp4")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket.mp4"))
    Path(os.fsdecode(os.fsencode(folder) + b"/odd\xff.mp4")).write_bytes(unique())
    results = take_in()
    assert statuses(results) == {
        "film.mp4": "taken",
        "out.mp4": "skipped",
        "out": "skipped",
        "in.mp4": "skipped",
        "dead.mp4": "skipped",
        ".hidden.mp4": "skipped",
        ".git": "skipped",
        "half.mp4.part": "skipped",
        "empty.mp4": "refused",
        "notes.txt": "refused",
        "fake.mp4": "refused",
        "pipe.mp4": "skipped",
        "socket.mp4": "skipped",
        "odd\\xff.mp4": "refused",
    }
    assert "leads out" in results["out.mp4"]["detail"]
    assert "leads out" not in results["in.mp4"]["detail"]
    assert "UTF-8" in results["odd\\xff.mp4"]["detail"]
    assert all(results[path].get("detail") for path in results if path != "film.mp4")
    assert names(services) == ["film.mp4"]


def test_a_path_that_is_too_long_to_be_written_down_is_refused_and_the_rest_comes_in(
    services: Services, folder: Path, take_in: TakeIn
) -> None:
    deep = folder.joinpath(*(str(number) + "ä" * 120 for number in range(9)))
    deep.mkdir(parents=True)
    (deep / "film.mp4").write_bytes(unique())
    (folder / "z.mp4").write_bytes(unique(number=1))
    (folder / "clips.json").write_text(
        '[{"file": "z.mp4", "title": "S\\ud800ea\\u0000"},'
        ' {"video": "z.mp4", "start": 1, "end": 2, "title": "\\ud800\\u0000"}]'
    )
    results = take_in()
    [long] = [path for path in results if path.startswith("0ä")]
    assert results[long]["status"] == "refused"
    assert "2000 bytes" in results[long]["detail"]
    assert results["z.mp4"]["status"] == "taken"
    assert names(services) == ["z.mp4"]


@pytest.mark.skipif(os.geteuid() == 0, reason="Nothing is unreadable to root.")
def test_what_may_not_be_read_is_told_of_and_comes_in_once_it_may(folder: Path, take_in: TakeIn) -> None:
    (folder / "film.mp4").write_bytes(unique())
    (folder / "film.mp4").chmod(0)
    assert statuses(take_in()) == {"film.mp4": "failed"}
    (folder / "film.mp4").chmod(0o600)
    assert statuses(take_in()) == {"film.mp4": "taken"}


def test_a_file_that_is_exchanged_while_it_is_taken_is_no_way_out(
    services: Services, folder: Path, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = folder.parent / "secret.mp4"
    secret.write_bytes(unique(number=7))
    (folder / "deep").mkdir()
    for path in (folder / "a.mp4", folder / "b.mp4", folder / "deep" / "c.mp4"):
        path.write_bytes(unique())
    store = services.migration.migrations._store
    choose = store.begin

    def exchange(*args: object) -> None:
        choose(*args)  # type: ignore[arg-type]
        (folder / "a.mp4").unlink(missing_ok=True)
        (folder / "a.mp4").symlink_to(secret)
        (folder / "b.mp4").write_bytes(unique(9000))
        if (folder / "deep").is_dir() and not (folder / "deep").is_symlink():
            (folder / "deep").rename(folder.parent / "away")
            (folder / "deep").symlink_to(folder.parent / "away")

    monkeypatch.setattr(store, "begin", exchange)
    assert statuses(take_in()) == {"a.mp4": "failed", "b.mp4": "failed", "deep/c.mp4": "failed"}
    assert names(services) == []


def test_a_folder_on_the_way_that_is_exchanged_for_a_link_is_no_way_out(
    services: Services, folder: Path, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it lies above the folder that was asked for."""
    outside = folder.parent / "outside"
    for top in (folder / "team", outside):
        (top / "films").mkdir(parents=True)
        (top / "films" / "a.mp4").write_bytes(unique())
        os.utime(top / "films" / "a.mp4", ns=(1, 1))
    store = services.migration.migrations._store
    choose = store.begin

    def exchange(*args: object) -> None:
        choose(*args)  # type: ignore[arg-type]
        (folder / "team").rename(folder.parent / "away")
        (folder / "team").symlink_to(outside)

    monkeypatch.setattr(store, "begin", exchange)
    with suppress(BadInputError):
        take_in(folder / "team" / "films")
    assert names(services) == []


def test_an_attempt_that_was_killed_is_gone_on_with(
    services: Services, folder: Path, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the commit and the note of it, and before the commit: both leave a name that was chosen."""
    for number in range(4):
        (folder / f"{number}.mp4").write_bytes(unique(number=number))
    take_open = MadeUploads.take_open

    class Killed(BaseException):
        """The process is gone."""

    def die(made: MadeUploads, draft: object, *args: object, **more: object) -> Video:
        if "_0.mp4" in draft.name:  # type: ignore[attr-defined]
            raise Killed
        return take_open(made, draft, *args, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(MadeUploads, "take_open", die)
        patched.setattr(services.migration.migrations._store, "end", lambda *_: None)
        with pytest.raises(Killed):
            take_in(batch_size=4)
    assert names(services) == ["1.mp4", "2.mp4", "3.mp4"]
    job = services.migration.migrations.newest(by=SYSTEM)[0].job
    assert job is not None
    kind = services.jobs.kinds.get(job.kind)
    assert kind is not None
    results = kind.run(Work(job=replace(job, attempts=2), tell_progress=lambda _: None))
    assert {each["id"]: each["status"] for each in results or ()} == {f"{number}.mp4": "taken" for number in range(4)}
    assert names(services) == ["0.mp4", "1.mp4", "2.mp4", "3.mp4"]


def test_two_attempts_at_once_make_one_video_of_each_file(services: Services, folder: Path) -> None:
    for number in range(6):
        (folder / f"{number}.mp4").write_bytes(unique(number=number))
    job = services.migration.migrations.begin(None, by=SYSTEM)
    kind = services.jobs.kinds.get(job.kind)
    assert kind is not None
    run = kind.run
    with ThreadPoolExecutor(2) as pool:
        works = [Work(job=replace(job, attempts=attempt), tell_progress=lambda _: None) for attempt in (1, 2)]
        for each in [pool.submit(run, work) for work in works]:
            each.result()
    assert len({video.id for video in library(services)}) == 6


def test_an_attempt_that_comes_late_leaves_alone_what_another_has_finished(
    services: Services, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        (folder / f"{number}.mp4").write_bytes(unique(number=number))
    job = services.migration.migrations.begin(None, by=SYSTEM)
    kind = services.jobs.kinds.get(job.kind)
    assert kind is not None
    run, store = kind.run, services.migration.migrations._store
    choose = store.begin
    overtaken: list[int] = []

    def begin_late(*args: object) -> None:
        if not overtaken:
            overtaken.append(1)
            run(Work(job=replace(job, attempts=2), tell_progress=lambda _: None))
        choose(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "begin", begin_late)
    results = run(Work(job=replace(job, attempts=1), tell_progress=lambda _: None)) or ()
    assert [each["status"] for each in results] == ["taken"] * 3
    assert {each["video"] for each in results} == {video.id for video in library(services)}


def test_storage_that_is_away_ends_the_attempt_and_what_came_in_is_kept(
    services: Services, folder: Path, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        (folder / f"{number}.mp4").write_bytes(unique(number=number))
    take_open = MadeUploads.take_open

    def away(made: MadeUploads, draft: object, *args: object, **more: object) -> Video:
        if "_3.mp4" in draft.name:  # type: ignore[attr-defined]
            raise StorageUnavailableError("Storage cannot be reached.")
        return take_open(made, draft, *args, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(MadeUploads, "take_open", away)
        with pytest.raises(StorageUnavailableError):
            take_in(batch_size=4)
    counts = services.migration.migrations.newest(by=SYSTEM)[0].counts
    assert counts == {FileState.TAKEN: 3, FileState.BEGUN: 1}


def test_only_folders_below_the_one_that_was_set(services: Services, folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    outside = folder.parent / "films-of-others"
    outside.mkdir()
    (folder / "way-out").symlink_to(outside)
    begin = services.migration.migrations.begin
    for asked in (outside, folder / ".." / outside.name, folder / "way-out", Path("/"), Path("/etc"), folder.parent):
        with pytest.raises(InvalidFolderError, match="below it"):
            begin(str(asked), by=SYSTEM)
    for wrong in ("films", "./films", "", f"{folder}\0", f"{folder}/none", f"{folder}/{'x' * 5000}"):
        if wrong:
            with pytest.raises(InvalidFolderError):
                begin(wrong, by=SYSTEM)
    assert begin(str(inner), by=SYSTEM).arguments["place"] == str(inner)
    assert begin(f"{inner}/../inner/", by=SYSTEM).arguments["place"] == str(inner)


def test_without_a_folder_nothing_is_taken_in(build: Build) -> None:
    with pytest.raises(MigrationOffError):
        build().migration.migrations.begin(None, by=SYSTEM)


def test_whoever_administers_may_and_what_comes_in_is_theirs(services: Services, folder: Path, take_in: TakeIn) -> None:
    migrations = services.migration.migrations
    for role in (Role.MANAGER, Role.USER, Role.READONLY):
        somebody = Actor(kind=ActorKind.PERSON, id="u1", name="Mo", role=role)
        for ask in (migrations.begin, migrations.look):
            with pytest.raises(ForbiddenError):
                ask(None, by=somebody)
    with pytest.raises(NotSignedInError):
        migrations.newest(by=NOBODY)
    assert migrations.folder(by=ANYONE) == folder
    (folder / "a.mp4").write_bytes(unique())
    migrations.begin(None, by=Actor(kind=ActorKind.PERSON, id="u7", name="Ada", role=Role.ADMIN))
    job = migrations.newest(by=SYSTEM)[0].job
    assert job is not None
    kind = services.jobs.kinds.get(job.kind)
    assert kind is not None
    kind.run(Work(job=job, tell_progress=lambda _: None))
    assert [video.owner for video in library(services)] == ["u7"]


def test_a_dry_run_counts_and_changes_nothing(services: Services, folder: Path, take_in: TakeIn) -> None:
    (folder / "old.mp4").write_bytes(unique())
    take_in()
    (folder / "new.mp4").write_bytes(unique(number=1))
    (folder / "clip.mp4").write_bytes(unique(number=2))
    (folder / "notes.txt").write_text("no film")
    (folder / "empty.mp4").touch()
    (folder / "clips.csv").write_text("file,video,start,end\nclip.mp4,old.mp4,1,2\n,old.mp4,1,2\nx.mp4,,,5\n")
    survey = services.migration.migrations.look(None, by=SYSTEM)
    assert (survey.new, survey.clips, survey.cuts, survey.lines) == (2, 1, 1, 2)
    assert survey.bytes == 2 * len(unique())
    assert survey.left == {FileState.KNOWN: 1, FileState.REFUSED: 2, FileState.UNCLEAR: 1}
    assert {where for where, _ in survey.troubles} == {"clips.csv:4", "empty.mp4", "notes.txt"}
    assert names(services) == ["old.mp4"]


def test_what_an_older_version_does_not_know_is_left_to_a_newer_one(services: Services, folder: Path) -> None:
    (folder / "film.mp4").write_bytes(unique())
    job = services.migration.migrations.begin(None, by=SYSTEM)
    # Workers leave what is of a newer recipe to others: the first had no containers and buckets.
    assert job.recipe > 1
    kind = services.jobs.kinds.get(job.kind)
    assert kind is not None
    store = MigrationStore(services.platform.databases.durable)
    newer = store.ask(kind="moon", place="films", owner=SYSTEM.id, batch_size=1, is_new=True)
    asked = replace(job, arguments={"migration": newer.id, "place": "films"}, attempts=1)
    with pytest.raises(NotYetError):
        kind.run(Work(job=asked, tell_progress=lambda _: None))
