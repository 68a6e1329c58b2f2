"""A throw-away PostgreSQL comes up, and leaves nothing behind."""

import psutil
import pytest
from sqlalchemy import create_engine, text

from scripts.postgres import find_postgres, running_postgres

pytestmark = [pytest.mark.thorough, pytest.mark.skipif(find_postgres() is None, reason="PostgreSQL is not installed.")]


def test_it_answers_and_ends_even_while_a_client_is_connected() -> None:
    with running_postgres() as url:
        engine = create_engine(url)
        connection = engine.connect()
        backend = psutil.Process(connection.scalar(text("select pg_backend_pid()")))
        server = backend.parent()
    assert server is not None
    assert not server.is_running()
    connection.invalidate()
    engine.dispose()


def test_it_writes_to_a_database_that_only_this_machine_reaches() -> None:
    with running_postgres() as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("create table notes (note text)"))
            assert connection.scalar(text("show listen_addresses")) == "127.0.0.1"
        engine.dispose()
