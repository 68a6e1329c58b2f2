"""The quality gate: what it finds, and fixes that leave nothing of the same to find."""

import pytest

from services.captions.cues import CaptionWarning, Cue, Words
from services.captions.formats.markup import plain
from services.captions.gate import CaptionLimits, check

LONG = "This is a line that is rather longer than forty-two characters are."


def found(*cues: Cue, kind: str = "subtitles", duration: float | None = None) -> list[CaptionWarning]:
    return check(Words(cues=cues), kind=kind, duration=duration)


def cue(start: int, end: int, text: str = "Some words.") -> Cue:
    return Cue(start=start, end=end, text=text)


def test_good_captions_pass() -> None:
    assert found(cue(0, 2000), cue(2000, 4000), cue(4080, 6000, "A line of words\nand another"), duration=6.0) == []


@pytest.mark.parametrize(
    ("cues", "rule", "number"),
    [
        ([cue(0, 7000, LONG)], "line-length", 1),
        ([cue(0, 3000, "One\ntwo\nthree")], "lines", 1),
        ([cue(0, 1000, "More words than a second is enough for")], "speed", 1),
        ([cue(0, 832)], "too-short", 1),
        ([cue(0, 7001)], "too-long", 1),
        ([cue(0, 2000), cue(2001, 4000)], "gap", 1),
        ([cue(0, 2000), cue(2079, 4000)], "gap", 1),
        ([cue(0, 2001), cue(2000, 4000)], "overlap", 1),
        ([cue(0, 2000), cue(1, 2000)], "overlap", 1),
    ],
)
def test_each_rule_names_its_cue_and_its_fix_holds(cues: list[Cue], rule: str, number: int) -> None:
    warning = next(each for each in found(*cues) if each.rule == rule)
    assert warning.cue == number
    assert warning.at == cues[number - 1].start / 1000
    if warning.fix is None:
        assert rule in {"overlap", "speed"}
        return
    fixed = [cue(round(each.start * 1000), round(each.end * 1000), each.text) for each in warning.fix]
    assert rule not in [each.rule for each in found(*cues[: number - 1], *fixed, *cues[number:])]
    # It says the same, and takes no time from others.
    assert " ".join(plain(each.text) for each in fixed).split() == plain(cues[number - 1].text).split()
    assert fixed[0].start == cues[number - 1].start
    assert all(each.end > each.start for each in fixed)


def test_a_fix_is_not_made_where_there_is_no_room() -> None:
    warnings = {each.rule: each for each in found(cue(0, 500), cue(500, 3000))}
    assert warnings["too-short"].fix is None
    assert {each.rule: each for each in found(cue(0, 500))}["too-short"].fix is not None


def test_many_lines_become_several_cues_and_a_voice_goes_on() -> None:
    text = "<v Amina>" + " ".join(["word"] * 40)
    warning = next(each for each in found(cue(0, 7000, text)) if each.rule == "line-length")
    assert warning.fix is not None
    assert len(warning.fix) == 3
    assert all(each.text.startswith("<v Amina>") for each in warning.fix)
    assert all(len(line) <= 42 for each in warning.fix for line in plain(each.text).split("\n"))
    assert (warning.fix[0].start, warning.fix[-1].end) == (0.0, 7.0)


def test_markup_inside_a_line_is_never_cut_by_a_fix() -> None:
    warning = next(each for each in found(cue(0, 7000, f"<i>{LONG}</i> {LONG}")) if each.rule == "line-length")
    assert warning.fix is None


def test_captions_name_speakers_and_sounds() -> None:
    silent = [cue(at, at + 2000) for at in range(0, 20_000, 2000)]
    rules = [(each.rule, each.cue) for each in found(*silent, kind="captions")]
    assert rules == [("speakers", None), ("sounds", None)]
    assert found(*silent, kind="subtitles") == []
    named = [*silent[:-2], cue(16_000, 18_000, "<v Amina>Some words."), cue(18_000, 20_000, "[door closes]")]
    assert found(*named, kind="captions") == []
    dashed = [*silent[:-2], cue(16_000, 18_000, "- Some words.\n- Others."), cue(18_000, 20_000, "♪ la la ♪")]
    assert found(*dashed, kind="captions") == []


def test_what_is_past_the_end_of_the_film_is_said() -> None:
    assert [each.rule for each in found(cue(0, 2000), cue(6100, 8000), duration=6.0)] == ["past-end"]


def test_limits_are_those_that_were_set() -> None:
    words = Words(cues=(cue(0, 7000, LONG),))
    assert check(words, kind="subtitles", limits=CaptionLimits(line=80)) == []
    assert [each.rule for each in check(words, kind="subtitles", limits=CaptionLimits(line=80, speed=8))] == ["speed"]


def test_a_fault_in_each_of_ten_thousand_cues_is_told_two_hundred_times() -> None:
    cues = [cue(at, at + 100) for at in range(0, 10_000_000, 1000)]
    warnings = found(*cues)
    assert [each.rule for each in warnings].count("too-short") == 200
