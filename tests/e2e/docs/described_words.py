"""Captions, signs, documents and what is said of them, held to their description on a real server."""

from tests.described_answers import Described
from tests.videos import mp4

_WORDS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nWelcome to the harbour.\n"
_UNKNOWN = "20200101T000000000Z_00000000000000000000000000000000_none.mp4"


def meet_words(api: Described, video: dict[str, str]) -> None:
    """Meet what is said of all that lies beside a video."""
    _captions(api, video)
    _transcript(api, video)
    _signs(api, video)
    _documents(api, video)
    _feedback(api, video)
    _figures(api)


def _captions(api: Described, video: dict[str, str]) -> None:
    one, names = "/api/videos/{video_id}/captions/{language}", video | {"language": "en"}
    vtt = {"Content-Type": "text/vtt"}
    api.ask(f"PUT {one}", 201, names=names, data=_WORDS, headers=vtt)
    api.ask(f"PUT {one}", 200, names=names, data=_WORDS, headers=vtt)
    api.ask(f"PUT {one}", 400, names=names, data=b"no captions", headers=vtt)
    api.ask(f"PUT {one}", 412, names=names, data=_WORDS, headers=vtt | {"If-Match": '"old"'})
    etag = api.ask(f"GET {one}", 200, names=names).headers["ETag"]
    api.ask(f"GET {one}", 200, names=names, headers={"Accept": "text/plain"})
    api.ask(f"GET {one}", 304, names=names, headers={"If-None-Match": etag})
    api.ask(f"GET {one}", 404, names=video | {"language": "fr"})
    api.ask(f"GET {one}/check", 200, names=names)
    cue = {"start": 0.5, "end": 2.5, "text": "Welcome to the harbour."}
    api.ask(f"POST {one}/check", 200, names=names, json={"cues": [cue]})
    api.ask(f"PUT {one}/draft", 200, names=names, json={"cues": [cue]})
    api.ask(f"GET {one}/draft", 200, names=names)
    api.ask(f"DELETE {one}/draft", 204, names=names)
    # No engine is set here.
    api.ask(f"POST {one}/generate", 409, names=names)
    api.ask(f"POST {one}/generate", 404, names={"video_id": _UNKNOWN, "language": "en"})
    api.ask("GET /api/videos/{video_id}/captions", 200, names=video)
    api.ask("GET /api/videos/{video_id}/captions", 404, names={"video_id": _UNKNOWN})


def _transcript(api: Described, video: dict[str, str]) -> None:
    api.ask("GET /api/videos/{video_id}/transcript", 200, names=video)
    api.ask("GET /api/videos/{video_id}/transcript", 404, names={"video_id": _UNKNOWN})
    api.ask("GET /api/search", 200, query="?q=harbour")
    api.ask("GET /api/search", 200, query="?q=harbour&kind=tags&limit=2")
    api.ask("GET /api/search", 400, query="?q=harbour&kind=none")
    chapters = "/api/videos/{video_id}/chapters"
    api.ask(f"PUT {chapters}", 200, names=video, json={"chapters": [{"start": 0, "title": "The harbour"}]})
    api.ask(f"PUT {chapters}", 400, names=video, json={"chapters": [{"start": -1, "title": "Before"}]})
    api.ask(f"GET {chapters}", 200, names=video)
    names = video | {"language": "en"}
    api.ask("DELETE /api/videos/{video_id}/captions/{language}", 204, names=names)
    api.ask("DELETE /api/videos/{video_id}/captions/{language}", 404, names=names)


def _signs(api: Described, video: dict[str, str]) -> None:
    sign = api.ask("PUT /api/upload/{filename}", 201, names={"filename": "signs.mp4"}, data=mp4(5000)).json()
    one, names = "/api/videos/{video_id}/sign/{lang}", video | {"lang": "DGS"}
    api.ask(f"PUT {one}", 201, names=names, json={"video_id": sign["id"]})
    api.ask(f"PUT {one}", 200, names=names, json={"video_id": sign["id"], "offset": 1.5, "kind": "avatar"})
    api.ask(f"PUT {one}", 400, names=names, json={"video_id": video["video_id"]})
    api.ask(f"PUT {one}", 412, names=names, json={"video_id": sign["id"]}, headers={"If-Match": '"old"'})
    api.ask(f"GET {one}", 200, names=names)
    api.ask(f"DELETE {one}", 204, names=names)
    api.ask(f"GET {one}", 404, names=names)
    # No engine is set here.
    api.ask("POST /api/videos/{video_id}/sign/{lang}/generate", 409, names=names)
    api.ask("POST /api/videos/{video_id}/sign/{lang}/generate", 400, names=video | {"lang": "en"})


def _documents(api: Described, video: dict[str, str]) -> None:
    all_, names = "/api/videos/{video_id}/documents", video | {"name": "words.txt"}
    api.ask(f"POST {all_}", 201, names=video, files={"file": ("words.txt", b"What is said.")})
    api.ask(f"POST {all_}", 400, names=video, files={"file": ("", b"What is said.")})
    api.ask(f"GET {all_}", 200, names=video)
    api.ask(f"GET {all_}/{{name}}", 200, names=names)
    api.ask(f"DELETE {all_}/{{name}}", 204, names=names)
    api.ask(f"GET {all_}/{{name}}", 404, names=names)


def _feedback(api: Described, video: dict[str, str]) -> None:
    api.ask("POST /api/feedback", 201, json=video | {"about": "captions", "rating": 4, "text": "Well timed."})
    api.ask("POST /api/feedback", 400, json=video | {"about": "captions", "rating": 9})


def _figures(api: Described) -> None:
    report = "GET /api/accessibility/report.csv"
    assert api.ask(report, 200).text.startswith("id,title,score,missing,")
    api.ask(report, 400, query="?missing=everything")
    api.ask("GET /api/videos", 200, query="?sort=accessibility&missing=sign-track")
    timings = "POST /api/timings"
    api.ask(timings, 204, json={"what": "page", "seconds": 0.4, "density": 3})
    api.ask(timings, 204, json={"what": "start", "seconds": 1.5, "type": "video/mp4"})
    api.ask(timings, 400, json={"what": "page", "seconds": -1})
    api.ask(timings, 413, data=b" " * 1025, headers={"Content-Type": "application/json"})
    api.ask(timings, 415, data=b"seconds=1")
