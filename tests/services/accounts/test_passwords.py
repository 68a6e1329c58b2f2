"""What a password's hash costs whoever tries."""

import bcrypt
import pytest

from services.accounts.passwords import Passwords


@pytest.fixture(autouse=True)
def _quick() -> None:
    """Here they cost what they cost."""


def test_a_hash_costs_what_it_should_and_trying_a_name_that_nobody_has_costs_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[bytes] = []

    def compare(password: bytes, kept: bytes) -> bool:
        compared.append(kept)
        return bcrypt.hashpw(password, kept) == kept

    passwords = Passwords()
    kept = passwords.hash("a password of somebody")
    assert passwords.matches("a password of somebody", kept)
    monkeypatch.setattr(bcrypt, "checkpw", compare)
    assert not passwords.matches("a password of nobody", None)
    assert [each.split(b"$")[1:3] for each in (kept.encode(), *compared)] == [[b"2b", b"12"]] * 2
