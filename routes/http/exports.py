"""How what is exported is named."""

from datetime import UTC, datetime

from routes.http.wiring import services
from services.live_settings.general import EXPORT_NAME
from utils.content_disposition import content_disposition
from utils.name_patterns import filled
from utils.zip_layout import safe_names


def export_disposition(kind: str, ending: str) -> str:
    """The Content-Disposition of an export of that kind, named as an administrator wants it."""
    said = {"kind": kind, "date": datetime.now(UTC).date().isoformat()}
    name = filled(services().live_settings.value(EXPORT_NAME), said) or kind
    return content_disposition(safe_names([f"{name}.{ending}"])[0])
