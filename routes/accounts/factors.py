"""Second factors over HTTP: the authenticator app, recovery codes, passkeys, and proving once more who one is."""

from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify
from werkzeug import Response as AnyResponse

from routes.accounts import faults
from routes.accounts.api import device
from routes.accounts.asking import insist_on_account, insist_on_fresh_account
from routes.accounts.cookies import insist_on_https, set_session_cookie
from routes.accounts.described import AS_ME, BODIES, DONE, ID, JSON, PAIR, SIGNING_IN, TIME, named
from routes.accounts.factor_messages import (
    NewPasskeyMessage,
    OwnProof,
    PasskeyList,
    PasskeyMessage,
    PasskeyName,
    PasskeyRegistration,
    PasskeyRequest,
    PasskeySignIn,
    RecoveryCodes,
    RecoveryLeft,
    TotpCode,
    TotpMessage,
    new_passkey_message,
    passkey_message,
    totp_message,
)
from routes.accounts.messages import read
from routes.accounts.shown import TokenPairMessage, pair_message
from routes.accounts.sites import current_site
from routes.http.actors import current_actor
from routes.http.messages import show
from routes.http.openapi.faults import DATABASE_DOWN, NOT_FOUND
from routes.http.openapi.operation import Answer, Body, operation
from routes.http.wiring import services
from services.accounts.credentials import Found
from services.accounts.factors.proofs import CodeProof, PasskeyProof
from services.accounts.signing_in import PasskeyAttempt

blueprint = Blueprint("factors", __name__, url_prefix="/api/auth")

_R = TypeVar("_R", bound=AnyResponse)

_CODES = ["ABCD-EFGH-IJKL-MNOP", "QRST-UVWX-YZ23-4567"]
_PASSKEY = {"id": ID, "name": "phone", "host": "reelgate.example", "created_at": TIME, "last_used_at": None}
_OPTIONS = {"challenge": "c2hvd24gb25jZQ", "rpId": "reelgate.example", "userVerification": "required"}
_ANSWER = {"clientDataJSON": "eyJ0eXBlIjoi", "authenticatorData": "SZYN5YgO", "signature": "MEUCIQ"}
_MADE = {"clientDataJSON": "eyJ0eXBlIjoi", "attestationObject": "o2NmbXRk"}
_KEY = {"id": "AAECAw", "rawId": "AAECAw", "type": "public-key"}
_ANY_OBJECT: dict[str, Any] = {"type": "object", "additionalProperties": True}
_PASSKEY_ID = named("passkey_id", "The id of a passkey.")


@blueprint.post("/confirm")
@operation(
    tag=SIGNING_IN,
    about="Factors and tokens are changed by a sign-in that is younger than the live setting `fresh_minutes`.",
    curl=f'curl {AS_ME} {JSON} -d \'{{"password": "…"}}\' "$URL/api/auth/confirm"',
    body=Body(OwnProof, example={"password": "a long one"}),
    answers=[DONE],
    faults=[*BODIES, faults.HTTPS, faults.FAILED, faults.WRONG_CODE, faults.STALE, faults.LOCKED],
)
def confirm() -> Response:
    """Prove once more who I am, by password or code: my sign-in is fresh from now on."""
    insist_on_https()
    found = insist_on_account()
    said: OwnProof = read(OwnProof)
    cookie = services().accounts.confirming.confirm(
        found, password=said.password, proof=_proof(said), by=current_actor()
    )
    return with_cookie(Response(status=204), found, cookie)


@blueprint.post("/totp")
@operation(
    tag=SIGNING_IN,
    about="It counts once `/api/auth/totp/confirm` was sent a code of it.",
    curl=f'curl -X POST {AS_ME} "$URL/api/auth/totp"',
    answers=[
        Answer(
            status=201,
            about="The secret, shown this once.",
            schema=TotpMessage,
            example={"secret": "JBSWY3DPEHPK3PXP", "uri": "otpauth://totp/Reelgate:mira?secret=…", "qr_svg": "<svg…>"},
        )
    ],
    faults=[faults.STALE, faults.FACTOR_EXISTS, DATABASE_DOWN],
)
def propose_app() -> tuple[Response, int]:
    """Set an authenticator app up."""
    insist_on_https()
    found = insist_on_fresh_account()
    return _fresh(show(totp_message(services().accounts.second.propose_app(found.user, by=current_actor())))), 201


