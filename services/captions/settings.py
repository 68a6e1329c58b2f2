"""Settings of captions."""

from dataclasses import dataclass
from pathlib import Path

from utils.setting_choices import CaptionEngine
from utils.setting_values import Secret, matching, one_of, secret, setting


@dataclass(frozen=True, kw_only=True)
class CaptionSettings:
    """What makes captions of speech."""

    captions_engine: CaptionEngine = setting(
        CaptionEngine.NONE,
        one_of(CaptionEngine),
        "What makes captions of speech: none, whisper (`make run CAPTIONS=1` installs it), or azure.",
    )
    whisper_model: Path | None = setting(
        None, Path, "A folder with a Whisper model for CTranslate2. Empty: the small English one that comes with it."
    )
    azure_speech_endpoint: str | None = setting(
        None,
        matching(
            r"https://[^\s/?#@]+/?|http://(127\.0\.0\.1|localhost)(:[0-9]+)?/?", "an address that begins https://"
        ),
        "The Azure Speech resource, such as https://westeurope.api.cognitive.microsoft.com.",
    )
    azure_speech_key: Secret | None = setting(None, secret(r"\S+", "a key without spaces"), "The key of that resource.")
