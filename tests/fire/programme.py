"""All scenarios, in the order in which they are played."""

from tests.fire import described, disk, everything, faults, hostile, instances, kills, outage, restarts
from tests.fire.scenario import Scenario

SCENARIOS: tuple[Scenario, ...] = (
    faults.SCENARIO,
    instances.SCENARIO,
    outage.SCENARIO,
    kills.SCENARIO,
    restarts.SCENARIO,
    everything.SCENARIO,
    disk.SCENARIO,
    hostile.SCENARIO,
    described.SCENARIO,
)
