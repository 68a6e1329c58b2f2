"""Live settings over HTTP, for administrators."""

from flask import Blueprint, Response

from routes.accounts import faults
from routes.http.actors import current_actor
from routes.http.json_body import NotJson, read_json
from routes.http.messages import show
from routes.http.openapi.faults import BUSY, DATABASE_DOWN, TOO_LARGE, TRUNCATED, UNSUPPORTED_MEDIA
from routes.http.openapi.operation import Answer, Body, operation
from routes.http.wiring import services
from routes.live_settings.described import AS_ME, KEY, SETTING, SHOWN, TAG
from routes.live_settings.messages import LiveSettingList, NewValue, setting_message
from services.live_settings.errors import InvalidSettingError

blueprint = Blueprint("live_settings", __name__, url_prefix="/api/settings")

_LARGEST = 64 * 1024


@blueprint.get("")
@operation(
    tag=TAG,
    curl=f'curl {AS_ME} "$URL/api/settings"',
    answers=[
        Answer(
            status=200,
            about="With defaults and effects.",
            schema=LiveSettingList,
            example={"settings": [SETTING], "next": None},
        )
    ],
    faults=[DATABASE_DOWN],
)
def list_settings() -> Response:
    """All of them."""
    found = services().live_settings.all(by=current_actor())
    return _fresh(show(LiveSettingList([setting_message(each) for each in found])))


@blueprint.get("/<key>")
@operation(
    tag=TAG,
    curl=f'curl {AS_ME} "$URL/api/settings/lockout_tries"',
    parameters=[KEY],
    answers=[SHOWN],
    faults=[faults.NO_SETTING, DATABASE_DOWN],
)
def get_setting(key: str) -> Response:
    """One of them."""
    return _fresh(show(setting_message(services().live_settings.get(key, by=current_actor()))))


@blueprint.put("/<key>")
@operation(
    tag=TAG,
    about="In force on every server within two seconds. A secret is never shown again.",
    curl=f"curl -X PUT {AS_ME} -H 'Content-Type: application/json' -d '{{\"value\": 3}}' "
    '"$URL/api/settings/lockout_tries"',
    parameters=[KEY],
    body=Body(NewValue, example={"value": 3}),
    answers=[SHOWN],
    faults=[
        *(faults.NO_SETTING, faults.WRONG_VALUE),
        *(TOO_LARGE, TRUNCATED, UNSUPPORTED_MEDIA, BUSY, DATABASE_DOWN),
    ],
)
def put_setting(key: str) -> Response:
    """Change one."""
    try:
        said: NewValue | None = read_json(NewValue, largest=_LARGEST)
    except NotJson as error:
        raise InvalidSettingError(str(error)) from error
    if said is None:
        raise InvalidSettingError('The body must be a JSON object such as {"value": 5}.')
    return _fresh(show(setting_message(services().live_settings.put(key, said.value, by=current_actor()))))


@blueprint.delete("/<key>")
@operation(
    tag=TAG,
    curl=f'curl -X DELETE {AS_ME} "$URL/api/settings/lockout_tries"',
    parameters=[KEY],
    answers=[Answer(status=204, about="The default holds.")],
    faults=[faults.NO_SETTING, DATABASE_DOWN],
)
def reset_setting(key: str) -> tuple[str, int]:
    """Go back to the default."""
    services().live_settings.reset(key, by=current_actor())
    return "", 204


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
