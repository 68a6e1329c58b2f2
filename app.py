"""The application factory: wiring, and nothing else. gunicorn runs "app:create_app()"."""

import logging.config

from flask import Flask
from flask_cors import CORS

from config import LogFormat, PlaybackMode, Settings, load_settings
from routes.accessibility.feature import FEATURE as ACCESSIBILITY
from routes.accounts.asking import AskingRules, register_asking
from routes.accounts.demand import register_demand
from routes.accounts.feature import FEATURE as ACCOUNTS
from routes.artists.feature import FEATURE as ARTISTS
from routes.audit.feature import FEATURE as AUDIT
from routes.audit.noting import register_noting
from routes.bulk.feature import FEATURE as BULK
from routes.captions.feature import FEATURE as CAPTIONS
from routes.clips.feature import FEATURE as CLIPS
from routes.collections.feature import FEATURE as COLLECTIONS
from routes.costs.feature import FEATURE as COSTS
from routes.docs.feature import FEATURE as DOCS
from routes.documents.feature import FEATURE as DOCUMENTS
from routes.feedback.feature import FEATURE as FEEDBACK
from routes.figures.feature import FEATURE as FIGURES
from routes.holds.feature import FEATURE as HOLDS
from routes.http import rate_limits
from routes.http.access_log import AccessLog
from routes.http.api_versions import ApiVersions
from routes.http.body_places import register_small_bodies
from routes.http.errors import register_error_handlers
from routes.http.feature import shut
from routes.http.gate import register_gate
from routes.http.guards import register_guards
from routes.http.operation_rates import register_operation_rates
from routes.http.operators import register_operators
from routes.http.proxies import TrustOneProxy
from routes.http.security_headers import register_security_headers
from routes.http.slow_clients import PaceLimits, SlowClientGuard
from routes.http.texts_in_paths import OtherTextConverter, TextConverter
from routes.http.video_ids import reserved_endings
from routes.http.wiring import SERVICES
from routes.imports.feature import FEATURE as IMPORTS
from routes.jobs.feature import FEATURE as JOBS
from routes.library.feature import FEATURE as LIBRARY
from routes.live_settings.feature import FEATURE as LIVE_SETTINGS
from routes.media.feature import FEATURE as MEDIA
from routes.migration.feature import FEATURE as MIGRATION
from routes.operations.feature import FEATURE as OPERATIONS
from routes.playback.feature import FEATURE as PLAYBACK
from routes.rules.feature import FEATURE as RULES
from routes.scrub.feature import FEATURE as SCRUB
from routes.search.feature import FEATURE as SEARCH
from routes.sign_engine.feature import FEATURE as SIGN_ENGINE
from routes.sign_tracks.feature import FEATURE as SIGN_TRACKS
from routes.site.feature import FEATURE as SITE
from routes.sources.feature import FEATURE as SOURCES
from routes.subscriptions.feature import FEATURE as SUBSCRIPTIONS
from routes.tiers.feature import FEATURE as TIERS
from routes.updates.feature import FEATURE as UPDATES
from routes.uploads.feature import FEATURE as UPLOADS
from services.assembly import build_services
from utils.logs import logging_config

FEATURES = (
    *(SITE, ACCOUNTS, LIVE_SETTINGS, AUDIT, UPLOADS, PLAYBACK, MEDIA, SIGN_TRACKS, SIGN_ENGINE, DOCUMENTS, CAPTIONS),
    *(CLIPS, MIGRATION, IMPORTS, TIERS, RULES, HOLDS, SCRUB, SEARCH, FEEDBACK, ACCESSIBILITY, FIGURES, COSTS),
    *(SOURCES, BULK, ARTISTS, COLLECTIONS, SUBSCRIPTIONS, DOCS, JOBS, UPDATES, OPERATIONS, LIBRARY),
)
"""Everything that the site can do; a new feature is one more name. The library's ids may be anything that no other
address is, so it comes last."""

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_EXPOSED = ["Location", "ETag", "Retry-After", "X-Request-ID", "Content-Range", "Accept-Ranges"]
_EXPOSED += [*rate_limits.HEADERS, *(header for feature in FEATURES for header in feature.exposed_headers)]


def create_app(settings: Settings | None = None) -> Flask:
    """Build the app for one process; opens no connection."""
    settings = settings or load_settings()
    json_lines = settings.effective_log_format is LogFormat.JSON
    config = logging_config(level=settings.log_level, json_lines=json_lines, file=settings.log_file)
    logging.config.dictConfig(config)
    app = Flask(__name__)
    app.config["SECRET_KEY"] = settings.secret_key.reveal() if settings.secret_key else None
    app.config["UPLOAD_MODE"] = settings.upload_mode.value
    app.config["PLAYBACK_REDIRECTS"] = settings.playback_mode is PlaybackMode.REDIRECT
    app.config["SENDS_TO_CDN"] = settings.sends_to_cdn
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask types it as the abstract provider.
    # A list answers with a slash at its end as well. Said before rules are added, which take it over.
    app.url_map.strict_slashes = False
    app.url_map.converters |= {"default": TextConverter, "string": TextConverter, "but": OtherTextConverter}
    for feature in FEATURES:
        feature.register(app)
    shut(app, () if settings.direct_uploads else ("direct",))
    app.extensions[SERVICES] = build_services(settings, reserved=reserved_endings(app.url_map))
    register_error_handlers(app)
    register_small_bodies(app)
    register_security_headers(app, production=settings.production, embeddable=bool(settings.cors_origins))
    register_guards(app, allowed_hosts=settings.effective_allowed_hosts, trusted_origins=settings.cors_origins)
    register_operators(app, metrics_token=settings.metrics_token.reveal() if settings.metrics_token else None)
    register_asking(app, AskingRules(mode=settings.auth_mode, may_be_a_desk=settings.may_be_a_desk))
    redis_url = settings.redis_url.reveal() if settings.redis_url else None
    rate_limits.register_rates(app, rate=settings.rate_limit, redis_url=redis_url)
    # Who asks too often is told so before anybody looks up who it is.
    register_gate(app, FEATURES)
    register_demand(app, FEATURES)
    register_operation_rates(app, redis_url=redis_url)
    register_noting(app)
    if settings.cors_origins:
        CORS(
            app,
            resources=r"/api/*",
            origins=list(settings.cors_origins),
            methods=_METHODS,
            expose_headers=_EXPOSED,
        )
    app.wsgi_app = ApiVersions(app.wsgi_app)  # type: ignore[method-assign]  # Flask's documented way.
    app.wsgi_app = AccessLog(app.wsgi_app)  # type: ignore[method-assign]
    limits = PaceLimits(idle_seconds=settings.upload_idle_seconds, least_rate=settings.upload_min_kbps * 1024)
    app.wsgi_app = SlowClientGuard(app.wsgi_app, limits)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        app.wsgi_app = TrustOneProxy(app.wsgi_app)  # type: ignore[method-assign]
    return app
