"""Passkeys: what they prove, and every answer that must not be taken."""

import contextlib
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from services.accounts.errors import (
    FactorExistsError,
    InvalidFactorError,
    PasskeyClonedError,
    PasskeyRefusedError,
    SecondFactorRequiredError,
    SignInFailedError,
)
from services.accounts.factors import challenges
from services.accounts.factors.challenges import Ceremony
from services.accounts.factors.credential import Credential, NewCredential, Site
from services.accounts.factors.proofs import PasskeyProof
from services.accounts.people import AccountChange
from services.accounts.signing_in import PasskeyAttempt, StepAttempt
from services.accounts.user import User
from services.actors.actor import SYSTEM
from services.assembly import Services
from services.audit.entry import AuditOutcome, AuditQuery
from services.errors import NotFoundError, ReelgateError
from services.secrets import Key
from tests.accounts import SOMEWHERE, Build, an_account, as_actor, attempt
from tests.authenticators import SITE, Authenticator

OTHER = Site(host="other.example", origins=frozenset({"https://other.example"}))


def registered(services: Services, user: User, device: Authenticator | None = None) -> Authenticator:
    device = device or Authenticator()
    passkeys, by = services.accounts.passkeys, as_actor(user)
    options = passkeys.options_to_register(user, SITE, by=by)
    passkeys.register(user, SITE, device.create(options), name="a key", by=by)
    return device


def alone(credential: Credential, site: Site = SITE) -> PasskeyAttempt:
    return PasskeyAttempt(proof=PasskeyProof(site=site, credential=credential), device="a test")


def comes_in(services: Services, device: Authenticator) -> User:
    options = services.accounts.passkeys.options_to_sign_in(SITE)
    return services.accounts.signing_in.on_a_page(alone(device.get(options)), by=SOMEWHERE)[0]


def test_a_passkey_alone_lets_its_owner_in(services: Services) -> None:
    user = an_account(services)
    device = registered(services, user)
    assert comes_in(services, device).id == user.id
    [passkey] = services.accounts.passkeys.list(user, by=as_actor(user))
    assert (passkey.name, passkey.counter, passkey.host) == ("a key", 1, SITE.host)
    assert passkey.last_used_at is not None
    entries = services.audit.entries.read(AuditQuery(action="user.login"), limit=1, by=SYSTEM)
    assert entries[0].details == {"method": "passkey"}


def test_options_say_what_browsers_must_do(services: Services) -> None:
    user = an_account(services)
    passkeys = services.accounts.passkeys
    options = passkeys.options_to_register(user, SITE, by=as_actor(user))
    assert options["rp"] == {"id": SITE.host, "name": "Reelgate"}
    assert options["authenticatorSelection"]["residentKey"] == "preferred"
    assert options["excludeCredentials"] == []
    device = registered(services, user)
    again = passkeys.options_to_register(user, SITE, by=as_actor(user))
    assert len(again["excludeCredentials"]) == 1
    asked = passkeys.options_to_sign_in(SITE)
    assert (asked["userVerification"], asked["rpId"], asked.get("allowCredentials")) == ("required", SITE.host, None)
    second = passkeys.options_for(user.id, SITE)
    assert [each["id"] for each in second["allowCredentials"]] == [each["id"] for each in again["excludeCredentials"]]
    assert device.user_handle == user.id.encode()
    msgspec.json.encode([options, again, asked, second])


def test_the_first_passkey_brings_recovery_codes_and_asks_for_a_second_factor(services: Services) -> None:
    user = an_account(services)
    passkeys, by, device = services.accounts.passkeys, as_actor(user), Authenticator()
    made = device.create(passkeys.options_to_register(user, SITE, by=by))
    _, recovery = passkeys.register(user, SITE, made, name="a key", by=by)
    assert recovery is not None
    assert len(recovery) == 10
    with pytest.raises(SecondFactorRequiredError) as caught:
        services.accounts.signing_in.on_a_page(attempt(), by=SOMEWHERE)
    other = Authenticator()
    made = other.create(passkeys.options_to_register(user, SITE, by=by))
    assert passkeys.register(user, SITE, made, name="another", by=by)[1] is None
    proof = PasskeyProof(site=SITE, credential=device.get(passkeys.options_for(user.id, SITE)))
    step = StepAttempt(step=caught.value.step, proof=proof, device="a test")
    assert services.accounts.signing_in.on_a_page(step, by=SOMEWHERE)[0].id == user.id


