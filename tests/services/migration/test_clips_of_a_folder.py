"""Clips of a folder: files that say what they are of, and parts that are cut out of a film."""

from pathlib import Path

import pytest

from services.actors.actor import SYSTEM
from services.assembly import Services
from services.jobs.job import State
from services.jobs.store import JobQuery
from tests.services.migration.conftest import TakeIn
from tests.services.migration.test_taking_in import library, names, statuses, unique

pytestmark = pytest.mark.thorough


def test_a_clip_is_one_of_the_film_that_lies_beside_it(services: Services, folder: Path, take_in: TakeIn) -> None:
    # In the order of names the clip comes first.
    (folder / "a clip.mp4").write_bytes(unique(number=1))
    (folder / "films").mkdir()
    (folder / "films" / "film.mp4").write_bytes(unique())
    (folder / "clips.csv").write_text("file,video,start,end,title\na clip.mp4,film.mp4,1.5,3,The boat\n")
    results = take_in()
    assert statuses(results) == {"a clip.mp4": "taken", "films/film.mp4": "taken"}
    clip = services.library.videos.get(results["a clip.mp4"]["video"], by=SYSTEM)
    assert clip.id.startswith("clip_")
    assert clip.title == "The boat"
    assert clip.clip is not None
    assert (clip.clip.video_id, clip.clip.start, clip.clip.end) == (results["films/film.mp4"]["video"], 1.5, 3)


def test_a_film_may_be_named_by_its_id_or_without_its_ending(services: Services, folder: Path, take_in: TakeIn) -> None:
    (folder / "film.mp4").write_bytes(unique())
    film = take_in()["film.mp4"]["video"]
    (folder / "by-id.mp4").write_bytes(unique(number=1))
    (folder / "by-stem.mp4").write_bytes(unique(number=2))
    (folder / "clips.json").write_text(
        f'[{{"file": "by-id.mp4", "video": "{film}", "start": 0, "end": 1}},'
        '{"file": "by-stem.mp4", "video": "film", "start": 1, "end": 2}]'
    )
    results = take_in()
    for path in ("by-id.mp4", "by-stem.mp4"):
        clip = services.library.videos.get(results[path]["video"], by=SYSTEM).clip
        assert clip is not None
        assert clip.video_id == film


def test_names_of_films_are_found_in_any_case_as_those_of_files_are(
    services: Services, folder: Path, take_in: TakeIn
) -> None:
    (folder / "Films").mkdir()
    for number, name in enumerate(("Films/Summer_1.MP4", "b.mp4", "B.mp4", "Films/summerx1.mp4")):
        (folder / name).write_bytes(unique(number=number))
    for number, name in enumerate(("one", "two", "three", "four")):
        (folder / f"clip-{name}.mp4").write_bytes(unique(number=10 + number))
    (folder / "clips.csv").write_text(
        "file,video,start,end\nclip-one.mp4,films/SUMMER_1.mp4,0,1\nclip-two.mp4,summer_1,0,1\n"
        "clip-three.mp4,B.mp4,0,1\nclip-four.mp4,SUMMER_1.mp4,0,1\n"
    )
    results = take_in()
    for name, film in (("one", "Films/Summer_1.MP4"), ("two", "Films/Summer_1.MP4"), ("three", "B.mp4")):
        assert results[f"clip-{name}.mp4"]["status"] == "taken", results
        clip = services.library.videos.get(results[f"clip-{name}.mp4"]["video"], by=SYSTEM).clip
        assert clip is not None
        assert clip.video_id == results[film]["video"]
    assert results["clip-four.mp4"]["status"] == "taken"


def test_a_clip_of_nothing_and_one_whose_line_is_wrong_stay_outside_until_that_is_put_right(
    services: Services, folder: Path, take_in: TakeIn
) -> None:
    for number, name in enumerate(("film", "orphan", "wrong")):
        (folder / f"{name}.mp4").write_bytes(unique(number=number))
    (folder / "clips.csv").write_text("file,video,start,end\norphan.mp4,gone.mp4,1,2\nwrong.mp4,film.mp4,2,x\n")
    results = take_in()
    assert statuses(results) == {
        "clips.csv:3": "not-understood",
        "film.mp4": "taken",
        "orphan.mp4": "refused",
        "wrong.mp4": "refused",
    }
    assert "gone.mp4" in results["orphan.mp4"]["detail"]
    (folder / "clips.csv").write_text("file,video,start,end\norphan.mp4,film.mp4,1,2\nwrong.mp4,film.mp4,2,3\n")
    assert statuses(take_in()) == {"film.mp4": "known", "orphan.mp4": "taken", "wrong.mp4": "taken"}
    assert len([video for video in library(services) if video.clip]) == 2


def test_what_is_to_be_cut_is_asked_for_once(services: Services, folder: Path, take_in: TakeIn) -> None:
    (folder / "film.mp4").write_bytes(unique())
    (folder / "clips.csv").write_text("video,start,end,title\nfilm.mp4,1,2,Boat\nfilm.mp4,3,3,None\nx.mp4,1,2,None\n")

    def asked() -> int:
        found = services.jobs.store.page(JobQuery(kind="clip", states=(State.QUEUED,)))
        return len(found.jobs)

    results = take_in()
    assert sorted(statuses(results).values()) == ["asked", "refused", "refused", "taken"]
    assert asked() == 1
    assert sorted(statuses(take_in()).values()) == ["known", "known", "refused", "refused"]
    assert asked() == 1
    assert names(services) == ["film.mp4"]


def test_what_was_not_cut_in_the_end_is_asked_for_again(services: Services, folder: Path, take_in: TakeIn) -> None:
    (folder / "film.mp4").write_bytes(unique())
    (folder / "clips.csv").write_text("video,start,end\nfilm.mp4,1000.0001,1000.125\nfilm.mp4,1000.125,1000.25\n")

    def asked() -> dict[str, str]:
        found = services.jobs.store.page(JobQuery(kind="clip", states=(State.QUEUED,)))
        return {str(job.arguments["clip"]): job.id for job in found.jobs}

    results = take_in()
    both = {"film.mp4, 1000.000–1000.125 s", "film.mp4, 1000.125–1000.250 s"}  # noqa: RUF001 - as it is shown
    assert set(results) == both | {"film.mp4"}
    before = asked()
    assert set(before) == {results[path]["video"] for path in both}
    failed, kept = sorted(before)
    claim = services.jobs.store.claim_one(before[failed], worker="a test")
    assert claim is not None
    services.jobs.store.fail(claim, "The film ends in the middle.", for_good=True)
    again = {each["video"]: each["status"] for path, each in take_in().items() if path in both}
    assert sorted(again.values()) == ["asked", "known"]
    assert again[kept] == "known"
    assert set(again) == set(asked())
    assert failed not in again
