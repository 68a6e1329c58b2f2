"""What lists say of files: in the words that people and programs use, and line by line where they say nothing."""

import json

import pytest

from services.migration.manifest import Fault, FileLists, ListLine, read_list


def read(text: str | bytes, name: str = "clips.csv") -> FileLists:
    return FileLists(read_list(name, text.encode() if isinstance(text, str) else text))


def of(manifest: FileLists, path: str) -> tuple[str | None, float, float, str | None]:
    line = manifest.of(path)
    assert isinstance(line, ListLine), line
    return line.video, line.start, line.end, line.title


@pytest.mark.parametrize(
    "text",
    [
        "file,video,start,end,title\na.mp4,film.mp4,1.5,3,The boat\n",
        "filename;video_id;start_time;end_time;title\na.mp4;film.mp4;1,5;0:03;The boat\n",
        "Title\tClip\tClip of\tFrom\tTo\r\nThe boat\ta.mp4\tfilm.mp4\t00:00:01.5\t3s\r\n",
        "﻿path,source_video,start,duration,name\n./a.mp4,film.mp4,1.5,1.5,The boat\n",
        '"file","video","in","out","label"\n"A.MP4","film.mp4","1.5","3.0","The boat"\n\n',
    ],
)
def test_tables_are_understood_as_people_write_them(text: str) -> None:
    manifest = read(text)
    assert manifest.faults == []
    assert of(manifest, "a.mp4") == ("film.mp4", 1.5, 3.0, "The boat")


@pytest.mark.parametrize(
    "said",
    [
        [{"file": "a.mp4", "video": "film.mp4", "start": 1.5, "end": 3, "title": "The boat"}],
        {
            "clips": [
                {"filename": "a.mp4", "clip_of": "film.mp4", "start_time": "1.5", "end_time": "3", "name": "The boat"}
            ]
        },
        {"a.mp4": {"video_id": "film.mp4", "start": 1.5, "end": 3, "title": "The boat"}},
        {"video": "film.mp4", "clips": [{"path": "a.mp4", "start": 1.5, "end": 3, "title": "The boat"}]},
        {"file": "a.mp4", "video": "film.mp4", "start": 1.5, "end": 3, "title": "The boat"},
    ],
)
def test_json_is_understood_in_its_usual_shapes(said: object) -> None:
    manifest = read(json.dumps(said), "clips.json")
    assert manifest.faults == []
    assert of(manifest, "a.mp4") == ("film.mp4", 1.5, 3.0, "The boat")


def test_a_title_alone_is_enough() -> None:
    manifest = read("video,title\nfilm.mp4,Summer\n")
    assert of(manifest, "film.mp4") == (None, 0, 0, "Summer")


def test_a_line_without_a_file_has_something_cut_out() -> None:
    [cut] = read("video,start,end,title\nfilm.mp4,1,2,Boat\n").cuts
    assert (cut.video, cut.start, cut.end, cut.title, cut.file) == ("film.mp4", 1, 2, "Boat", None)


def test_paths_are_found_whatever_program_wrote_them() -> None:
    manifest = read("file,title\nsub\\Gro\u0308ße.mp4,One\nb.mp4,Two\n")
    assert of(manifest, "sub/größe.MP4")[3] == "One"
    assert of(manifest, "deep/down/b.mp4")[3] == "Two"


def test_each_line_that_says_nothing_is_told_of() -> None:
    manifest = read(
        "file,video,start,end,colour\n"
        "a.mp4,film.mp4,one,2,red\n"
        "b.mp4,film.mp4,1,,\n"
        "c.mp4,film.mp4,,,\n"
        "d.mp4,,1,2,\n"
        ",,,,blue\n"
        "e.mp4,film.mp4,1,2,x,y,z\n"
        "f.mp4,film.mp4,1,2\n"
        "f.mp4,film.mp4,3,4\n"
        "g.mp4,film.mp4,-1,4\n"
        "h.mp4,film.mp4,nan,4\n"
    )
    found = {fault.where: fault.reason for fault in manifest.faults}
    assert set(found) == {f"clips.csv:{number}" for number in (1, 2, 3, 4, 5, 6, 7, 9, 10, 11)}
    assert '"colour"' in found["clips.csv:1"]
    assert '"one" is no time' in found["clips.csv:2"]
    assert "in clips.csv:8 already" in found["clips.csv:9"]
    # A file whose line is not understood is not taken as if nothing were said of it.
    assert isinstance(manifest.of("a.mp4"), Fault)
    assert of(manifest, "f.mp4")[:3] == ("film.mp4", 1, 2)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("clips.json", b"{"),
        ("clips.json", b"3"),
        ("clips.json", b'["a.mp4"]'),
        ("clips.json", b"[" * 100_000),
        ("clips.csv", b"no list at all"),
        ("clips.csv", b""),
        ("clips.csv", b"file\0,video\na\0,b"),
        ("clips.csv", b'file,"' + b"x" * 200_000),
    ],
)
def test_what_is_no_list_is_told_of_and_nothing_breaks(name: str, data: bytes) -> None:
    manifest = read(data, name)
    assert manifest.faults
    assert manifest.lines == 0


@pytest.mark.parametrize(
    "wrong",
    [
        *('"file": "a.mp4", "start": 1e400, "end": 2', '"file": "a.mp4", "start": 1, "duration": 1e308'),
        *('"file": "a.mp4", "start": 1' + "0" * 400 + ', "end": 2', '"file": "a.mp4", "end": 1' + "0" * 5000),
        *('"file": "a\\ud800.mp4"', '"file": "a\\u0000.mp4"', '"file": "a.mp4", "start": 1, "end": 1e12'),
        *('"video": "film\\udfff.mp4", "start": 1, "end": 2', '"video": "' + "ä" * 1001 + '", "start": 1, "end": 2'),
    ],
)
def test_what_no_computer_could_mean_is_a_fault_of_its_line(wrong: str) -> None:
    manifest = read(f'[{{"video": "film.mp4", {wrong}}}, {{"file": "b.mp4", "title": "Two"}}]', "clips.json")
    assert [fault.where for fault in manifest.faults] == ["clips.json:1"]
    assert manifest.faults[0].reason.isprintable()
    assert of(manifest, "b.mp4")[3] == "Two"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_texts_of_other_programs_are_read(encoding: str) -> None:
    manifest = read("file,title\na.mp4,Größe\n".encode(encoding))
    assert of(manifest, "a.mp4")[3] == "Größe"