def test_a_key_that_knows_no_owner_is_a_second_factor_and_no_only_one(services: Services) -> None:
    user = an_account(services)
    device = registered(services, user, Authenticator(verifies=False))
    with pytest.raises(PasskeyRefusedError):
        comes_in(services, device)
    with pytest.raises(SecondFactorRequiredError) as caught:
        services.accounts.signing_in.on_a_page(attempt(), by=SOMEWHERE)
    credential = device.get(services.accounts.passkeys.options_for(user.id, SITE))
    proof = PasskeyProof(site=SITE, credential=credential)
    services.accounts.signing_in.on_a_page(
        StepAttempt(step=caught.value.step, proof=proof, device="a test"), by=SOMEWHERE
    )


def test_an_answer_that_comes_twice_or_at_once_is_taken_once(build: Build) -> None:
    processes = [build() for _ in range(4)]
    device = registered(processes[0], an_account(processes[0]), Authenticator(counts=False))
    credential = device.get(processes[0].accounts.passkeys.options_to_sign_in(SITE))

    def take(services: Services) -> bool:
        try:
            services.accounts.signing_in.on_a_page(alone(credential), by=SOMEWHERE)
        except PasskeyRefusedError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take, processes)) == 1
    assert not take(processes[0])


Change = Callable[[Authenticator], None]


def _origin(device: Authenticator) -> None:
    device.origin = "https://evil.example"


def _plain_http(device: Authenticator) -> None:
    device.origin = "http://reelgate.example"


def _below(device: Authenticator) -> None:
    device.origin = "https://below.reelgate.example"


def _rp(device: Authenticator) -> None:
    device.host = "evil.example"


def _in_a_frame(device: Authenticator) -> None:
    device.cross_origin = True


def _handle(device: Authenticator) -> None:
    device.user_handle = b"somebody else"


def _unknown(device: Authenticator) -> None:
    device.credential_id = b"unknown"


def _key(device: Authenticator) -> None:
    device._key = Authenticator()._key


WRONG = [_origin, _plain_http, _below, _rp, _in_a_frame, _handle, _unknown, _key]


@pytest.mark.parametrize("change", WRONG)
def test_an_answer_for_elsewhere_or_of_somebody_else_is_refused(services: Services, change: Change) -> None:
    device = registered(services, an_account(services))
    change(device)
    with pytest.raises(PasskeyRefusedError):
        comes_in(services, device)
    entries = services.audit.entries.read(AuditQuery(outcome=AuditOutcome.REFUSED), limit=1, by=SYSTEM)
    assert entries[0].details == {"reason": "passkey-refused"}


@pytest.mark.parametrize("change", [_origin, _plain_http, _below, _rp, _in_a_frame])
def test_a_key_made_for_elsewhere_is_not_kept(services: Services, change: Change) -> None:
    user, device = an_account(services), Authenticator()
    change(device)
    with pytest.raises(PasskeyRefusedError):
        registered(services, user, device)
    assert services.accounts.passkeys.list(user, by=as_actor(user)) == []


def test_a_key_whose_counter_goes_back_is_a_copy(services: Services) -> None:
    device = registered(services, an_account(services))
    comes_in(services, device)
    comes_in(services, device)
    device.counter = 0
    with pytest.raises(PasskeyClonedError):
        comes_in(services, device)
    device.counter = 1
    with pytest.raises(PasskeyClonedError):
        comes_in(services, device)
    entries = services.audit.entries.read(AuditQuery(outcome=AuditOutcome.REFUSED), limit=1, by=SYSTEM)
    assert entries[0].details == {"reason": "passkey-cloned"}
    comes_in(services, device)


