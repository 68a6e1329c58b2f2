"""Captions and signs are rated on the page of a film by a plain form, and what was said is shown again."""

import pytest

from tests.routes.test_people import AMINA, BELA, READER, House, house

__all__ = ["house"]

VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nHello.\n"
THANKS = "Thank you. Your rating is kept: 4 of 5."


def test_a_rating_is_kept_and_shown_to_who_gave_it(house: House) -> None:
    film = house.upload(AMINA)
    page = film["links"]["page"]
    assert "How good are" not in house.ask(BELA, "GET", page).get_data(as_text=True)
    house.ask(AMINA, "PUT", f"{film['links']['self']}/captions/en", data=VTT, headers={"Content-Type": "text/vtt"})
    before = house.ask(BELA, "GET", page).get_data(as_text=True)
    assert "How good are the captions?" in before
    assert "How good are the signs?" not in before
    said = {"about": "captions", "rating": "4", "text": "Too\r\nquick."}
    answer = house.ask(BELA, "POST", f"{page}/feedback", data=said)
    assert (answer.status_code, answer.location) == (303, f"{page}?rated=captions#accessibility")
    thanked = house.ask(BELA, "GET", f"{page}?rated=captions").get_data(as_text=True)
    assert THANKS in thanked
    assert "Too\nquick." in thanked
    assert 'value="4" required autocomplete="off"\n          checked' in thanked or "checked" in thanked
    # Somebody else sees nothing of it, and no thanks for what they have not said.
    for by in (AMINA, READER):
        other = house.ask(by, "GET", f"{page}?rated=captions").get_data(as_text=True)
        assert THANKS not in other
        assert "quick." not in other
    assert THANKS not in house.ask(BELA, "GET", page).get_data(as_text=True)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"about": "captions"},
        {"about": "captions", "rating": "0"},
        {"about": "captions", "rating": "6"},
        {"about": "captions", "rating": "4.5"},
        {"about": "captions", "rating": "\u0664"},
        {"about": "food", "rating": "4"},
        {"about": "captions", "rating": "4", "text": "x" * 2001},
    ],
)
def test_what_makes_no_sense_is_refused(house: House, said: dict[str, str]) -> None:
    film = house.upload(AMINA)
    answer = house.ask(AMINA, "POST", f"{film['links']['page']}/feedback", data=said)
    assert answer.status_code == 400
    assert house.services.feedback.feedback.own(film["id"], by=AMINA) == {}


def test_nobody_rates_what_is_hidden_from_them(house: House) -> None:
    film = house.upload(AMINA, visibility="private")
    said = {"about": "captions", "rating": "4"}
    assert house.ask(BELA, "POST", f"{film['links']['page']}/feedback", data=said).status_code == 404
    house.ask(AMINA, "PATCH", film["links"]["self"], json={"visibility": "public"})
    assert house.ask(BELA, "POST", f"{film['links']['page']}/feedback", data=said).status_code == 303
