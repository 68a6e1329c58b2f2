"""Subtitles out of real films, and what playlists say of them."""

from pathlib import Path

import pytest

from services.media.errors import BadMediaError
from services.media.ffmpeg_runs import Source
from services.media.pictures import Film
from services.media.probe import probe
from services.media.program_runs import Control
from services.media.subtitle_playlists import subtitle_playlist, with_subtitles
from services.media.subtitles import make_subtitles
from services.videos.made import Made, Subtitle
from tests import media_films
from tests.media_films import PROGRAMS, ffmpeg, make_film, with_picture_subtitles

MASTER = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-STREAM-INF:BANDWIDTH=9,RESOLUTION=320x180\nv180.m3u8\n"


def words_of(path: Path, folder: Path) -> list[str]:
    """The WebVTT of each track that became some."""
    source = Source.file(path)
    film = Film(programs=PROGRAMS, source=source, facts=probe(PROGRAMS, source))
    folder.mkdir()
    return [each.read_text(encoding="utf-8") for each in make_subtitles(film, folder, Control()).values()]


@pytest.mark.parametrize(
    ("name", "codec"), [("f.mkv", "subrip"), ("f.mkv", "ass"), ("f.mkv", "webvtt"), ("f.mp4", "mov_text")]
)
def test_every_kind_of_text_becomes_webvtt(name: str, codec: str, film: Path, tmp_path: Path) -> None:
    tracks = (("eng", "", "Hello"), ("deu", "", "Grüße"))
    path = media_films.with_subtitles(film, tmp_path / name, *tracks, codec=codec)
    english, german = words_of(path, tmp_path / "out")
    assert english.startswith("WEBVTT\n")
    assert "00:01.000 --> 00:05.000\nHello\n" in english
    assert "\nGrüße\n" in german


def test_an_arrow_among_the_words_stays_a_word(film: Path, tmp_path: Path) -> None:
    path = media_films.with_subtitles(film, tmp_path / "f.mkv", ("eng", "", "Hello"))
    [text] = words_of(path, tmp_path / "out")
    assert text.count("-->") == 2  # Those of the two times.
    assert "\nFrom A --&gt; B\n" in text


def test_pictures_of_words_and_tracks_without_any_become_nothing(film: Path, tmp_path: Path) -> None:
    path = with_picture_subtitles(film, tmp_path / "pictures.mkv", language="fre")
    source = Source.file(path)
    [track] = probe(PROGRAMS, source).texts
    assert (track.language, track.is_pictures, track.is_text) == ("fre", True, False)
    assert words_of(path, tmp_path / "out") == []
    (tmp_path / "empty.vtt").write_text("WEBVTT\n\n")
    ffmpeg("-i", str(film), "-i", str(tmp_path / "empty.vtt"), "-c", "copy", str(tmp_path / "empty.mkv"))
    assert words_of(tmp_path / "empty.mkv", tmp_path / "none") == []


def test_what_is_no_text_inside_a_track_is_left_out(film: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.srt").write_bytes(
        b"1\n00:00:01,000 --> 00:00:02,000\n\xff\xfe\n\n2\n00:00:03,000 --> 00:00:04,000\nfine\n"
    )
    ffmpeg("-i", str(film), "-i", str(tmp_path / "broken.srt"), "-c", "copy", str(tmp_path / "broken.mkv"))
    [text] = words_of(tmp_path / "broken.mkv", tmp_path / "out")
    assert text.count(" --> ") == 1
    assert "fine" in text


def test_subtitles_larger_than_a_film_has_are_refused(tmp_path: Path) -> None:
    film = make_film(tmp_path / "h264.mkv", seconds=1)
    lines = (f"{n}\n00:00:00,{n:03} --> 00:00:00,900\n{'word ' * 2000}\n" for n in range(1, 600))
    (tmp_path / "long.srt").write_text("\n".join(lines))
    ffmpeg("-i", str(film), "-i", str(tmp_path / "long.srt"), "-c", "copy", str(tmp_path / "long.mkv"))
    with pytest.raises(BadMediaError, match="larger than allowed"):
        words_of(tmp_path / "long.mkv", tmp_path / "out")


def test_a_master_playlist_names_what_is_there() -> None:
    made = Made(
        duration=6.25,
        subtitles=(
            Subtitle(index=2, language="eng", title='He said "no"\n#EXT-X-ENDLIST'),
            Subtitle(index=3, language="eng", title='He said "no"\n#EXT-X-ENDLIST'),
            Subtitle(index=4, language="x\r\ny"),
            Subtitle(index=5, language="fre", pictures=True),
        ),
        subtitle_files={2: "text-2.vtt", 3: "text-3.vtt", 4: "text-4.vtt"},
    )
    text = with_subtitles(MASTER, made)
    media = [line for line in text.splitlines() if line.startswith("#EXT-X-MEDIA:")]
    assert [line.rpartition("URI=")[2] for line in media] == ['"text-2.m3u8"', '"text-3.m3u8"', '"text-4.m3u8"']
    assert len({line.partition("NAME=")[2].partition('",')[0] for line in media}) == 3
    assert [line.count('LANGUAGE="eng"') for line in media] == [1, 1, 0]
    assert "\n#EXT-X-ENDLIST" not in text
    assert '#EXT-X-STREAM-INF:BANDWIDTH=9,RESOLUTION=320x180,SUBTITLES="text"\nv180.m3u8\n' in text
    assert with_subtitles(MASTER, Made(subtitles=made.subtitles)) == MASTER


def test_a_subtitle_has_a_playlist_of_its_one_file() -> None:
    made = Made(duration=6.25, subtitle_files={2: "text-2.vtt"})
    text = subtitle_playlist("text-2.m3u8", made, version="abc")
    assert text is not None
    assert "#EXT-X-TARGETDURATION:7\n" in text
    assert "#EXTINF:6.250,\n../subtitles/abc/text-2.vtt\n#EXT-X-ENDLIST\n" in text
    for other in ("text-3.m3u8", "v180.m3u8", f"text-{'9' * 40}.m3u8"):
        assert subtitle_playlist(other, made, version="abc") is None
    assert subtitle_playlist("text-2.m3u8", made, version=None) is None
