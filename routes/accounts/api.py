"""Signing in, and one's own account, over HTTP."""

from typing import Any

import msgspec
from flask import Blueprint, Response, request

from routes.accounts import faults, messages, visitors
from routes.accounts.asking import insist_on_account, insist_on_fresh_account, who_is_found
from routes.accounts.cookies import drop_session_cookie, insist_on_https
from routes.accounts.described import (
    AS_ME,
    BODIES,
    DONE,
    JSON,
    PAIR,
    SESSION,
    SHOWN,
    SIGNING_IN,
    TOKEN,
    USER,
    named,
)
from routes.accounts.messages import read, read_if_any
from routes.accounts.shown import (
    NewTokenMessage,
    PersonalTokenList,
    SessionList,
    TokenPairMessage,
    UserMessage,
    new_token_message,
    pair_message,
    session_message,
    token_message,
    user_message,
    visitor_message,
)
from routes.http.actors import current_actor
from routes.http.messages import show
from routes.http.openapi.faults import DATABASE_DOWN, NOT_FOUND
from routes.http.openapi.operation import Answer, Body, Parameter, operation
from routes.http.wiring import services
from services.accounts.credentials import TokenPair
from services.accounts.errors import InvalidAccountError
from services.accounts.joining import NewAccount
from services.accounts.own_account import NewToken
from services.accounts.signing_in import SignInAttempt
from services.accounts.user import User
from services.actors.policy import Act, require

blueprint = Blueprint("auth", __name__, url_prefix="/api/auth")


@blueprint.post("/register")
@operation(
    tag=SIGNING_IN,
    about="The first one may administer. Then by an invitation, or as the live setting `registration` allows.",
    curl=f'curl {JSON} -d \'{{"username": "mira", "password": "…"}}\' "$URL/api/auth/register"',
    body=Body(
        messages.Registration, example={"username": "mira", "email": "mira@harbour.example", "password": "a long one"}
    ),
    answers=[Answer(status=201, about="The account.", schema=UserMessage, example=USER)],
    faults=[*BODIES, faults.HTTPS, faults.TAKEN, faults.CLOSED, faults.INVITATION],
)
def register() -> tuple[Response, int]:
    """Make an account."""
    insist_on_https()
    said: messages.Registration = read(messages.Registration)
    wanted = NewAccount(username=said.username, email=said.email, password=said.password, invitation=said.invitation)
    user = services().accounts.joining.register(wanted, by=current_actor())
    return _fresh(show(user_message(user))), 201


@blueprint.post("/login")
@operation(
    tag=SIGNING_IN,
    about="An unknown name and a wrong password are told the same, take as long, and lock alike.",
    curl=f'curl {JSON} -d \'{{"username": "mira", "password": "…"}}\' "$URL/api/auth/login"',
    body=Body(messages.SignIn, example={"username": "mira", "password": "a long one"}),
    answers=[Answer(status=200, about="A pair of tokens.", schema=TokenPairMessage, example=PAIR)],
    faults=[*BODIES, faults.HTTPS, faults.FAILED, faults.CODE_NEEDED, faults.WRONG_CODE, faults.LOCKED, faults.WAIT],
)
def log_in() -> Response:
    """Sign in a program."""
    insist_on_https()
    said: messages.SignIn = read(messages.SignIn)
    name = said.username or said.email
    if not name:
        raise InvalidAccountError("Say who you are by username or email.")
    attempt = SignInAttempt(name=name, password=said.password, code=said.code, device=device())
    _, pair = services().accounts.signing_in.in_a_program(attempt, by=current_actor())
    return _pair(pair)


@blueprint.post("/refresh")
@operation(
    tag=SIGNING_IN,
    about="The refresh token is spent. One that comes twice was stolen: all tokens of that sign-in end.",
    curl=f'curl {JSON} -d \'{{"refresh_token": "rgr_…"}}\' "$URL/api/auth/refresh"',
    body=Body(messages.RefreshToken, example={"refresh_token": "rgr_…"}),
    answers=[Answer(status=200, about="The next pair.", schema=TokenPairMessage, example=PAIR)],
    faults=[*BODIES, faults.HTTPS],
)
def refresh() -> Response:
    """A new pair of tokens for the refresh token of the last one."""
    insist_on_https()
    said: messages.RefreshToken = read(messages.RefreshToken)
    return _pair(services().accounts.credentials.refresh(said.refresh_token, by=current_actor()))


