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
    optional = {"azure.identity", "redis", "psycopg", "alembic", "mako", "celery", "kombu", "fido2", "pyotp", "segno"}
    optional |= {"faster_whisper", "ctranslate2", "onnxruntime", "numpy"}
    assert loaded & (optional | {"sqlalchemy.dialects.postgresql", "sqlalchemy.orm"}) == set()


def test_errors_bring_little_along() -> None:
    """Whoever only wants to raise one of them imports neither what talks to storage nor what talks to databases."""
    code = "import json, sys, services.errors; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = json.loads(done.stdout)
    roots = {each.partition(".")[0] for each in loaded}
    assert roots & {"azure", "sqlalchemy", "flask", "gunicorn", "requests"} == set()
    ours = [each for each in loaded if each.partition(".")[0] in {"routes", "services", "utils", "config"}]
    assert len(ours) <= 60
