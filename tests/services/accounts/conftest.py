"""What all tests of accounts have in common."""

import pytest


@pytest.fixture(autouse=True)
def _quick(cheap_hashes: None) -> None:
    """All of them sign in, most of them often."""