@blueprint.post("/totp/confirm")
@operation(
    tag=SIGNING_IN,
    curl=f'curl {AS_ME} {JSON} -d \'{{"code": "123456"}}\' "$URL/api/auth/totp/confirm"',
    body=Body(TotpCode, example={"code": "123456"}),
    answers=[
        Answer(
            status=200,
            about="Ten recovery codes, shown this once.",
            schema=RecoveryCodes,
            example={"recovery_codes": _CODES},
        )
    ],
    faults=[*BODIES, faults.WRONG_CODE, faults.STALE, faults.WRONG_FACTOR],
)
def confirm_app() -> Response:
    """Show that the app works; from then on signing in asks for its codes."""
    found = insist_on_fresh_account()
    said: TotpCode = read(TotpCode)
    recovery = services().accounts.second.confirm_app(found.user, said.code, by=current_actor())
    return _fresh(after_new_factor(show(RecoveryCodes(list(recovery))), found))


@blueprint.delete("/totp")
@operation(
    tag=SIGNING_IN,
    about="The password or a code is asked for, however fresh the sign-in.",
    curl=f'curl -X DELETE {AS_ME} {JSON} -d \'{{"code": "123456"}}\' "$URL/api/auth/totp"',
    body=Body(OwnProof, example={"code": "123456"}),
    answers=[DONE],
    faults=[*BODIES, NOT_FOUND, faults.FAILED, faults.WRONG_CODE, faults.STALE, faults.LOCKED],
)
def remove_app() -> tuple[str, int]:
    """Remove the authenticator app."""
    found, by, accounts = insist_on_account(), current_actor(), services().accounts
    said: OwnProof = read(OwnProof)
    accounts.confirming.prove(found, password=said.password, proof=_proof(said), by=by)
    accounts.second.remove_app(found.user, by=by)
    return "", 204


@blueprint.get("/recovery")
@operation(
    tag=SIGNING_IN,
    curl=f'curl {AS_ME} "$URL/api/auth/recovery"',
    answers=[Answer(status=200, about="How many.", schema=RecoveryLeft, example={"left": 9})],
    faults=[DATABASE_DOWN],
)
def recovery_left() -> Response:
    """How many recovery codes are left."""
    overview = services().accounts.second.overview(insist_on_account().user, by=current_actor())
    return _fresh(show(RecoveryLeft(overview.recovery_left)))


@blueprint.post("/recovery")
@operation(
    tag=SIGNING_IN,
    about="Each lets in once in the place of a second factor.",
    curl=f'curl -X POST {AS_ME} "$URL/api/auth/recovery"',
    answers=[
        Answer(
            status=201, about="The codes, shown this once.", schema=RecoveryCodes, example={"recovery_codes": _CODES}
        )
    ],
    faults=[faults.STALE, faults.WRONG_FACTOR, DATABASE_DOWN],
)
def renew_recovery() -> tuple[Response, int]:
    """Ten new recovery codes; those before work no more."""
    recovery = services().accounts.second.renew_recovery(insist_on_fresh_account().user, by=current_actor())
    return _fresh(show(RecoveryCodes(list(recovery)))), 201


@blueprint.get("/passkeys")
@operation(
    tag=SIGNING_IN,
    curl=f'curl {AS_ME} "$URL/api/auth/passkeys"',
    answers=[
        Answer(
            status=200, about="The newest first.", schema=PasskeyList, example={"passkeys": [_PASSKEY], "next": None}
        )
    ],
    faults=[DATABASE_DOWN],
)
def list_passkeys() -> Response:
    """My passkeys."""
    known = services().accounts.passkeys.list(insist_on_account().user, by=current_actor())
    return _fresh(show(PasskeyList([passkey_message(each) for each in known])))


@blueprint.post("/passkeys/options")
@operation(
    tag=SIGNING_IN,
    about="For `PublicKeyCredential.parseCreationOptionsFromJSON`. They hold for five minutes.",
    curl=f'curl -X POST {AS_ME} "$URL/api/auth/passkeys/options"',
    answers=[Answer(status=200, about="The options.", schema=_ANY_OBJECT, example=_OPTIONS)],
    faults=[faults.STALE, faults.WRONG_FACTOR, DATABASE_DOWN],
)
def options_to_register() -> Response:
    """What a browser needs to make a passkey."""
    found = insist_on_fresh_account()
    site = current_site()
    return _fresh(jsonify(services().accounts.passkeys.options_to_register(found.user, site, by=current_actor())))


@blueprint.post("/passkeys")
@operation(
    tag=SIGNING_IN,
    curl=f'curl {AS_ME} {JSON} -d \'{{"name": "phone", "credential": {{…}}}}\' "$URL/api/auth/passkeys"',
    body=Body(PasskeyRegistration, example={"name": "phone", "credential": _KEY | {"response": _MADE}}),
    answers=[
        Answer(status=201, about="The passkey.", schema=NewPasskeyMessage, example=_PASSKEY | {"recovery_codes": None})
    ],
    faults=[*BODIES, faults.STALE, faults.WRONG_FACTOR, faults.FACTOR_EXISTS, faults.PASSKEY],
)
def register_passkey() -> tuple[Response, int]:
    """Keep a passkey that a browser has made."""
    found = insist_on_fresh_account()
    said: PasskeyRegistration = read(PasskeyRegistration)
    passkey, recovery = services().accounts.passkeys.register(
        found.user, current_site(), said.credential, name=said.name, by=current_actor()
    )
    response = show(new_passkey_message(passkey, None if recovery is None else list(recovery)))
    return _fresh(after_new_factor(response, found)), 201


