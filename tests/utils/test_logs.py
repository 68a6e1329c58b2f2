import json
import logging

import pytest

from utils.logs import JsonFormatter, TextFormatter, logging_config, scrub

SECRETS = [
    "GET https://a.blob.core.windows.net/videos/x?sv=2025&sig=SECRET%3D&se=2026",
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=SECRET==;EndpointSuffix=x",
    "BlobEndpoint=https://a;SharedAccessSignature=sv=1&sig=SECRET",
    "Authorization: SharedKey account:SECRET=",
    "Authorization: Bearer SECRET.eyJ-._~+/=",
    "postgresql+psycopg://user:SECRET@db/reelgate",
]


@pytest.mark.parametrize("text", SECRETS)
def test_no_credential_is_ever_logged(text: str) -> None:
    for formatter in (JsonFormatter(), TextFormatter()):
        record = logging.LogRecord("x", logging.INFO, "", 0, "%s", (text,), None)
        record.extra_field = text
        assert "SECRET" not in formatter.format(record)
    assert "SECRET" not in scrub(text)


def test_a_json_line_has_the_extra_fields_and_the_exception() -> None:
    try:
        raise ValueError("sig=SECRET&x")  # noqa: TRY301
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "line\nbreak", (), (type(error), error, None))
    record.status = 500
    line = JsonFormatter().format(record)
    assert "\n" not in line
    fields = json.loads(line)
    assert (fields["message"], fields["status"], fields["level"]) == ("line\nbreak", 500, "ERROR")
    assert fields["time"].endswith("Z")
    assert "SECRET" not in fields["exception"]


def test_a_line_for_people_cannot_be_forged_by_a_line_break() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "GET /a\r\n12:00:00 INFO forged", (), None)
    assert "\n" not in TextFormatter().format(record)


def test_the_libraries_that_print_urls_are_kept_quiet() -> None:
    loggers = logging_config(level="DEBUG", json_lines=True)["loggers"]
    assert {loggers[name]["level"] for name in ("azure", "urllib3", "msal")} == {"WARNING"}


CONTROLS = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x200B, 0x2028, 0x2029, 0x202E, 0x2066, 0xFEFF]))


def _raised(text: str) -> tuple[type[ValueError], ValueError, None]:
    error = ValueError(text)
    return type(error), error, None


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()], ids=["text", "json"])
def test_nothing_that_moves_a_terminal_or_ends_a_line_reaches_the_log(formatter: logging.Formatter) -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "GET /%s", (f"a{CONTROLS}\ud800 Grüße 🎬 b",), None)
    record.path = CONTROLS
    line = formatter.format(record)
    assert len(line.splitlines()) == 1
    assert [char for char in line if not char.isprintable()] == []
    assert "Grüße 🎬 b" in line
    line.encode()


def test_an_exception_cannot_forge_a_line_either() -> None:
    forged = "\x1b[2Jfirst\r12:00:00 INFO    forged\n12:00:00 INFO    forged\x85\u2028"
    record = logging.LogRecord("x", logging.ERROR, "", 0, "broken", (), _raised(forged))
    first, *rest = TextFormatter().format(record).split("\n")
    assert first.endswith("broken")
    assert len(rest) == 2
    for line in rest:
        assert line.startswith("  ")
        assert line.isprintable()


def test_a_json_line_says_what_was_said() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, CONTROLS, (), None)
    assert json.loads(JsonFormatter().format(record))["message"] == CONTROLS
