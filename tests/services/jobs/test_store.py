"""Jobs are claimed by one worker each, and what an attempt writes counts only while it is the newest."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from services.actors.actor import SYSTEM
from services.jobs.job import MOST_ATTEMPTS, MOST_SILENCES, SUSPECTED_AFTER, Job, Lane, State
from services.jobs.kinds import Kind
from services.jobs.store import Claim, JobQuery, JobStore
from services.jobs.wish import Wish

POSTER = Kind(name="poster", lane=Lane.QUICK, recipe=1, run=lambda _: None)
LADDER = Kind(name="ladder", lane=Lane.MEDIA, recipe=3, run=lambda _: None)


def added(store: JobStore, video: str = "film.mp4", **wish: object) -> Job:
    return store.add(POSTER, by=SYSTEM, video=video, **wish)  # type: ignore[arg-type]


def claimed(store: JobStore, lane: Lane = Lane.QUICK, worker: str = "here") -> Claim:
    claim = store.claim(lane, worker=worker)
    assert claim is not None
    return claim


def state_of(store: JobStore, job: Job) -> State:
    found = store.get(job.id)
    assert found is not None
    return found.state


def test_a_job_goes_from_the_queue_to_its_results(store: JobStore) -> None:
    job = added(store, arguments={"at": 1.5})
    assert (job.state, job.attempts, job.progress, job.started_at) == (State.QUEUED, 0, 0.0, None)
    assert store.due([Lane.QUICK, Lane.MEDIA]) == (Lane.QUICK,)
    claim = claimed(store)
    assert (claim.job.id, claim.job.state, claim.attempt, claim.job.worker) == (job.id, State.RUNNING, 1, "here")
    assert claim.job.arguments == {"at": 1.5}
    assert store.claim(Lane.QUICK, worker="there") is None
    assert store.beat(claim, progress=0.5)
    done = store.finish(claim, results=[{"id": "größe", "status": "done"}])
    assert done is not None
    assert (done.state, done.progress, done.results) == (State.DONE, 1.0, [{"id": "größe", "status": "done"}])
    assert done.started_at is not None
    assert done.finished_at is not None
    assert job.created_at <= done.started_at <= done.finished_at
    assert store.due([Lane.QUICK]) == ()


def test_several_wishes_are_queued_at_once_in_their_order(store: JobStore) -> None:
    there = store.add(LADDER, by=SYSTEM, video="film.mp4")
    wishes = [Wish(kind=kind, video="film.mp4") for kind in (POSTER, LADDER, POSTER)]
    first, second, third = store.add_all(wishes, by=SYSTEM)
    assert (first.kind, second, third) == ("poster", there, first)
    assert store.add_all([], by=SYSTEM) == []


def test_the_same_is_one_job_and_another_recipe_or_argument_is_another(store: JobStore) -> None:
    job = added(store, arguments={"a": 1, "b": 2})
    assert added(store, arguments={"b": 2, "a": 1}).id == job.id
    newer = Kind(name="poster", lane=Lane.QUICK, recipe=2, run=POSTER.run)
    others = [
        added(store, "other.mp4"),
        added(store, arguments={"a": 1}),
        store.add(newer, by=SYSTEM, video="film.mp4"),
    ]
    assert len({job.id, *(other.id for other in others)}) == 4


def test_what_is_over_is_done_anew_only_when_asked(store: JobStore) -> None:
    job = added(store)
    store.finish(claimed(store), results=[])
    assert added(store).state is State.DONE
    again = added(store, again=True)
    assert (again.id, again.state, again.results, again.finished_at) == (job.id, State.QUEUED, None, None)
    claim = claimed(store)
    assert claim.attempt == 2
    assert added(store, again=True).state is State.RUNNING


def test_what_is_done_anew_may_be_put_off_and_is_not_where_it_is_tried_again(store: JobStore) -> None:
    job = added(store)
    store.finish(claimed(store))
    put_off = added(store, delay=3600, again=True)
    assert put_off.run_at - put_off.changed_at == timedelta(hours=1)
    assert store.claim(Lane.QUICK, worker="here") is None
    # What waits already keeps its time.
    assert added(store, again=True).run_at == put_off.run_at
    store.cancel(job.id)
    store.retry(job.id)
    assert claimed(store).job.id == job.id


def test_each_job_is_claimed_once_however_many_want_one(store: JobStore) -> None:
    ids = {added(store, f"{number}.mp4").id for number in range(40)}

    def take_all(worker: str) -> list[str]:
        taken = []
        while claim := store.claim(Lane.QUICK, worker=worker):
            taken.append(claim.job.id)
        return taken

    with ThreadPoolExecutor(6) as pool:
        taken = [job_id for each in pool.map(take_all, "abcdef") for job_id in each]
    assert sorted(taken) == sorted(ids)


def test_lanes_do_not_wait_for_each_other_and_priorities_go_first(store: JobStore) -> None:
    added(store, "late.mp4")
    first = added(store, "urgent.mp4", priority=-1)
    encoding = store.add(LADDER, by=SYSTEM, video="late.mp4")
    assert claimed(store).job.id == first.id
    assert claimed(store, Lane.MEDIA).job.id == encoding.id
    assert store.claim(Lane.SPEECH, worker="here") is None


def test_what_is_put_off_waits(store: JobStore, let_come: Callable[[str], None]) -> None:
    job = added(store, delay=3600)
    assert store.due([Lane.QUICK]) == ()
    assert store.claim(Lane.QUICK, worker="here") is None
    let_come(job.id)
    assert claimed(store).job.id == job.id


def test_a_silent_worker_loses_its_job_and_writes_nothing_more(
    store: JobStore, let_lapse: Callable[[Claim], None]
) -> None:
    job = added(store)
    first = claimed(store)
    let_lapse(first)
    second = claimed(store, worker="there")
    assert (second.job.id, second.attempt) == (job.id, 2)
    assert not store.beat(first, progress=0.9)
    assert store.finish(first) is None
    assert store.fail(first, "It broke.") is None
    assert store.give_back(first) is None
    assert store.finish(second) is not None
    assert store.finish(second) is None


def test_a_worker_that_was_only_slow_keeps_its_job_when_nobody_took_it(
    store: JobStore, let_lapse: Callable[[Claim], None]
) -> None:
    added(store)
    claim = claimed(store)
    let_lapse(claim)
    assert store.beat(claim, progress=0.1)
    assert store.claim(Lane.QUICK, worker="there") is None


def test_failures_are_tried_again_with_doubling_pauses_and_then_no_more(
    store: JobStore, let_come: Callable[[str], None]
) -> None:
    job = added(store)
    pauses = []
    for _ in range(MOST_ATTEMPTS - 1):
        failed = store.fail(claimed(store), "Storage is away.")
        assert failed is not None
        assert failed.started_at is not None
        assert (failed.state, failed.error) == (State.QUEUED, "Storage is away.")
        pauses.append(round((failed.run_at - failed.started_at).total_seconds()))
        let_come(job.id)
    assert pauses == [15, 30, 60]
    last = store.fail(claimed(store), "Storage is still away.")
    assert last is not None
    assert (last.state, last.error, last.attempts) == (State.FAILED, "Storage is still away.", MOST_ATTEMPTS)
    assert last.finished_at is not None


def test_bad_input_fails_at_once(store: JobStore) -> None:
    added(store)
    failed = store.fail(claimed(store), "It is no video.", for_good=True)
    assert failed is not None
    assert (failed.state, failed.attempts) == (State.FAILED, 1)


def test_a_poison_job_that_takes_its_workers_along_ends(store: JobStore, let_lapse: Callable[[Claim], None]) -> None:
    job = added(store)
    for _ in range(MOST_SILENCES):
        assert store.end_lost() == ()
        let_lapse(claimed(store))
    assert store.claim(Lane.QUICK, worker="here") is None
    ended = store.end_lost()
    assert [each.id for each in ended] == [job.id]
    assert store.claim(Lane.QUICK, worker="here") is None
    found = store.get(job.id)
    assert found is not None
    assert (found.state, found.silences) == (State.FAILED, MOST_SILENCES)
    assert found.error is not None
    assert "without a word" in found.error
    again = store.retry(job.id)
    assert again is not None
    assert (again.state, again.silences) == (State.QUEUED, 0)


def test_killed_workers_cost_a_job_none_of_its_attempts(store: JobStore, let_lapse: Callable[[Claim], None]) -> None:
    added(store)
    for _ in range(MOST_ATTEMPTS):
        let_lapse(claimed(store))
    failed = store.fail(claimed(store), "Storage is away.")
    assert failed is not None
    assert failed.started_at is not None
    assert (failed.state, failed.silences) == (State.QUEUED, MOST_ATTEMPTS)
    assert round((failed.run_at - failed.started_at).total_seconds()) == 15


def test_attempts_that_end_without_a_word_are_begun_anew_after_longer_pauses_and_then_no_more(
    store: JobStore, let_come: Callable[[str], None]
) -> None:
    job = added(store)
    pauses = []
    for number in range(1, MOST_SILENCES):
        silent = store.fall_silent(claimed(store), pause=number > 1)
        assert silent is not None
        assert silent.started_at is not None
        assert (silent.state, silent.silences) == (State.QUEUED, number)
        pauses.append(round((silent.run_at - silent.started_at).total_seconds()))
        let_come(job.id)
    assert pauses == [0] + [30] * (MOST_SILENCES - 2)
    last = store.fall_silent(claimed(store), pause=True)
    assert last is not None
    assert last.state is State.FAILED
    assert f"without a word, {MOST_SILENCES} times" in str(last.error)


def test_two_jobs_that_may_be_what_kills_their_worker_are_told_apart(
    store: JobStore, let_lapse: Callable[[Claim], None]
) -> None:
    suspects = {added(store, "poison.mp4").id, added(store, "beside.mp4").id}
    for _ in range(SUSPECTED_AFTER):
        for claim in [claimed(store, worker="shared"), claimed(store, worker="shared")]:
            let_lapse(claim)
    fresh = added(store, "fresh.mp4")
    suspect = claimed(store)
    assert suspect.job.id in suspects
    assert suspect.job.is_suspect
    # Whoever has one takes no other, but anything else.
    beside = store.claim(Lane.QUICK, worker="here", suspects=False)
    assert beside is not None
    assert beside.job.id == fresh.id
    assert store.claim(Lane.QUICK, worker="here", suspects=False) is None
    assert store.due([Lane.QUICK], suspects=False) == ()
    assert store.due([Lane.QUICK]) == (Lane.QUICK,)
    other = claimed(store, worker="there")
    assert {suspect.job.id, other.job.id} == suspects


def test_an_attempt_that_is_given_back_does_not_count(store: JobStore) -> None:
    job = added(store)
    for number in range(1, 10):
        claim = claimed(store)
        assert claim.attempt == number
        assert store.give_back(claim) is not None
    failed = store.fail(claimed(store), "It broke.")
    assert failed is not None
    assert failed.started_at is not None
    assert (failed.id, failed.state) == (job.id, State.QUEUED)
    assert round((failed.run_at - failed.started_at).total_seconds()) == 15


def test_cancelling_takes_a_job_away_from_its_worker(store: JobStore) -> None:
    waiting, running = added(store, "waiting.mp4", delay=60), added(store, "running.mp4")
    claim = claimed(store)
    for job in (waiting, running):
        cancelled = store.cancel(job.id)
        assert cancelled is not None
        assert cancelled.state is State.CANCELLED
    assert not store.beat(claim, progress=0.5)
    assert store.finish(claim) is None
    assert store.cancel(running.id) is None
    assert state_of(store, running) is State.CANCELLED


def test_retrying_keeps_the_id_and_gives_four_attempts_more(store: JobStore, let_come: Callable[[str], None]) -> None:
    job = added(store)
    assert store.retry(job.id) is None
    store.fail(claimed(store), "It is no video.", for_good=True)
    again = store.retry(job.id)
    assert again is not None
    assert (again.id, again.state, again.error) == (job.id, State.QUEUED, None)
    for _ in range(MOST_ATTEMPTS):
        assert state_of(store, job) is State.QUEUED
        store.fail(claimed(store), "It broke.")
        let_come(job.id)
    assert state_of(store, job) is State.FAILED


def test_one_job_is_claimed_by_its_id_as_often_as_it_waits(store: JobStore) -> None:
    job = added(store)
    claim = store.claim_one(job.id, worker="here")
    assert claim is not None
    assert store.claim_one(job.id, worker="there") is None
    store.finish(claim)
    assert store.claim_one(job.id, worker="there") is None
    assert store.claim_one("none", worker="there") is None


def test_the_list_is_asked_and_continued(store: JobStore) -> None:
    jobs = [added(store, f"{number}.mp4") for number in range(5)]
    encoding = store.add(LADDER, by=SYSTEM, video="0.mp4")
    store.cancel(jobs[1].id)
    seen: list[str] = []
    query = JobQuery(limit=2)
    while True:
        page = store.page(query)
        seen += [job.id for job in page.jobs]
        if page.next is None:
            break
        query = JobQuery(limit=2, after=page.next)
    assert len(seen) == len(set(seen)) == 6
    created = [store.get(job_id).created_at for job_id in seen]  # type: ignore[union-attr]
    assert created == sorted(created, reverse=True)
    assert {job.id for job in store.page(JobQuery(video="0.mp4")).jobs} == {jobs[0].id, encoding.id}
    assert [job.id for job in store.page(JobQuery(kind="ladder")).jobs] == [encoding.id]
    assert [job.id for job in store.page(JobQuery(states=[State.CANCELLED])).jobs] == [jobs[1].id]
    assert store.page(JobQuery(by_id="somebody")).jobs == ()


def test_what_has_been_over_for_long_is_forgotten(store: JobStore) -> None:
    kept, gone = added(store, "kept.mp4"), added(store, "gone.mp4")
    store.cancel(gone.id)
    assert store.delete_over(older_than=60) == 0
    assert store.delete_over(older_than=-60) == 1
    assert store.get(gone.id) is None
    assert store.get(kept.id) is not None