@blueprint.patch("/passkeys/<string(length=32):passkey_id>")
@operation(
    tag=SIGNING_IN,
    curl=f'curl -X PATCH {AS_ME} {JSON} -d \'{{"name": "old phone"}}\' "$URL/api/auth/passkeys/$ID"',
    parameters=[_PASSKEY_ID],
    body=Body(PasskeyName, example={"name": "old phone"}),
    answers=[Answer(status=200, about="The passkey.", schema=PasskeyMessage, example=_PASSKEY)],
    faults=[*BODIES, NOT_FOUND, faults.WRONG_FACTOR],
)
def rename_passkey(passkey_id: str) -> Response:
    """Call a passkey by another name."""
    found = insist_on_account()
    said: PasskeyName = read(PasskeyName)
    passkey = services().accounts.passkeys.rename(found.user, passkey_id, name=said.name, by=current_actor())
    return _fresh(show(passkey_message(passkey)))


@blueprint.delete("/passkeys/<string(length=32):passkey_id>")
@operation(
    tag=SIGNING_IN,
    curl=f'curl -X DELETE {AS_ME} "$URL/api/auth/passkeys/$ID"',
    parameters=[_PASSKEY_ID],
    answers=[DONE],
    faults=[NOT_FOUND, faults.STALE, DATABASE_DOWN],
)
def remove_passkey(passkey_id: str) -> tuple[str, int]:
    """Let a passkey hold no more."""
    services().accounts.passkeys.remove(insist_on_fresh_account().user, passkey_id, by=current_actor())
    return "", 204


@blueprint.post("/passkeys/sign-in/options")
@operation(
    tag=SIGNING_IN,
    about="For `PublicKeyCredential.parseRequestOptionsFromJSON`. They hold for five minutes.",
    curl=f"curl {JSON} -d '{{}}' \"$URL/api/auth/passkeys/sign-in/options\"",
    body=Body(PasskeyRequest, example={}),
    answers=[Answer(status=200, about="The options.", schema=_ANY_OBJECT, example=_OPTIONS)],
    faults=[*BODIES, faults.FAILED, faults.WRONG_FACTOR],
)
def options_to_sign_in() -> Response:
    """What a browser needs to sign in with a passkey."""
    said: PasskeyRequest = read(PasskeyRequest)
    accounts, site = services().accounts, current_site()
    if said.step is None:
        return _fresh(jsonify(accounts.passkeys.options_to_sign_in(site)))
    return _fresh(jsonify(accounts.passkeys.options_for(accounts.signing_in.person_of_step(said.step), site)))


@blueprint.post("/passkeys/sign-in")
@operation(
    tag=SIGNING_IN,
    about="The passkey must have looked for its owner: by finger, face or PIN.",
    curl=f'curl {JSON} -d \'{{"credential": {{…}}}}\' "$URL/api/auth/passkeys/sign-in"',
    body=Body(PasskeySignIn, example={"credential": _KEY | {"response": _ANSWER}}),
    answers=[Answer(status=200, about="A pair of tokens.", schema=TokenPairMessage, example=PAIR)],
    faults=[*BODIES, faults.HTTPS, faults.FAILED, faults.PASSKEY, faults.PASSKEY_CLONED, faults.WRONG_FACTOR],
)
def sign_in_by_passkey() -> Response:
    """Sign in with a passkey, and nothing else."""
    insist_on_https()
    said: PasskeySignIn = read(PasskeySignIn)
    proof = PasskeyProof(site=current_site(), credential=said.credential)
    attempt = PasskeyAttempt(proof=proof, device=device())
    _, pair = services().accounts.signing_in.in_a_program(attempt, by=current_actor())
    return _fresh(show(pair_message(pair)))


def after_new_factor(response: _R, found: Found) -> _R:
    """The response, with a new cookie where the person had no second factor: they may do more from now on."""
    cookie = None if found.user.two_factor else services().accounts.credentials.renew(found)
    return with_cookie(response, found, cookie)


def with_cookie(response: _R, found: Found, cookie: str | None) -> _R:
    """The response, with the new cookie of the session that the request came by, if it has one."""
    if cookie is not None and found.session is not None:
        set_session_cookie(response, cookie, remember=found.session.remembered)
    return response


def _proof(said: OwnProof) -> CodeProof | None:
    return None if said.code is None else CodeProof(code=said.code)


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
