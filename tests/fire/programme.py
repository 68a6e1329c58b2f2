"""All scenarios, in the order in which they are played."""

from tests.fire import described, disk, everything, faults, greedy, hostile, instances, jobs, kills, outage, restarts
from tests.fire.scenario import Scenario

SCENARIOS: tuple[Scenario, ...] = (
    faults.SCENARIO,
    instances.SCENARIO,
    outage.SCENARIO,
    kills.SCENARIO,
    jobs.SCENARIO,
    restarts.SCENARIO,
    everything.SCENARIO,
    disk.SCENARIO,
    greedy.SCENARIO,
    hostile.SCENARIO,
    described.SCENARIO,
)
