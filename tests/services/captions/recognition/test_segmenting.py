"""Words become captions that the quality gate has nothing to say of, wherever the words leave room for that."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.captions.formats.markup import plain
from services.captions.formats.webvtt import write_subrip, write_text, write_webvtt
from services.captions.gate import LONGEST, CaptionLimits, check
from services.captions.reading import tidied
from services.captions.recognition.engine import LOW_CONFIDENCE, Word
from services.captions.recognition.segmenting import captions_of

SURE = 0.9
_TEXT = (
    "The committee will meet on Tuesday morning. Please bring your reports, and remember that the doors close at nine. "
    "Nobody who comes later than that is let in, whatever the reason may be, because the porter goes home. "
    "Thank you. Are there any questions? No? Then we shall begin with the minutes of the last meeting."
)


def spoken(text: str, *, start: float = 0.0, pace: float = 0.07, pause: float = 0.35) -> list[Word]:
    """The words of a text as somebody says them: so long for a letter, with a pause after each sentence."""
    words, now = [], start
    for token in text.split():
        end = now + pace * len(token)
        words.append(Word(now, end, f" {token}", SURE))
        now = end + (pause if token[-1] in ".?!" else 0.02)
    return words


def test_captions_of_ordinary_speech_pass_the_gate_and_break_where_sentences_end() -> None:
    words = captions_of(spoken(_TEXT))
    rules = {each.rule for each in check(words, kind="captions")}
    assert rules <= {"speakers", "sounds"}
    assert " ".join(plain(cue.text).replace("\n", " ") for cue in words.cues) == _TEXT
    ends = [plain(cue.text)[-1] for cue in words.cues]
    assert sum(each in ".?!," for each in ends) >= len(ends) - 1
    assert words.cues[0].text == "The committee will meet\non Tuesday morning."


def test_nothing_that_is_said_becomes_no_captions() -> None:
    assert captions_of([]).cues == ()
    assert captions_of([Word(0, 1, "  ", SURE)]).cues == ()


def test_a_long_pause_ends_a_caption_and_is_not_covered_by_it() -> None:
    first, second = captions_of([*spoken("We wait"), *spoken("for them.", start=60.0)]).cues
    assert (first.text, second.text, second.start) == ("We wait", "for them.", 60_000)
    assert first.end < 3000


def test_a_short_word_is_shown_long_enough_to_be_read() -> None:
    [cue] = captions_of([Word(1.0, 1.1, " No.", SURE)]).cues
    assert (cue.start, cue.end) == (1000, 1833)


def test_two_lines_have_about_the_same_length() -> None:
    [cue] = captions_of(spoken("a word and a word and another word and so on until the end", pace=0.05)).cues
    one, two = cue.text.split("\n")
    assert abs(len(one) - len(two)) <= 8


def test_unsure_words_are_marked_and_no_export_shows_the_mark() -> None:
    unsure = LOW_CONFIDENCE - 0.01
    heard = [Word(0, 0.4, " Dear", SURE), Word(0.4, 0.8, " Ms", LOW_CONFIDENCE), Word(0.8, 1.4, " A&<b>", unsure)]
    words = captions_of(heard)
    assert [cue.text for cue in words.cues] == ["Dear Ms <c.low>A&amp;&lt;b&gt;</c>"]
    assert tidied(words) == (words, [])
    assert "<c.low>A&amp;&lt;b&gt;</c>" in write_webvtt(words)
    assert "Dear Ms A&<b>" in write_subrip(words)
    assert write_text(words) == "Dear Ms A&<b>\n"


def test_languages_without_spaces_get_none() -> None:
    heard = [Word(at / 2, at / 2 + 0.4, letter, SURE) for at, letter in enumerate("今日はいい天気です\u3002")]
    [cue, *rest] = captions_of(heard).cues
    assert "".join(each.text for each in (cue, *rest)).replace("\n", "") == "今日はいい天気です\u3002"


def test_the_limits_of_an_administrator_hold() -> None:
    limits = CaptionLimits(line=30, lines=1, speed=15)
    words = captions_of(spoken(_TEXT, pace=0.09), limits=limits)
    rules = {each.rule for each in check(words, kind="captions", limits=limits)}
    assert not rules & {"line-length", "lines", "overlap", "gap", "too-long"}


_WORD = st.tuples(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=20),
    st.floats(-0.2, 4.0),
    st.floats(-0.1, 9.0),
    st.floats(0, 1),
)


@given(st.lists(_WORD, max_size=60))
@settings(deadline=None)
def test_whatever_an_engine_hears_becomes_captions_in_order_that_say_all_of_it(
    told: list[tuple[str, float, float, float]],
) -> None:
    heard, now = [], 0.0
    for text, pause, length, confidence in told:
        now = max(0.0, now + pause)
        heard.append(Word(now, now + length, f" {text}", confidence))
        now += length
    words = captions_of(heard)
    broken = {each.rule for each in check(words, kind="subtitles")}
    assert not broken & {"line-length", "lines", "too-long", "overlap", "gap", "past-end"}
    assert all(0 <= cue.start < cue.end <= cue.start + LONGEST for cue in words.cues)
    said = " ".join(plain(cue.text).replace("\n", " ") for cue in words.cues).split()
    assert sorted(said) == sorted(text for text, *_ in told)
    assert not told or len(tidied(words)[0].cues) == len(words.cues)
