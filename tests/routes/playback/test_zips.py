"""What a part of a ZIP file may cost the server."""

import io

import pytest
from flask.testing import FlaskClient

from services.playback import zip_download
from tests.videos import mp4


def test_a_part_is_sent_only_where_little_is_read_again(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_download, "MOST_READ_AGAIN", 5000)
    films = [client.put(f"/api/upload/{each}.mp4", input_stream=io.BytesIO(mp4(4000, seed=each))) for each in range(3)]
    address = "/api/zip?" + "&".join(f"id={film.get_json()['id']}" for film in films)

    def part(begin: int) -> tuple[int, bytes]:
        answer = client.get(address, headers={"Range": f"bytes={begin}-"})
        return answer.status_code, answer.data

    assert part(9000)[0] == 200
    whole = client.get(address).data
    for begin in (4500, 9000, len(whole) - 1):
        assert part(begin) == (206, whole[begin:])
