"""Numbers that have to agree do, however many uploads are let in."""

import pytest

from utils.capacity import PLAYERS, SMALL_BODIES, STAGING_THREADS, Capacity


@pytest.mark.parametrize("uploads", [1, 32, 1000])
def test_what_has_no_body_gets_a_thread_when_all_else_is_taken(uploads: int) -> None:
    assert Capacity(uploads).threads > uploads + PLAYERS + SMALL_BODIES


@pytest.mark.parametrize("uploads", [1, 32, 1000])
def test_every_upload_and_every_thread_that_stages_gets_a_connection(uploads: int) -> None:
    assert Capacity(uploads).storage_connections >= uploads + STAGING_THREADS


@pytest.mark.parametrize("uploads", [1, 32, 1000])
def test_every_thread_may_have_a_connection_to_storage_besides_its_client(uploads: int) -> None:
    capacity = Capacity(uploads)
    assert capacity.files_beside_clients > capacity.threads
