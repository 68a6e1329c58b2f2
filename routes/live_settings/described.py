"""What may be changed while the server runs."""

from routes.http.openapi.operation import Answer, Parameter
from routes.live_settings.messages import LiveSettingMessage

TAG = "Live settings"
AS_ME = '-H "Authorization: Bearer $TOKEN"'
KEY = Parameter(
    name="key", where="path", about="Its name.", schema={"type": "string", "minLength": 1}, example="lockout_tries"
)
SETTING = {
    "key": "lockout_tries",
    "value": 3,
    "default": 5,
    "type": "integer",
    "description": "How many wrong passwords lock an account for a while.",
    "effect": "Counted over all servers.",
    "choices": [],
    "minimum": 1,
    "maximum": 100,
    "is_set": True,
    "changed_by": "mira",
    "changed_at": "2026-11-20T10:15:12.345Z",
}
SHOWN = Answer(status=200, about="The setting.", schema=LiveSettingMessage, example=SETTING)
