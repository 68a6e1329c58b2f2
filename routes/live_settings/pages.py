"""The page of live settings, by plain forms."""

from flask import Blueprint, redirect, url_for
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.site.pages import prepare_pages, show_page
from services.live_settings.definition import SettingKind

blueprint = Blueprint("settings_pages", __name__)
prepare_pages(blueprint)


@blueprint.get("/settings")
def settings() -> Response:
    """All of them."""
    return show_page("live_settings/settings.html", settings=services().live_settings.all(by=current_actor()))


@blueprint.post("/settings")
def change_setting() -> Response:
    """Change one, or go back to its default."""
    fields = read_form()
    key, live, by = fields.get("key", ""), services().live_settings, current_actor()
    if fields.get("action") == "reset":
        live.reset(key, by=by)
    else:
        live.put(key, _value(live.get(key, by=by).definition.kind, fields.get("value", "")), by=by)
    return redirect(url_for("settings_pages.settings", _anchor=key), code=303)


def _value(kind: SettingKind, text: str) -> object:
    """What a control of the page says, as the setting has it; what is wrong with it the setting itself tells."""
    match kind:
        case SettingKind.BOOLEAN:
            return {"true": True, "false": False}.get(text, text)
        case SettingKind.WHOLE:
            return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text
        case SettingKind.LIST:
            return [word for each in text.replace(",", "\n").splitlines() if (word := each.strip())]
        case _:
            return text
