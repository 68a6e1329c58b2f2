#!/usr/bin/env bash
# The startup command, on Azure App Service and everywhere else.
set -eu
cd "$(dirname "$0")"
exec gunicorn --config gunicorn.conf.py "app:create_app()"
