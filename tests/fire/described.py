"""Schemathesis reads the API's description, and tries whatever that allows and forbids."""

import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.fire.scenario import Result, Scenario
from tests.fire.verdict import unexpected
from tests.server import ROOT, running_server

_CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
)
_CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
_GENERATED = re.compile(r"(\d+) generated")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much of it."""

    examples: int
    """For each operation and phase."""
    phases: str
    seconds: int
    """For one answer."""


def run(plan: Plan, azurite: str) -> Result:
    """Let it try."""
    with (
        tempfile.TemporaryDirectory(prefix="reelgate-fire-") as folder,
        # Open to everybody: what accounts allow is held by the tests of every route with every kind of person.
        running_server(
            azurite,
            auth_mode="none",
            open_to_everybody="true",
            web_concurrency=2,
            upload_block_mb=1,
            upload_idle_seconds=2,
        ) as server,
    ):
        started = time.monotonic()
        done = subprocess.run(
            [
                *(Path(sys.executable).with_name("schemathesis"), "--config-file", str(_CONFIGURATION)),
                *("run", f"{server.url}/api/openapi.json", "--continue-on-failure"),
                *("--phases", plan.phases, "--checks", ",".join(_CHECKS), "--max-examples", str(plan.examples)),
                *("--request-timeout", str(plan.seconds), "--generation-deterministic"),
                *("--exclude-path", "/api/events"),
                *("--suppress-health-check", "all", "--warnings", "off", "--no-color"),
            ],
            cwd=folder,  # It leaves notes there.
            env=dict(os.environ) | {"PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.fire.described_hooks"},
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.monotonic() - started
        broken = unexpected(server)
    if done.returncode:
        # From the first heading of a fault on.
        broken.append(done.stdout[done.stdout.find("\n=====") :].strip() + done.stderr)
    generated = _GENERATED.search(done.stdout)
    return Result(
        figures=[
            ("requests", f"{int(generated[1]):,}" if generated else "0"),
            ("answered 5xx, late or not as described", str(len(broken))),
            ("took", f"{seconds:.0f} s"),
        ],
        broken=broken,
    )


SCENARIO = Scenario(
    name="described",
    title="Whatever the description of the API allows and forbids",
    story=(
        "Schemathesis reads `/api/openapi.json` and sends requests that fit it and requests that do not: its"
        " examples, the edges of each parameter, values at random, and operations in a row that feed one another."
        " Every answer has to be one that is described, with headers and body, within five seconds; what does not"
        " fit is refused, and a method that is not described is answered 405."
    ),
    full=partial(run, Plan(examples=300, phases="examples,coverage,fuzzing,stateful", seconds=5)),
    # Beside other tests nothing is said of how long an answer takes.
    short=partial(run, Plan(examples=6, phases="examples,coverage,fuzzing", seconds=60)),
)
