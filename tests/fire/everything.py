"""Storage fails, workers die and instances take turns, all at the same time, at uploads of awkward sizes."""

import random
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.fault_proxy import running_fault_proxy
from tests.fire.faults import Dice
from tests.fire.kills import Killer
from tests.fire.scenario import Result, Scenario
from tests.fire.senders import Film, Pulse, Sender
from tests.fire.verdict import judge, tally, unexpected, wait_until_listed
from tests.server import running_server
from utils.sizes import MIB

SEED = 3
# Around what the server's own sizes are: of a signature, of the least block, of a step, of a PATCH.
SIZES = (33, 2047, 2048, 65535, 65536, 100_000, MIB - 1, MIB, MIB + 7, 3 * MIB + 5, 9 * MIB + 99)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much of it."""

    uploads: int
    sizes: Sequence[int]
    every: float
    """Seconds between two kills at each instance."""


def run(plan: Plan, azurite: str) -> Result:
    """Upload amid all of it."""
    dice, chance = Dice(share=0.1, seed=SEED), random.Random(SEED)
    films = [Film(number, chance.choice(plan.sizes)) for number in range(plan.uploads)]
    with tempfile.TemporaryDirectory(prefix="reelgate-fire-") as folder, running_fault_proxy(azurite) as proxy:
        settings = {
            "web_concurrency": 2,
            "upload_block_mb": 2,
            "storage_timeout_seconds": 12,
            "database_url": f"sqlite:///{Path(folder, 'index.sqlite3')}",
            "azure_storage_container_name": f"videos-{uuid.uuid4().hex[:12]}",
        }
        with (
            running_server(proxy.connection_string, **settings) as one,
            running_server(proxy.connection_string, **settings) as other,
        ):
            killers = [Killer(one), Killer(other)]
            sender = Sender([one.url, other.url], chunk=MIB + 7, alternate=True)
            started = time.monotonic()
            proxy.choose = dice
            with Pulse(killers[0], every=plan.every), Pulse(killers[1], every=plan.every * 1.3):
                outcomes = sender.send_all(films, doors=["tus"], at_once=8)
            seconds = time.monotonic() - started
            proxy.choose = lambda _method, _path: None
            until_listed, unlisted = wait_until_listed(one, outcomes)
            broken = judge(one, outcomes) + unexpected(other) + unlisted
    figures = [
        dice.told(),
        ("workers killed", str(sum(killer.kills for killer in killers))),
        *tally(outcomes, broken, seconds=seconds),
        ("from the last upload until the list was complete", f"{until_listed:.1f} s"),
    ]
    return Result(figures=figures, broken=broken)


SCENARIO = Scenario(
    name="everything",
    title="Everything at once",
    story=(
        "120 resumable uploads of 33 bytes to 9 MiB, around the sizes at which the server changes what it does, eight"
        " at once, in PATCHes that go to two instances in turn. One request to storage in ten fails as above, and at"
        " each instance a worker is killed every four or five seconds. The instances share storage and an index."
    ),
    full=partial(run, Plan(uploads=120, sizes=SIZES, every=4.0)),
    short=partial(run, Plan(uploads=12, sizes=SIZES[:-1], every=3.0)),
)
