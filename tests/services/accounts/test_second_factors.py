"""Codes of an app and recovery codes: each is taken once, and whoever has one is never locked out for good."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from pyotp import TOTP

from config import Secret
from services.accounts.errors import (
    AccountLockedError,
    FactorExistsError,
    FreshSignInNeededError,
    InvalidFactorError,
    SecondFactorRequiredError,
    SecondFactorWrongError,
    SignInFailedError,
)
from services.accounts.factors import codes
from services.accounts.factors.proofs import CodeProof
from services.accounts.signing_in import SignInAttempt, StepAttempt
from services.accounts.user import User
from services.actors.actor import SYSTEM
from services.actors.errors import ForbiddenError
from services.assembly import Services
from services.audit.entry import AuditQuery
from services.errors import NotFoundError, ReelgateError
from tests.accounts import PASSWORD, SOMEWHERE, Build, an_account, as_actor, attempt, code_now, with_app
from tests.services.database.samples import rows_of


def sign_in(services: Services, code: str | None = None, *, password: str = PASSWORD) -> User:
    tried = replace(attempt(password=password), code=code)
    return services.accounts.signing_in.on_a_page(tried, by=SOMEWHERE)[0]


def step_of(services: Services) -> str:
    with pytest.raises(SecondFactorRequiredError) as caught:
        sign_in(services)
    return caught.value.step


def test_an_app_counts_once_a_code_of_it_was_shown(services: Services) -> None:
    user = an_account(services)
    second, by = services.accounts.second, as_actor(user)
    proposed = second.propose_app(user, by=by)
    assert proposed.address.startswith(f"otpauth://totp/Reelgate:mira?secret={proposed.secret}")
    assert proposed.picture.startswith("<svg")
    assert second.proposed_app(user, by=by) == proposed
    sign_in(services)
    with pytest.raises(SecondFactorWrongError):
        second.confirm_app(user, "000000" if code_now(proposed.secret) != "000000" else "111111", by=by)
    recovery = second.confirm_app(user, code_now(proposed.secret), by=by)
    assert len(set(recovery)) == 10
    assert second.proposed_app(user, by=by) is None
    assert (second.overview(user, by=by).has_app, second.overview(user, by=by).recovery_left) == (True, 10)
    with pytest.raises(SecondFactorRequiredError):
        sign_in(services)
    with pytest.raises(FactorExistsError):
        second.propose_app(user, by=by)
    with pytest.raises(InvalidFactorError):
        second.confirm_app(user, code_now(proposed.secret, steps=1), by=by)


def test_a_code_works_once_and_so_does_none_before_it(services: Services) -> None:
    _, secret, _ = with_app(services, an_account(services))
    code, before = code_now(secret), code_now(secret, steps=-1)
    sign_in(services, f"{code[:3]} {code[3:]}")
    for used in (code, before):
        with pytest.raises(SecondFactorWrongError):
            sign_in(services, used)
    sign_in(services, code_now(secret, steps=1))


def test_codes_of_other_times_are_not_taken() -> None:
    secret, now = codes.new_secret(), 1_795_600_015_000
    step = now // 30_000
    made = {steps: TOTP(secret).generate_otp(step + steps) for steps in range(-3, 4)}
    taken = [steps for steps, code in made.items() if codes.step_of(secret, code, now=now, after=0) is not None]
    assert taken == [-1, 0, 1]
    assert codes.step_of(secret, made[0], now=now, after=step) is None


def test_a_code_that_comes_at_once_from_several_processes_is_taken_once(build: Build) -> None:
    processes = [build() for _ in range(4)]
    processes[0].live_settings.put("lockout_tries", 100, by=SYSTEM)
    _, secret, recovery = with_app(processes[0], an_account(processes[0]))
    steps = [step_of(each) for each in processes]

    def comes_in(index: int, code: str) -> bool:
        tried = StepAttempt(step=steps[index], proof=CodeProof(code=code), device="a test")
        try:
            processes[index].accounts.signing_in.on_a_page(tried, by=SOMEWHERE)
        except SecondFactorWrongError:
            return False
        return True

    for code in (code_now(secret), recovery[0]):
        with ThreadPoolExecutor(4) as pool:
            came = list(pool.map(comes_in, range(4), [code] * 4))
        assert sum(came) == 1


def test_each_recovery_code_works_once_and_new_ones_end_those_before(services: Services) -> None:
    user, _, recovery = with_app(services, an_account(services))
    second, by = services.accounts.second, as_actor(user)
    sign_in(services, recovery[0].lower().replace("-", " "))
    assert second.overview(user, by=by).recovery_left == 9
    with pytest.raises(SecondFactorWrongError):
        sign_in(services, recovery[0])
    renewed = second.renew_recovery(user, by=by)
    assert second.overview(user, by=by).recovery_left == 10
    with pytest.raises(SecondFactorWrongError):
        sign_in(services, recovery[1])
    sign_in(services, renewed[0])


def test_recovery_codes_are_for_who_has_a_second_factor(services: Services) -> None:
    user = an_account(services)
    with pytest.raises(InvalidFactorError):
        services.accounts.second.renew_recovery(user, by=as_actor(user))


def test_nobodys_recovery_code_works_for_somebody_else(services: Services) -> None:
    _, _, recovery = with_app(services, an_account(services))
    with_app(services, an_account(services, "noor"))
    with pytest.raises(SecondFactorWrongError):
        services.accounts.signing_in.on_a_page(replace(attempt("noor"), code=recovery[0]), by=SOMEWHERE)


def test_wrong_codes_lock_and_a_recovery_code_gets_in_all_the_same(services: Services) -> None:
    user, secret, recovery = with_app(services, an_account(services))
    step = step_of(services)

    def told(code: str) -> ReelgateError:
        tried = StepAttempt(step=step, proof=CodeProof(code=code), device="a test")
        with pytest.raises(ReelgateError) as caught:
            services.accounts.signing_in.on_a_page(tried, by=SOMEWHERE)
        return caught.value

    wrong = next(each for each in ("000000", "111111", "222222") if each not in codes_around(secret))
    assert [type(told(wrong)) for _ in range(6)] == [SecondFactorWrongError] * 5 + [AccountLockedError]
    assert isinstance(told(code_now(secret)), AccountLockedError)
    assert services.accounts.people.get(user.id, by=SYSTEM).locked_until is not None
    sign_in(services, recovery[0])
    sign_in(services, code_now(secret))


def codes_around(secret: str) -> set[str]:
    return {code_now(secret, steps=steps) for steps in range(-2, 4)}


def test_who_has_a_second_factor_gets_past_a_lock_by_password(services: Services) -> None:
    user, secret, _ = with_app(services, an_account(services))
    for _ in range(6):
        with pytest.raises((SignInFailedError, AccountLockedError)):
            sign_in(services, password="a wrong one")
    with pytest.raises(AccountLockedError):
        sign_in(services)
    # Neither half alone is told to be right.
    for code, password in (("000000", PASSWORD), (code_now(secret), "a wrong one"), (None, PASSWORD)):
        with pytest.raises(AccountLockedError):
            sign_in(services, code, password=password)
    assert sign_in(services, code_now(secret)).id == user.id
    # Who goes on guessing is as locked as before.
    with pytest.raises(AccountLockedError):
        sign_in(services, password="a wrong one")


def test_who_has_no_second_factor_and_names_that_nobody_has_stay_locked_whatever_code_is_sent(
    services: Services,
) -> None:
    an_account(services)
    for name in ("mira", "nobody"):
        for _ in range(5):
            with pytest.raises(SignInFailedError):
                services.accounts.signing_in.on_a_page(attempt(name, "a wrong one"), by=SOMEWHERE)
        with pytest.raises(AccountLockedError):
            services.accounts.signing_in.on_a_page(replace(attempt(name), code="123456"), by=SOMEWHERE)


def test_a_reset_lifts_both_locks(services: Services) -> None:
    user, secret, _ = with_app(services, an_account(services))
    for code in [None] * 6 + ["000000"] * 6:
        with pytest.raises(ReelgateError):
            sign_in(services, code, password="a wrong one" if code is None else PASSWORD)
    address = services.accounts.joining.reset_address(user.id, by=SYSTEM)
    services.accounts.joining.reset(address.token, "another long one", by=SOMEWHERE)
    assert services.accounts.people.get(user.id, by=SYSTEM).locked_until is None
    sign_in(services, code_now(secret), password="another long one")


@pytest.mark.parametrize("step", ["", "x", "gAAAAA", "☃" * 2000])
def test_a_step_that_is_none_is_refused(services: Services, step: str) -> None:
    with_app(services, an_account(services))
    tried = StepAttempt(step=step, proof=CodeProof(code="000000"), device="a test")
    with pytest.raises(SignInFailedError):
        services.accounts.signing_in.on_a_page(tried, by=SOMEWHERE)


def test_a_step_ends_with_the_password(services: Services) -> None:
    user, secret, _ = with_app(services, an_account(services))
    step = step_of(services)
    address = services.accounts.joining.reset_address(user.id, by=SYSTEM)
    services.accounts.joining.reset(address.token, "another long one", by=SOMEWHERE)
    tried = StepAttempt(step=step, proof=CodeProof(code=code_now(secret)), device="a test")
    with pytest.raises(SignInFailedError):
        services.accounts.signing_in.on_a_page(tried, by=SOMEWHERE)


def test_without_the_last_factor_a_password_is_enough_again(services: Services) -> None:
    user, _, _ = with_app(services, an_account(services))
    second, by = services.accounts.second, as_actor(user)
    second.remove_app(user, by=by)
    assert second.overview(user, by=by).recovery_left == 0
    assert not sign_in(services).two_factor
    with pytest.raises(NotFoundError):
        second.remove_app(user, by=by)


def test_an_administrator_removes_the_factors_of_who_has_lost_them(services: Services) -> None:
    admin = an_account(services, "boss")
    user, _, _ = with_app(services, an_account(services))
    with pytest.raises(ForbiddenError):
        services.accounts.second.remove_all(user.id, by=as_actor(user))
    services.accounts.second.remove_all(user.id, by=as_actor(admin))
    assert not sign_in(services).two_factor


def test_a_role_can_demand_a_second_factor(services: Services) -> None:
    admin, second = an_account(services), services.accounts.second
    user = an_account(services, "noor")
    assert not second.is_demanded_of(user)
    services.live_settings.put("two_factor_roles", ["USER"], by=SYSTEM)
    assert second.is_demanded_of(user)
    assert not second.is_demanded_of(admin)
    with_one, _, _ = with_app(services, user)
    assert not second.is_demanded_of(with_one)
    with pytest.raises(ReelgateError):
        services.live_settings.put("two_factor_roles", ["KING"], by=SYSTEM)


def test_a_sign_in_is_fresh_for_some_minutes_and_again_after_the_password(services: Services) -> None:
    user = an_account(services)
    accounts, by = services.accounts, as_actor(user)
    _, cookie = accounts.signing_in.on_a_page(attempt(), by=SOMEWHERE)
    found = accounts.credentials.of_cookie(cookie)
    assert found is not None
    assert found.session is not None
    accounts.confirming.require_fresh(found)
    old = replace(found, session=replace(found.session, proved_at=found.session.created_at - 11 * 60_000))
    with pytest.raises(FreshSignInNeededError):
        accounts.confirming.require_fresh(old)
    with pytest.raises(FreshSignInNeededError):
        accounts.confirming.confirm(found, password=None, proof=None, by=by)
    with pytest.raises(SignInFailedError):
        accounts.confirming.confirm(found, password="a wrong one", proof=None, by=by)
    renewed = accounts.confirming.confirm(found, password=PASSWORD, proof=None, by=by)
    assert renewed is not None
    assert accounts.credentials.of_cookie(cookie) is None
    again = accounts.credentials.of_cookie(renewed)
    assert again is not None
    assert again.session is not None
    assert again.session.id != found.session.id


def test_a_code_confirms_as_a_password_does_and_is_used_up(services: Services) -> None:
    user, secret, _ = with_app(services, an_account(services))
    confirming, code = services.accounts.confirming, code_now(secret)
    tried = SignInAttempt(name="mira", password=PASSWORD, device="a test", code=code_now(secret, steps=0))
    _, cookie = services.accounts.signing_in.on_a_page(tried, by=SOMEWHERE)
    found = services.accounts.credentials.of_cookie(cookie)
    assert found is not None
    with pytest.raises(SecondFactorWrongError):
        confirming.confirm(found, password=None, proof=CodeProof(code=code), by=as_actor(user))
    following = CodeProof(code=code_now(secret, steps=1))
    assert confirming.confirm(found, password=None, proof=following, by=as_actor(user))


def test_an_app_outlives_a_key_that_is_replaced(build: Build) -> None:
    before, old, new = Secret("the first key of this server"), "secret_key_previous", "secret_key"
    first = build(secret_key=before)
    user, secret, recovery = with_app(first, an_account(first))
    after = Secret("the second key of this server")
    both = build(**{new: after, old: before})
    sign_in(both, code_now(secret))
    both.accounts.second.reseal()
    alone = build(**{new: after})
    sign_in(alone, code_now(secret, steps=1))
    # What no key opens is no app any more, and no fault of whoever types a code.
    lost = build(**{new: Secret("a third key, of nowhere")})
    with pytest.raises(SecondFactorWrongError):
        sign_in(lost, code_now(secret))
    lost.accounts.second.reseal()
    sign_in(lost, recovery[0])
    lost.accounts.second.remove_app(user, by=as_actor(user))


def test_the_database_and_the_audit_hold_no_secret_and_no_code(services: Services) -> None:
    user, secret, recovery = with_app(services, an_account(services))
    sign_in(services, recovery[0])
    written = str(rows_of(services.platform.databases.durable_url))
    for text in (secret, *recovery, *(each.replace("-", "") for each in recovery)):
        assert text not in written
    entries = services.audit.entries.read(AuditQuery(target=user.id), limit=20, by=SYSTEM)
    assert [(each.action, dict(each.details)) for each in reversed(entries)][1:] == [
        ("user.factor.added", {"factor": "totp"}),
        ("user.factor.added", {"factor": "recovery"}),
        ("user.login", {"method": "recovery"}),
    ]
