"""The short form of what the API's description allows and forbids, for `make check`."""

import pytest

from tests.fire.described import SCENARIO


@pytest.mark.thorough
def test_every_answer_is_one_that_is_described(azurite: str) -> None:
    assert list(SCENARIO.short(azurite).broken) == []
