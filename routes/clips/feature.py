"""Clips, as one feature."""

from routes.clips import api, pages
from routes.http.feature import Feature

FEATURE = Feature(
    blueprints=(api.blueprint, pages.blueprint),
    public=frozenset({"clips.get_clip", "clips.clip_details", "clips.clip_access_url"}),
)