@blueprint.post("/logout")
@operation(
    tag=SIGNING_IN,
    about="The pair of the refresh token; without a body, what the request itself came by.",
    curl=f'curl {JSON} -d \'{{"refresh_token": "rgr_…"}}\' "$URL/api/auth/logout"',
    body=Body(
        messages.RefreshToken,
        example={"refresh_token": "rgr_…"},
        required=False,
    ),
    answers=[DONE],
    faults=BODIES,
)
def log_out() -> tuple[Response, int]:
    """Sign out: the pair of the refresh token, or else what the request came by."""
    accounts, by = services().accounts, current_actor()
    response = Response()
    said: messages.RefreshToken | None = read_if_any(messages.RefreshToken)
    if said is not None:
        accounts.credentials.end_by_refresh(said.refresh_token, by=by)
    elif (found := who_is_found()) is not None:
        accounts.credentials.end_found(found, by=by)
        drop_session_cookie(response)
    return response, 204


@blueprint.get("/user")
@operation(
    tag=SIGNING_IN,
    curl=f'curl {AS_ME} "$URL/api/auth/user"',
    answers=[SHOWN],
    faults=[DATABASE_DOWN],
)
def who_am_i() -> Response:
    """Who I am."""
    found = who_is_found()
    if found is None:
        return _fresh(show(visitor_message(current_actor(), visitors.visitors_preferences())))
    return _fresh(show(user_message(found.user)))


@blueprint.patch("/user")
@operation(
    tag=SIGNING_IN,
    curl=f'curl -X PATCH {AS_ME} {JSON} -d \'{{"preferences": {{"theme": "dark"}}}}\' "$URL/api/auth/user"',
    body=Body(messages.PreferencesChange, example={"preferences": {"theme": "dark"}}),
    answers=[SHOWN],
    faults=BODIES,
)
def change_preferences() -> Response:
    """Change what I prefer."""
    said: messages.PreferencesChange = read(messages.PreferencesChange)
    by, found = current_actor(), who_is_found()
    before = found.user.preferences if found else visitors.visitors_preferences()
    wanted = before if said.preferences is msgspec.UNSET else visitors.merged(before, said.preferences)
    if found is None:
        require(by, Act.MANAGE_ONESELF)
        response = _fresh(show(visitor_message(by, wanted)))
        visitors.keep(response, wanted)
        return response
    modules = None if said.module_preferences is msgspec.UNSET else _merged(found.user, said.module_preferences)
    return _fresh(show(user_message(services().accounts.own.prefer(found.user, wanted, modules=modules, by=by))))


@blueprint.post("/password")
@operation(
    tag=SIGNING_IN,
    about="I stay signed in here, and am signed out everywhere else.",
    curl=f'curl {AS_ME} {JSON} -d \'{{"old": "…", "new": "…"}}\' "$URL/api/auth/password"',
    body=Body(messages.NewPassword, example={"old": "the old one", "new": "another long one"}),
    answers=[DONE],
    faults=[*BODIES, faults.HTTPS, faults.FAILED, faults.LOCKED],
)
def change_password() -> tuple[str, int]:
    """Choose another password; I stay signed in here, and nowhere else."""
    insist_on_https()
    found = insist_on_account()
    said: messages.NewPassword = read(messages.NewPassword)
    services().accounts.own.change_password(found, old=said.old, new=said.new, by=current_actor())
    return "", 204


@blueprint.post("/password/reset")
@operation(
    tag=SIGNING_IN,
    curl=f'curl {JSON} -d \'{{"token": "…", "new": "…"}}\' "$URL/api/auth/password/reset"',
    body=Body(messages.ResetPassword, example={"token": "c2hvd24gb25jZQ", "new": "another long one"}),
    answers=[DONE],
    faults=[*BODIES, faults.HTTPS, faults.INVITATION],
)
def reset_password() -> tuple[str, int]:
    """Choose another password by an address that works once."""
    insist_on_https()
    said: messages.ResetPassword = read(messages.ResetPassword)
    services().accounts.joining.reset(said.token, said.new, by=current_actor())
    return "", 204


@blueprint.get("/sessions")
@operation(
    tag=SIGNING_IN,
    curl=f'curl {AS_ME} "$URL/api/auth/sessions"',
    answers=[
        Answer(
            status=200,
            about="The latest first.",
            schema=SessionList,
            example={"sessions": [SESSION], "next": None},
        )
    ],
    faults=[DATABASE_DOWN],
)
def list_sessions() -> Response:
    """Everything that I am signed in on."""
    found = insist_on_account()
    here = found.session.id if found.session else None
    known = services().accounts.own.sessions(found.user, by=current_actor())
    return _fresh(show(SessionList([session_message(each, current=each.id == here) for each in known])))


