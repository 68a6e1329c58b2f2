"""Two instances take the PATCHes of each upload in turn, while storage fails one time in ten."""

import time
from dataclasses import dataclass
from functools import partial

from tests.fault_proxy import running_fault_proxy
from tests.fire.faults import Dice
from tests.fire.scenario import Result, Scenario
from tests.fire.senders import Film, Sender
from tests.fire.verdict import judge, tally, unexpected
from tests.server import running_server
from utils.sizes import MIB


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much of it."""

    uploads: int
    size: int
    at_once: int
    storage_seconds: float


def run(plan: Plan, azurite: str) -> Result:
    """Upload to two instances at once."""
    dice = Dice(share=0.1, seed=2)
    settings = {"upload_block_mb": 4, "storage_timeout_seconds": plan.storage_seconds}
    with (
        running_fault_proxy(azurite) as proxy,
        running_server(proxy.connection_string, **settings) as one,
        running_server(proxy.connection_string, azure_storage_container_name=one.container_name, **settings) as other,
    ):
        proxy.choose = dice
        films = [Film(number, plan.size) for number in range(plan.uploads)]
        sender = Sender([one.url, other.url], chunk=MIB + 7, alternate=True)
        started = time.monotonic()
        outcomes = sender.send_all(films, doors=["tus"], at_once=plan.at_once)
        seconds = time.monotonic() - started
        proxy.choose = lambda _method, _path: None
        broken = judge(one, outcomes) + unexpected(other)
    return Result(figures=[dice.told(), *tally(outcomes, broken, seconds=seconds)], broken=broken)


SCENARIO = Scenario(
    name="instances",
    title="Two instances take turns",
    story=(
        "40 resumable uploads of 20 MiB, eight at once, in PATCHes of a little over 1 MiB that go to one instance and"
        " to the other in turn, while one request to storage in ten fails as above. The instances share nothing but"
        " storage."
    ),
    full=partial(run, Plan(uploads=40, size=20 * MIB, at_once=8, storage_seconds=30)),
    short=partial(run, Plan(uploads=2, size=3 * MIB, at_once=2, storage_seconds=12)),
)
