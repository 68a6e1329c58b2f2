"""Services are asked at their rate, tried again, left alone when they ask for it, and not waited for for ever."""

import json
from email.utils import formatdate

import pytest
from sqlalchemy import update

from services.database.engine import Database
from services.egress.guard import EgressGuard, Question
from services.sources.asking import ServiceClient
from services.sources.errors import SourceFailedError, SourceRestsError
from services.sources.service import Service, ServiceState
from services.sources.store import OPENS_AFTER, AnswerStore, ServiceStore
from services.sources.tables import services_asked, source_answers
from tests.outside_services import Answered, OutsideService, said

FAR = "Fri, 20 Nov 2026 10:00:00 +99999999999999999999"
FAST = Service(name="fast", title="Fast", per_minute=6000, at_once=100)


def ask(client: ServiceClient, outside: OutsideService, *, service: Service = FAST, fresh: bool = False) -> object:
    return client.ask(service, Question(url=f"{outside.url}/things"), json.loads, fresh=fresh)


@pytest.fixture(autouse=True)
def answers(outside: OutsideService) -> None:
    outside.answer = lambda _: said({"things": 3})


def test_an_answer_is_read_and_kept(client: ServiceClient, outside: OutsideService, states: ServiceStore) -> None:
    assert ask(client, outside) == {"things": 3}
    assert ask(client, outside) == {"things": 3}
    assert len(outside.asked) == 1
    assert outside.asked[0].headers["user-agent"].startswith("Reelgate")
    assert states.all()["fast"].state is ServiceState.OK


def test_an_answer_is_asked_for_anew_when_it_is_old_or_to_be_fresh(
    client: ServiceClient, outside: OutsideService, durable: Database
) -> None:
    ask(client, outside)
    ask(client, outside, fresh=True)
    assert len(outside.asked) == 2
    with durable.writing() as connection:
        connection.execute(update(source_answers).values(good_until=1))
    ask(client, outside)
    assert len(outside.asked) == 3
    assert AnswerStore(durable).forget_old() == 0


@pytest.mark.parametrize(
    "failure",
    [
        Answered(status=500),
        Answered(status=503),
        Answered(body=b'{"things": '),
        Answered(body=b"\xff\xfe"),
        Answered(body=b"[" * 100_000),
        Answered(body=b'{"things": 3}', breaks=True),
        Answered(body=b'{"things": 3}', headers={"Content-Length": "9" * 5000}),
    ],
    ids=["500", "503", "cut", "not text", "deep", "broken off", "endless"],
)
def test_what_fails_is_tried_again_after_pauses_that_double(
    client: ServiceClient, outside: OutsideService, states: ServiceStore, pauses: list[float], failure: Answered
) -> None:
    outside.first = [failure, failure]
    assert ask(client, outside) == {"things": 3}
    assert pauses == [1.0, 2.0]
    assert states.all()["fast"].failed == 2
    assert states.all()["fast"].state is ServiceState.OK


def test_what_goes_on_failing_is_told_of(client: ServiceClient, outside: OutsideService, states: ServiceStore) -> None:
    outside.first = [Answered(status=500)] * 3
    with pytest.raises(SourceFailedError, match="Fast answered 500"):
        ask(client, outside)
    assert len(outside.asked) == 3
    found = states.all()["fast"]
    assert (found.state, found.last_error) == (ServiceState.FAILING, "Fast answered 500.")


def test_slow_bytes_end_when_the_time_is_over(client: ServiceClient, outside: OutsideService) -> None:
    outside.first = [Answered(body=b'{"things": 3}', drips=True)]
    hasty = Service(name="hasty", title="Hasty", per_minute=6000, at_once=9, seconds=0.3)
    assert ask(client, outside, service=hasty) == {"things": 3}
    assert len(outside.asked) == 2


def test_an_answer_that_is_too_long_is_not_taken(client: ServiceClient, outside: OutsideService) -> None:
    small = Service(name="small", title="Small", per_minute=6000, at_once=9, largest=8, tries=1)
    with pytest.raises(SourceFailedError, match="longer than 8 bytes"):
        ask(client, outside, service=small)


def test_a_refusal_is_not_tried_again(client: ServiceClient, outside: OutsideService, states: ServiceStore) -> None:
    for status in (400, 401, 403, 404, 410):
        outside.first = [said({}, status=status)]
        with pytest.raises(SourceFailedError, match=str(status)):
            ask(client, outside)
    assert len(outside.asked) == 5
    assert states.all()["fast"].state is ServiceState.FAILING
    assert ask(client, outside) == {"things": 3}


def test_a_short_pause_is_waited_for(client: ServiceClient, outside: OutsideService, pauses: list[float]) -> None:
    outside.first = [said({}, status=429, Retry_After="7")]
    assert ask(client, outside) == {"things": 3}
    assert len(pauses) == 1
    assert 0 < pauses[0] <= 7


def test_a_pause_until_a_date_is_kept(client: ServiceClient, outside: OutsideService, states: ServiceStore) -> None:
    outside.first = [said({}, status=503, Retry_After=formatdate(4_000_000_000, usegmt=True))]
    with pytest.raises(SourceRestsError):
        ask(client, outside)
    found = states.all()["fast"]
    assert found.state is ServiceState.SLOW
    with pytest.raises(SourceRestsError) as refused:
        ask(client, outside)
    assert len(outside.asked) == 1
    assert 0 < (refused.value.retry_after or 0) <= 24 * 3600 + 1


