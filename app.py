"""The application factory: wiring, and nothing else. gunicorn runs "app:create_app()"."""

import logging.config

from flask import Flask

from config import LogFormat, PlaybackMode, Settings, load_settings
from routes import (
    assets,
    commands,
    description,
    direct,
    doctor_command,
    health,
    metrics,
    pages,
    playback,
    rates,
    resumable,
    upload,
    videos,
)
from routes.access_log import AccessLog
from routes.errors import register_error_handlers
from routes.guards import register_guards
from routes.pace import Limits, Pace
from routes.proxies import TrustOneProxy
from routes.security_headers import register_security_headers
from routes.wiring import SERVICES
from services import build_services
from utils.logs import logging_config

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_EXPOSED = ["Location", "ETag", "Retry-After", "X-Request-ID", "Content-Range", "Accept-Ranges"]
_EXPOSED += [*resumable.EXPOSED_HEADERS, *rates.HEADERS]


def create_app(settings: Settings | None = None) -> Flask:
    """Build the app for one process; opens no connection."""
    settings = settings or load_settings()
    json_lines = settings.effective_log_format is LogFormat.JSON
    logging.config.dictConfig(logging_config(level=settings.log_level, json_lines=json_lines))
    app = Flask(__name__)
    app.config["SECRET_KEY"] = settings.secret_key.reveal() if settings.secret_key else None
    app.config["UPLOAD_MODE"] = settings.upload_mode.value
    app.config["PLAYBACK_REDIRECTS"] = settings.playback_mode is PlaybackMode.REDIRECT
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask types it as the abstract provider.
    app.extensions[SERVICES] = build_services(settings)
    for module in (assets, description, direct, health, metrics, pages, playback, resumable, upload, videos):
        app.register_blueprint(module.blueprint)
    for command in (*commands.GROUPS, doctor_command.doctor):
        app.cli.add_command(command)
    register_error_handlers(app)
    register_security_headers(app, production=settings.production, embeddable=bool(settings.cors_origins))
    register_guards(app, allowed_hosts=settings.effective_allowed_hosts, trusted_origins=settings.cors_origins)
    redis_url = settings.redis_url.reveal() if settings.redis_url else None
    rates.register_rates(app, rate=settings.rate_limit, redis_url=redis_url)
    if settings.cors_origins:
        from flask_cors import CORS  # noqa: PLC0415 - off by default

        CORS(
            app,
            resources=r"/api/*",
            origins=list(settings.cors_origins),
            methods=_METHODS,
            expose_headers=_EXPOSED,
        )
    app.wsgi_app = AccessLog(app.wsgi_app)  # type: ignore[method-assign]  # Flask's documented way.
    limits = Limits(idle_seconds=settings.upload_idle_seconds, least_rate=settings.upload_min_kbps * 1024)
    app.wsgi_app = Pace(app.wsgi_app, limits)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        app.wsgi_app = TrustOneProxy(app.wsgi_app)  # type: ignore[method-assign]
    return app
