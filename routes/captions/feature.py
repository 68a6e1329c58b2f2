"""Captions, as one feature."""

from routes.captions import api, drafts_api, editor_page, pages, recognition_api, words_api
from routes.http.feature import Feature

_SHOWN = (
    f"{api.blueprint.name}.list_captions",
    f"{api.blueprint.name}.get_captions",
    f"{api.blueprint.name}.check_captions",
    f"{words_api.blueprint.name}.get_transcript",
    f"{words_api.blueprint.name}.get_chapters",
)

FEATURE = Feature(
    blueprints=(
        api.blueprint,
        drafts_api.blueprint,
        words_api.blueprint,
        recognition_api.blueprint,
        pages.blueprint,
        editor_page.blueprint,
    ),
    public=frozenset(_SHOWN),
)
