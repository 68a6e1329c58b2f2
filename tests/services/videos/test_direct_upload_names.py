from uuid import uuid4

from services.videos.direct_upload_names import is_sealed, new_seal, seal_holds


def test_a_seal_holds_for_its_own_secret_alone() -> None:
    seal, other = new_seal(), new_seal()
    assert seal_holds(seal.token, seal.secret)
    assert not any(seal_holds(seal.token, secret) for secret in (other.secret, seal.token.hex, "", None))


def test_names_with_a_seal_are_told_from_all_others() -> None:
    assert all(is_sealed(new_seal().token) for _ in range(50))
    assert not any(is_sealed(uuid4()) for _ in range(50))


def test_a_seal_does_not_show_its_secret() -> None:
    seal = new_seal()
    assert seal.secret not in repr(seal)
