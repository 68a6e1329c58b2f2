"""Signing in on something without a browser, over HTTP: the two addresses of RFC 8628, in JSON or in its own forms."""

from typing import Annotated, TypeVar

import msgspec
from flask import Blueprint, Response, request, url_for
from msgspec import Meta, Struct

from routes.accounts import faults
from routes.accounts.api import device
from routes.accounts.cookies import insist_on_https
from routes.accounts.described import JSON, PAIR, SIGNING_IN
from routes.accounts.shown import TokenPairMessage, pair_message
from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.json_body import NotJson, read_json
from routes.http.messages import show
from routes.http.openapi.faults import BUSY, DATABASE_DOWN, TOO_LARGE, TRUNCATED, UNSUPPORTED_MEDIA
from routes.http.openapi.operation import Answer, Body, operation
from routes.http.wiring import services
from services.accounts.device.flow import LASTING_SECONDS, PAUSE_SECONDS
from services.accounts.errors import DeviceGrantError, DeviceRequestError, DeviceScopeError
from services.actors.actor import Scope
from services.library.errors import InvalidChangeError

blueprint = Blueprint("device_codes", __name__, url_prefix="/api/auth/device")

GRANT = "urn:ietf:params:oauth:grant-type:device_code"

_LARGEST = 16 * 1024
_FORM = "application/x-www-form-urlencoded"
_BODIES = (faults.DEVICE_REQUEST, TOO_LARGE, TRUNCATED, UNSUPPORTED_MEDIA, BUSY, DATABASE_DOWN)
_AS_FORMS = (
    "RFC 8628, also with its forms (`application/x-www-form-urlencoded`); errors then come as `application/json`."
)

M = TypeVar("M", bound=Struct)


class DeviceRequest(Struct, kw_only=True):
    """A device asks to be let in."""

    client_id: Annotated[
        str, Meta(max_length=255, description="What the device calls itself; the person who approves it reads that.")
    ] = ""
    scope: Annotated[
        str,
        Meta(
            max_length=255,
            description="Scopes with spaces between them, such as `videos:read`. Empty: all that its person may do.",
        ),
    ] = ""


class DeviceGrant(Struct, kw_only=True):
    """A device asks whether it was let in."""

    grant_type: Annotated[str, Meta(max_length=255, description=f"`{GRANT}`.")]
    device_code: Annotated[str, Meta(max_length=255)]
    client_id: Annotated[str, Meta(max_length=255)] = ""


class DeviceCodeMessage(Struct, frozen=True):
    """What the device keeps for itself, and what it shows."""

    device_code: str
    user_code: Annotated[str, Meta(description="What the person types at the address, signed in there.")]
    verification_uri: str
    verification_uri_complete: Annotated[
        str, Meta(description="The same with the code in it, to be shown as a picture.")
    ]
    expires_in: int = LASTING_SECONDS
    interval: Annotated[int, Meta(description="Seconds to wait between two questions.")] = PAUSE_SECONDS


@blueprint.post("")
@operation(
    tag=SIGNING_IN,
    name="beginDevice",
    about=f"Show the address and the code, and ask `/api/auth/device/token` until somebody approves it. {_AS_FORMS}",
    curl=f'curl {JSON} -d \'{{"client_id": "Living room", "scope": "videos:read"}}\' "$URL/api/auth/device"',
    body=Body(DeviceRequest, example={"client_id": "Living room", "scope": "videos:read"}, required=False),
    answers=[
        Answer(
            status=200,
            about="The codes, for ten minutes.",
            schema=DeviceCodeMessage,
            example={
                "device_code": "rgd_…",
                "user_code": "WDJB-MJHT",
                "verification_uri": "https://reelgate.example/device",
                "verification_uri_complete": "https://reelgate.example/device?user_code=WDJB-MJHT",
                "expires_in": 600,
                "interval": 5,
            },
        )
    ],
    faults=[*_BODIES, faults.HTTPS, faults.DEVICE_SCOPE, faults.WAIT],
)
def begin() -> Response:
    """Begin to sign in on a device without a browser."""
    insist_on_https()
    said = _read(DeviceRequest)
    begun = services().accounts.devices.begin(
        client=said.client_id, scopes=_scopes(said.scope), device=device(), by=current_actor()
    )
    message = DeviceCodeMessage(
        device_code=begun.device_code,
        user_code=begun.user_code,
        verification_uri=url_for("devices.ask", _external=True),
        verification_uri_complete=url_for("devices.ask", user_code=begun.user_code, _external=True),
    )
    return _fresh(show(message))


@blueprint.post("/token")
@operation(
    tag=SIGNING_IN,
    name="takeDeviceTokens",
    about=f"The pair is given once. What is told meanwhile stands in `error`. {_AS_FORMS}",
    curl=f'curl -d grant_type={GRANT} -d device_code=rgd_… "$URL/api/auth/device/token"',
    body=Body(DeviceGrant, example={"grant_type": GRANT, "device_code": "rgd_…"}),
    answers=[Answer(status=200, about="A pair of tokens.", schema=TokenPairMessage, example=PAIR)],
    faults=[
        *_BODIES,
        *(faults.HTTPS, faults.PENDING, faults.SLOW_DOWN, faults.DENIED, faults.EXPIRED),
        *(faults.UNKNOWN_DEVICE, faults.DEVICE_GRANT),
    ],
)
def take() -> Response:
    """The tokens of a device that somebody has approved."""
    insist_on_https()
    said = _read(DeviceGrant)
    if said.grant_type != GRANT:
        raise DeviceGrantError(f"Only device codes are exchanged here: grant_type must be {GRANT}.")
    return _fresh(show(pair_message(services().accounts.devices.tokens(said.device_code, by=current_actor()))))


def _read(kind: type[M]) -> M:
    """The body, in JSON or as a form; what is not known in it is passed over, as OAuth asks for."""
    try:
        if request.mimetype == _FORM:
            fields = read_form()
            if any(len(fields.getlist(name)) > 1 for name in fields):
                raise DeviceRequestError("The form says something twice.")
            return msgspec.convert(dict(fields), type=kind)
        return msgspec.convert(read_json(dict[str, object], largest=_LARGEST) or {}, type=kind)
    except (NotJson, InvalidChangeError, msgspec.ValidationError) as error:
        raise DeviceRequestError(f"The request cannot be understood: {error}.") from error


def _scopes(text: str) -> frozenset[Scope] | None:
    try:
        return frozenset(map(Scope, text.split())) or None
    except ValueError as error:
        raise DeviceScopeError(f"The scopes are {', '.join(Scope)}.") from error


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
