#!/usr/bin/env bash
# The startup command, on Azure App Service and everywhere else.
set -eu
cd "$(dirname "$0")"
# Memory of glibc: one heap for all threads, since what is freed in a thread's own heap is of no use to the others (64
# uploads at once: 200 MiB less); and the top of it kept for the next chunks of an upload instead of handed back and
# asked for again, page by page (a fifth of the processor time of an upload). Both measured with `make bench`.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-1}"
export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-33554432}"
export MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-67108864}"
exec gunicorn --config gunicorn.conf.py "${@:-app:create_app()}"