@blueprint.delete("/sessions")
@operation(
    tag=SIGNING_IN,
    curl=f'curl -X DELETE {AS_ME} "$URL/api/auth/sessions?others"',
    parameters=[Parameter(name="others", where="query", about="Everywhere but here.", schema={"type": "string"})],
    answers=[DONE],
    faults=[DATABASE_DOWN],
)
def end_sessions() -> tuple[str, int]:
    """Sign out everywhere, or with others in the query everywhere else."""
    others = "others" in request.args
    services().accounts.own.end_sessions(insist_on_account(), but_this=others, by=current_actor())
    return "", 204


@blueprint.delete("/sessions/<session_id>")
@operation(
    tag=SIGNING_IN,
    curl=f'curl -X DELETE {AS_ME} "$URL/api/auth/sessions/$ID"',
    parameters=[named("session_id", "The id of a session.")],
    answers=[DONE],
    faults=[NOT_FOUND, DATABASE_DOWN],
)
def end_session(session_id: str) -> tuple[str, int]:
    """Sign out on one device."""
    services().accounts.own.end_session(insist_on_account().user, session_id, by=current_actor())
    return "", 204


@blueprint.get("/tokens")
@operation(
    tag=SIGNING_IN,
    curl=f'curl {AS_ME} "$URL/api/auth/tokens"',
    answers=[
        Answer(
            status=200,
            about="The newest first, without themselves.",
            schema=PersonalTokenList,
            example={"tokens": [TOKEN], "next": None},
        )
    ],
    faults=[DATABASE_DOWN],
)
def list_tokens() -> Response:
    """My personal tokens, without themselves."""
    known = services().accounts.own.tokens(insist_on_account().user, by=current_actor())
    return _fresh(show(PersonalTokenList([token_message(each) for each in known])))


@blueprint.post("/tokens")
@operation(
    tag=SIGNING_IN,
    curl=f'curl {AS_ME} {JSON} -d \'{{"name": "backup", "scopes": ["videos:read"]}}\' "$URL/api/auth/tokens"',
    body=Body(messages.NewPersonalToken, example={"name": "backup", "scopes": ["videos:read"]}),
    answers=[
        Answer(
            status=201,
            about="The token, shown this once.",
            schema=NewTokenMessage,
            example=TOKEN | {"token": "rgp_…"},
        )
    ],
    faults=[*BODIES, faults.STALE],
)
def make_token() -> tuple[Response, int]:
    """A new personal token; it is shown this once."""
    user = insist_on_fresh_account().user
    said: messages.NewPersonalToken = read(messages.NewPersonalToken)
    until = said.expires_at
    if until is not None and until.tzinfo is None:
        raise InvalidAccountError("A time needs its time zone: 2026-11-20T10:15:12Z.")
    expires_at = None if until is None else int(until.timestamp() * 1000)
    wanted = NewToken(name=said.name, scopes=frozenset(said.scopes), expires_at=expires_at)
    token, text = services().accounts.own.new_token(user, wanted, by=current_actor())
    return _fresh(show(new_token_message(token, text))), 201


@blueprint.delete("/tokens/<token_id>")
@operation(
    tag=SIGNING_IN,
    curl=f'curl -X DELETE {AS_ME} "$URL/api/auth/tokens/$ID"',
    parameters=[named("token_id", "The id of a token.")],
    answers=[DONE],
    faults=[NOT_FOUND, faults.STALE, DATABASE_DOWN],
)
def delete_token(token_id: str) -> tuple[str, int]:
    """Let a personal token hold no more."""
    services().accounts.own.remove_token(insist_on_fresh_account().user, token_id, by=current_actor())
    return "", 204


def device() -> str:
    """What the current request says that it comes from."""
    return request.headers.get("User-Agent", "")[:300]


def _pair(pair: TokenPair) -> Response:
    return _fresh(show(pair_message(pair)))


def _merged(user: User, change: dict[str, Any]) -> str:
    """The preferences of features with those changed; null takes one away."""
    merged = msgspec.json.decode(user.module_preferences) | change
    return msgspec.json.encode({name: value for name, value in merged.items() if value is not None}).decode()


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
