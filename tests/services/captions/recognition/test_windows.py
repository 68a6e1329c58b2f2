"""A long sound is cut where it is quietest, and nothing of it is lost or heard twice."""

from array import array
from pathlib import Path

from services.captions.recognition.engine import SAMPLES
from services.captions.recognition.windows import windows


def sound(path: Path, *loudness: tuple[float, int]) -> Path:
    """A file of sound: so many seconds of that loudness, one after the other."""
    path.write_bytes(b"".join(array("h", [each] * int(seconds * SAMPLES)).tobytes() for seconds, each in loudness))
    return path


def test_a_short_sound_is_one_piece(tmp_path: Path) -> None:
    [only] = windows(sound(tmp_path / "s", (3.0, 500)), longest=10)
    assert (only.start, only.stop) == (0.0, 3.0)


def test_a_piece_ends_in_the_middle_of_a_pause(tmp_path: Path) -> None:
    path = sound(tmp_path / "s", (7.0, 500), (0.6, 3), (9.0, 500), (0.4, 0), (3.0, 500))
    pieces = list(windows(path, longest=10))
    assert [piece.begin for piece in pieces[1:]] == [piece.end for piece in pieces[:-1]]
    assert (pieces[0].begin, pieces[-1].stop) == (0, 20.0)
    assert 7.0 < pieces[0].stop < 7.6
    assert 16.6 < pieces[1].stop < 17.0


def test_sound_without_pauses_is_cut_all_the_same(tmp_path: Path) -> None:
    pieces = list(windows(sound(tmp_path / "s", (35.0, 500)), longest=10))
    assert all(5 <= piece.stop - piece.start <= 10 for piece in pieces[:-1])
    assert sum(piece.end - piece.begin for piece in pieces) == 35 * SAMPLES


def test_an_empty_or_broken_file_is_no_piece_and_half_a_sample_is_none(tmp_path: Path) -> None:
    (tmp_path / "s").write_bytes(b"")
    assert list(windows(tmp_path / "s", longest=10)) == []
    (tmp_path / "s").write_bytes(bytes(5))
    [only] = windows(tmp_path / "s", longest=10)
    assert only.end == 2