@pytest.mark.parametrize("header", ["", "soon", "-5", "1e9", "9" * 400, FAR])
def test_a_pause_that_is_none_is_a_minute(client: ServiceClient, outside: OutsideService, header: str) -> None:
    outside.first = [said({}, status=429, Retry_After=header)]
    with pytest.raises(SourceRestsError) as refused:
        ask(client, outside)
    assert refused.value.retry_after in {60, 61}


def test_who_fails_too_often_is_left_alone_and_tried_by_one(
    client: ServiceClient, outside: OutsideService, states: ServiceStore, durable: Database
) -> None:
    once = Service(name="once", title="Once", per_minute=6000, at_once=100, tries=1)
    outside.first = [Answered(status=500)] * (OPENS_AFTER + 1)
    for _ in range(OPENS_AFTER):
        with pytest.raises(SourceFailedError):
            ask(client, outside, service=once)
    for _ in range(3):
        with pytest.raises(SourceRestsError, match="too often"):
            ask(client, outside, service=once)
    assert len(outside.asked) == OPENS_AFTER
    assert states.all()["once"].state is ServiceState.AWAY
    # Its pause is over: one may try, and the others wait for what comes of it.
    with durable.writing() as connection:
        connection.execute(update(services_asked).values(away_until=1))
    assert states.take_turn(once, patience=0).is_given
    assert not states.take_turn(once, patience=0).is_given
    states.failed(once, "again")
    assert states.all()["once"].state is ServiceState.AWAY
    with durable.writing() as connection:
        connection.execute(update(services_asked).values(away_until=1))
    outside.first = []
    assert ask(client, outside, service=once) == {"things": 3}
    assert states.all()["once"].state is ServiceState.OK


def test_the_rate_is_kept_by_all_together(
    client: ServiceClient, outside: OutsideService, durable: Database, pauses: list[float]
) -> None:
    slow = Service(name="slow", title="Slow", per_minute=6, at_once=2)
    other = ServiceClient(EgressGuard([outside.host]), ServiceStore(durable), AnswerStore(durable), wait=pauses.append)
    for each in (client, other, client, other):
        ask(each, outside, service=slow, fresh=True)
    assert len(outside.asked) == 4
    # Two at once, then one each ten seconds. How long all of this took is not known.
    assert len(pauses) == 2
    assert 0 < pauses[0] <= 10 < pauses[1] <= 20
    ask(client, outside, service=slow, fresh=True)
    with pytest.raises(SourceRestsError, match="at a rate"):
        ask(client, outside, service=slow, fresh=True)


def test_who_waits_for_the_answer_asks_once_and_in_spite_of_all(
    client: ServiceClient, outside: OutsideService, states: ServiceStore, pauses: list[float]
) -> None:
    for _ in range(OPENS_AFTER):
        states.failed(FAST, "away")
    assert ask(client.impatient(), outside, fresh=True) == {"things": 3}
    assert states.all()["fast"].state is ServiceState.OK
    outside.first = [Answered(status=500)]
    with pytest.raises(SourceFailedError):
        ask(client.impatient(), outside, fresh=True)
    assert pauses == []


def test_pauses_that_a_wrong_clock_has_set_do_not_last(
    client: ServiceClient, outside: OutsideService, durable: Database, pauses: list[float]
) -> None:
    ask(client, outside)
    far = 9_000_000_000_000
    with durable.writing() as connection:
        connection.execute(update(services_asked).values(away_until=far, rests_until=far, next_at=far))
    assert ask(client, outside, fresh=True) == {"things": 3}
    assert sum(pauses) <= 31


def test_inward_addresses_are_not_asked(durable: Database, states: ServiceStore, outside: OutsideService) -> None:
    strict = ServiceClient(EgressGuard(), states, AnswerStore(durable))
    with pytest.raises(SourceFailedError, match="EGRESS_ALLOW_HOSTS"):
        ask(strict, outside)
    assert outside.asked == []
    assert states.all()["fast"].state is ServiceState.FAILING


def test_keys_do_not_go_to_where_a_service_leads(outside: OutsideService, client: ServiceClient) -> None:
    elsewhere = outside.url.replace("127.0.0.1", "127.0.0.2")
    outside.first = [Answered(status=302, headers={"Location": f"{outside.url}/other"})]
    question = Question(url=f"{outside.url}/things", credentials={"X-Key": "secret"})
    client.ask(FAST, question, json.loads, fresh=True)
    assert [each.headers.get("x-key") for each in outside.asked] == ["secret", "secret"]
    outside.first = [Answered(status=302, headers={"Location": f"{elsewhere}/other"})]
    with pytest.raises(SourceFailedError, match="public network"):
        client.ask(FAST, question, json.loads, fresh=True)


def test_a_key_stays_with_the_first_host(outside: OutsideService) -> None:
    name = outside.host.replace("127.0.0.1", "elsewhere.example")
    guard = EgressGuard([outside.host, name], resolve=lambda *_: ["127.0.0.1"])
    outside.first = [Answered(status=302, headers={"Location": f"http://{name}/other"})]
    with guard.ask(Question(url=outside.url, credentials={"X-Key": "secret"})) as fetched:
        assert fetched.status == 200
    assert [each.headers.get("x-key") for each in outside.asked] == ["secret", None]


def test_a_service_that_has_only_asked_for_a_pause_is_not_forgotten_meanwhile(
    states: ServiceStore, durable: Database
) -> None:
    states.take_turn(FAST, patience=0)
    states.rests(FAST, 3600, "a pause")
    assert states.forget_old("fa", seconds=60) == 0
    assert states.all()["fast"].state is ServiceState.SLOW
    with durable.writing() as connection:
        connection.execute(update(services_asked).values(rests_until=1, next_at=1))
    assert states.forget_old("other", seconds=60) == 0
    assert states.forget_old("fa", seconds=60) == 1
