"""What is off by default, or hardly ever asked for, costs a server no memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_LOADED = "import json, sys, app; app.create_app(); print(json.dumps(sorted(sys.modules)))"


def test_what_is_off_by_default_is_not_loaded(azurite: str, tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "APP_ENV": "testing",
        "AZURE_STORAGE_CONNECTION_STRING": azurite,
        "DATA_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", _LOADED], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout))
    optional = {"azure.identity", "flask_cors", "flask_limiter", "limits", "redis", "psycopg", "routes.openapi"}
    assert loaded & (optional | {"sqlalchemy.dialects.postgresql", "sqlalchemy.orm"}) == set()
