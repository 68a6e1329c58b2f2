"""What all pages share, as one feature."""

from routes.http.feature import Feature
from routes.site import assets, language, pages, reader, timings

FEATURE = Feature(
    blueprints=(assets.blueprint, pages.blueprint, language.blueprint, reader.blueprint, timings.blueprint),
    # Pages to sign in have parts and a language, too.
    opened=frozenset({"assets.file", "static", "language.choose"}),
)
