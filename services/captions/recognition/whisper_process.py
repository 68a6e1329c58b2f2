"""The process in which Whisper runs: it alone has the model in memory, and gives it back by ending.

`python whisper_process.py <request> <answer>` reads one JSON object and writes lines of JSON: `{"word": [start, end,
text, confidence]}`, then `{"language": …}`, or `{"problem": …}` where nothing can be done about it here. How many
seconds are done stands on its standard output. It is run as a script, and knows nothing of the rest.
"""

import json
import sys
from typing import Any, TextIO

import numpy as np
from faster_whisper import WhisperModel

_SAMPLES, _SAMPLE_BYTES = 16_000, 2
_LOUDEST = 32_768.0


def main() -> int:
    """Do what is asked for."""
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123 - as little as possible is imported
        request: dict[str, Any] = json.load(file)
    # Nothing is ever fetched: the model is a folder of this machine.
    model = WhisperModel(
        request["model"], device="cpu", compute_type="int8", cpu_threads=request["threads"], local_files_only=True
    )
    with open(sys.argv[2], "w", encoding="utf-8") as answer:  # noqa: PTH123
        if request["language"] not in {None, *model.supported_languages}:
            _tell(answer, {"problem": "unknown-language"})
        elif "sound" in request and request["language"] is None and not model.model.is_multilingual:
            # It would hear English in whatever is spoken.
            _tell(answer, {"problem": "unnamed-language"})
        elif "sound" in request:
            _tell(answer, {"language": _transcribe(model, request, answer)})
    return 0


def _transcribe(model: Any, request: dict[str, Any], answer: TextIO) -> str | None:
    """Write the words of all windows, and return their language."""
    language: str | None = request["language"]
    for begin, end in request["windows"]:
        sound = np.fromfile(request["sound"], dtype="<i2", count=end - begin, offset=begin * _SAMPLE_BYTES).astype(
            np.float32
        )
        segments, info = model.transcribe(
            sound / _LOUDEST,
            language=language,
            beam_size=5,
            word_timestamps=True,
            # Silence and noise are left out before they come to the model, which would hear words in them.
            vad_filter=True,
            # What was misheard once is not to be heard again and again.
            condition_on_previous_text=False,
        )
        start, heard = begin / _SAMPLES, False
        for segment in segments:
            for word in segment.words or ():
                heard = True
                times = [round(start + word.start, 3), round(start + word.end, 3)]
                _tell(answer, {"word": [*times, word.word, round(float(word.probability), 3)]})
            _say_done(start + segment.end)
        # The first piece in which somebody speaks says it for all of them.
        language = language or (info.language if heard else None)
        _say_done(end / _SAMPLES)
    return language


def _tell(answer: TextIO, what: dict[str, Any]) -> None:
    answer.write(json.dumps(what) + "\n")


def _say_done(seconds: float) -> None:
    sys.stdout.write(f"out_time_us={int(seconds * 1_000_000)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