def test_a_challenge_is_for_one_purpose_site_person_and_time() -> None:
    keys = (Key(id="new", value=b"n" * 32), Key(id="old", value=b"o" * 32))
    made = challenges.new_challenge(Ceremony.SECOND, host="a.example", user_id="u1", now=1000, keys=keys[1:])

    def held(
        challenge: bytes = made,
        ceremony: Ceremony = Ceremony.SECOND,
        *,
        host: str = "a.example",
        user_id: str = "u1",
        now: int = 1000,
    ) -> bool:
        return challenges.holds(challenge, ceremony, host=host, user_id=user_id, now=now, keys=keys) is not None

    assert held()
    assert held(now=1000 + challenges.LASTING - 1)
    assert not held(now=1000 + challenges.LASTING)
    assert not held(ceremony=Ceremony.SIGN_IN)
    assert not held(host="b.example")
    assert not held(user_id="u2")
    for at in range(len(made)):
        assert not held(made[:at] + bytes([made[at] ^ 1]) + made[at + 1 :])
    assert not held(b"")


def test_a_challenge_for_one_ceremony_is_worth_nothing_in_another(services: Services) -> None:
    user = an_account(services)
    device, passkeys = registered(services, user), services.accounts.passkeys
    for options in (
        passkeys.options_for(user.id, SITE),
        passkeys.options_to_register(user, SITE, by=as_actor(user)),
        passkeys.options_to_sign_in(OTHER),
    ):
        with pytest.raises(PasskeyRefusedError):
            services.accounts.signing_in.on_a_page(alone(device.get(options)), by=SOMEWHERE)


def test_a_key_is_one_persons_and_stays_so(services: Services) -> None:
    user, other = an_account(services), an_account(services, "noor")
    device = registered(services, user)
    with pytest.raises(FactorExistsError):
        registered(services, other, device)
    passkeys = services.accounts.passkeys
    [passkey] = passkeys.list(user, by=as_actor(user))
    with pytest.raises(NotFoundError):
        passkeys.remove(other, passkey.id, by=as_actor(other))
    with pytest.raises(NotFoundError):
        passkeys.rename(other, passkey.id, name="mine", by=as_actor(other))
    assert passkeys.rename(user, passkey.id, name=" the blue one ", by=as_actor(user)).name == "the blue one"
    for wrong in ("", " ", "x" * 101, "a\nb"):
        with pytest.raises(InvalidFactorError):
            passkeys.rename(user, passkey.id, name=wrong, by=as_actor(user))
    passkeys.remove(user, passkey.id, by=as_actor(user))
    with pytest.raises(PasskeyRefusedError):
        comes_in(services, device)


def test_who_is_not_active_does_not_come_in(services: Services) -> None:
    an_account(services)
    user = an_account(services, "noor")
    device = registered(services, user)
    services.accounts.people.change(user.id, AccountChange(active=False), by=SYSTEM)
    with pytest.raises(SignInFailedError):
        comes_in(services, device)


def test_an_account_has_so_many_passkeys_and_no_more(services: Services) -> None:
    user = an_account(services)
    for _ in range(20):
        registered(services, user)
    with pytest.raises(InvalidFactorError):
        registered(services, user)


def test_answers_that_are_none_are_refused_and_nothing_else(services: Services) -> None:
    user = an_account(services)
    passkeys, by, device = services.accounts.passkeys, as_actor(user), Authenticator()
    chance = random.Random(7)
    made = device.create_json(passkeys.options_to_register(user, SITE, by=by))
    for _ in range(60):
        wrong = _mangled(made, chance, "attestationObject")
        # Of a key that nobody vouches for, some letters may be others: it is then another key.
        with contextlib.suppress(ReelgateError):
            passkeys.register(user, SITE, msgspec.convert(wrong, type=NewCredential), name="a key", by=by)
    device = registered(services, user)
    for _ in range(60):
        part = chance.choice(["authenticatorData", "signature", "clientDataJSON", "userHandle"])
        answer = _mangled(device.get_json(passkeys.options_to_sign_in(SITE)), chance, part)
        with pytest.raises(PasskeyRefusedError):
            services.accounts.signing_in.on_a_page(alone(msgspec.convert(answer, type=Credential)), by=SOMEWHERE)


def _mangled(credential: dict[str, object], chance: random.Random, part: str) -> dict[str, object]:
    """The credential with a part that is cut, or has another letter in it."""
    response = credential["response"]
    assert isinstance(response, dict)
    text = response[part]
    at = chance.randrange(1, len(text) - 2)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = chance.choice([each for each in letters if each != text[at]])
    changed = chance.choice([text[:at], text[:at] + other + text[at + 1 :]])
    return credential | {"response": response | {part: changed}}
