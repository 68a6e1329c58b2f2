"""A CDN before the storage account: nginx, which fetches in parts, keeps them by their whole address, and says so.

As Front Door does by `infra/modules/frontdoor.bicep`, it keeps one copy whichever page asks, and says itself who may
read it.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from scripts.ports import held_port

_CONFIG = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors warn;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  proxy_cache_path {folder}/kept keys_zone=kept:1m max_size=64m;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      slice 1m;
      proxy_pass {storage};
      proxy_http_version 1.1;
      proxy_set_header Host {host};
      proxy_set_header Range $slice_range;
      proxy_cache kept;
      proxy_cache_lock on;
      proxy_cache_key $request_uri$slice_range;
      proxy_ignore_headers Vary;
      proxy_hide_header Access-Control-Allow-Origin;
      proxy_hide_header Access-Control-Expose-Headers;
      add_header Access-Control-Allow-Origin * always;
      add_header Access-Control-Expose-Headers 'accept-ranges, content-length, content-range, etag' always;
      add_header X-Cache $upstream_cache_status always;
    }}
  }}
}}
"""


def nginx() -> Path:
    """The program; without it tests are skipped, or fail when REQUIRE_CDN=1."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin")
    if found is None:
        give_up = pytest.fail if os.environ.get("REQUIRE_CDN") == "1" else pytest.skip
        give_up("No nginx, so nothing stands in for a CDN. Install it.")
    return Path(found)


@contextmanager
def running_cdn(storage: str) -> Iterator[str]:
    """One before that account's endpoint; its own address is given."""
    address, program = urlsplit(storage), nginx()
    with tempfile.TemporaryDirectory(prefix="reelgate-test-cdn-") as folder, held_port() as port:
        config = Path(folder, "nginx.conf")
        origin = f"{address.scheme}://{address.netloc}"
        config.write_text(_CONFIG.format(folder=folder, port=port, storage=origin, host=address.netloc))
        Path(folder).chmod(0o755)  # Its workers are somebody else where it is started by root.
        with subprocess.Popen([str(program), "-e", f"{folder}/errors", "-c", str(config)]) as process:
            try:
                _wait(f"http://127.0.0.1:{port}/")
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()


def _wait(url: str) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            requests.get(url, timeout=5)
        except requests.ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
