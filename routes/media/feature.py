"""Work on films, as one feature."""

from routes.http.feature import Feature
from routes.media import api, posters
from routes.media.commands import media

_SHOWN = ("poster", "preview", "storyboard", "storyboard_sheet", "subtitles", "playlist", "segment")

FEATURE = Feature(
    blueprints=(api.blueprint, posters.blueprint),
    commands=(media,),
    public=frozenset(f"{api.blueprint.name}.{name}" for name in _SHOWN),
)
