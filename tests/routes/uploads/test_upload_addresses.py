"""Where whole files are sent, and where not."""

from flask.testing import FlaskClient


def test_a_file_without_a_place_for_its_name_is_405_and_not_sent_twice(client: FlaskClient) -> None:
    answer = client.put("/api/upload", data=b"x")
    assert (answer.status_code, set(answer.allow)) == (405, {"POST", "OPTIONS"})


def test_a_file_without_a_name_is_refused_in_a_sentence(client: FlaskClient) -> None:
    answer = client.put("/api/upload/", data=b"x")
    assert answer.status_code == 400
    assert answer.get_json()["detail"].startswith("The file has no name")
