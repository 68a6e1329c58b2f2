"""The score of a film's accessibility, and what is missing to it."""

from dataclasses import replace

import pytest

from services.accessibility.bits import bits_of
from services.accessibility.completeness import left_out
from services.accessibility.score import Missing, accessibility_of
from services.captions.cues import Cue, Words
from services.captions.gate import CaptionLimits, check
from services.captions.judgement import UNREADABLE, Judgement, judged, way_of
from services.captions.track import CaptionKind, Origin, Track
from services.sign_tracks.track import SignTrack
from services.videos.made import Made


def track(kind: CaptionKind, origin: Origin = Origin.UPLOADED) -> Track:
    return Track(video_id="film", language="en", kind=kind, label="", origin=origin, etag="1")


WORDS, SUBTITLES = track(CaptionKind.CAPTIONS), track(CaptionKind.SUBTITLES)
AUTO, TOLD = track(CaptionKind.CAPTIONS, Origin.AUTO), track(CaptionKind.DESCRIPTIONS)
SIGNS = SignTrack(film_id="film", language="ase", video_id="signs")


@pytest.mark.parametrize(
    ("has_audio", "words", "signs", "score", "missing"),
    [
        (True, (), (), 0, ["sign-track", "descriptions", "captions", "transcript"]),
        (None, (), (), 0, ["sign-track", "descriptions", "captions", "transcript"]),
        (True, (WORDS, TOLD), (SIGNS,), 100, []),
        (True, (AUTO,), (), 30, ["sign-track", "descriptions", "captions-checked"]),
        (True, (AUTO, WORDS), (SIGNS,), 75, ["descriptions"]),
        (True, (SUBTITLES,), (), 10, ["sign-track", "descriptions", "captions"]),
        (False, (), (), 75, ["descriptions"]),
        (False, (TOLD,), (), 100, []),
    ],
)
def test_what_is_there_counts_and_what_is_not_is_named(
    has_audio: bool | None, words: tuple[Track, ...], signs: tuple[SignTrack, ...], score: int, missing: list[str]
) -> None:
    found = accessibility_of(Made(has_audio=has_audio), words=words, signs=signs)
    assert (found.score, [str(each) for each in found.missing]) == (score, missing)


def test_captions_of_a_person_count_whole_when_they_are_complete_and_the_gate_has_nothing_to_say() -> None:
    film = Made(has_audio=True, duration=100.0)

    def missing(*judgements: Judgement | None) -> tuple[int, list[str]]:
        words = [replace(WORDS, judgement=each) for each in judgements]
        found = accessibility_of(film, words=[*words, TOLD], signs=[SIGNS])
        return found.score, [str(each) for each in found.missing]

    good, wordy = Judgement(end=95_000), Judgement(end=95_000, warnings=3)
    assert missing(None) == (100, [])
    assert missing(good) == (100, [])
    assert missing(wordy) == (94, ["captions-readable"])
    assert missing(Judgement(end=2000)) == (94, ["captions-complete"])
    assert missing(Judgement(end=2000, warnings=1)) == (88, ["captions-complete", "captions-readable"])
    # The best ones count.
    assert missing(Judgement(end=2000, warnings=1), good, wordy) == (100, [])
    # Of a machine's, one thing is to be done, and not three.
    auto = replace(AUTO, judgement=Judgement(end=2000, warnings=9))
    assert accessibility_of(film, words=[auto, TOLD], signs=[SIGNS]).missing == (Missing.CAPTIONS_CHECKED,)
    silent = accessibility_of(Made(has_audio=False), words=[TOLD, auto], signs=[])
    assert (silent.score, silent.captions) == (100, None)


@pytest.mark.parametrize(
    ("gaps", "end", "duration", "silent", "longest"),
    [
        ([], 95_000, 100.0, [], 0),
        ([], 10_000, 100.0, [], 90),
        # Where nothing is heard, nothing is left out.
        ([], 10_000, 100.0, [(12.0, 99.0)], 0),
        ([(0, 40_000)], 100_000, 100.0, [], 40),
        ([(0, 40_000)], 100_000, 100.0, [(0.0, 15.0), (38.0, 50.0)], 23),
        ([(0, 29_000)], 300_000, 300.0, [], 0),
        ([(0, 31_000)], 300_000, 300.0, [], 31),
        # A film of a few seconds needs no words in each of them.
        ([], 1000, 5.0, [], 0),
        ([], 1000, 8.0, [], 7),
        # Nobody knows yet how long it is.
        ([], 1000, None, [], 0),
        ([(1000, 61_000)], 70_000, None, [], 60),
        # Its words go on after its end.
        ([], 70_000, 60.0, [], 0),
    ],
)
def test_what_is_heard_for_long_without_words_is_left_out(
    gaps: list[tuple[int, int]],
    end: int,
    duration: float | None,
    silent: list[tuple[float, float]],
    longest: float,
) -> None:
    known = Judgement(end=end, gaps=tuple(gaps))
    assert left_out(known, duration=duration, silent=silent) == longest


def test_a_judgement_tells_of_warnings_gaps_and_the_end() -> None:
    def cues(*times: tuple[int, int]) -> Words:
        return Words(cues=tuple(Cue(start=start, end=end, text="What is said.") for start, end in times))

    words = cues((6000, 8000), (8080, 20_000), (9000, 10_000), (25_000, 27_000))
    said = check(words, kind="captions", duration=26.0)
    known = judged(words, said)
    # One is shown for too long, and over the next; the time after the film's end depends on the film.
    assert known == Judgement(warnings=2, end=27_000, gaps=((0, 6000), (20_000, 25_000)))
    assert judged(words, check(words, kind="captions", duration=1.0)) == known
    many = judged(cues(*((at * 10_000, at * 10_000 + 2000) for at in range(500))), [])
    assert len(many.gaps) == 100
    assert judged(Words(cues=()), []) == Judgement()
    assert UNREADABLE.warnings
    assert way_of(CaptionLimits()) != way_of(CaptionLimits(speed=15))


def test_every_thing_has_a_bit_of_its_own() -> None:
    assert bits_of(tuple(Missing)) == 2 ** len(Missing) - 1
    assert bits_of([Missing.CAPTIONS, Missing.CAPTIONS]) == 1
    assert bits_of([]) == 0
