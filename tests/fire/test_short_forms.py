"""Every scenario in a short form, for `make check`; `make fire` plays them in full.

The longest has a file of its own, which runs beside this one.
"""

import pytest

from tests.fire import described, report
from tests.fire.programme import SCENARIOS
from tests.fire.scenario import Impossible, Scenario

_OTHERS = [each for each in SCENARIOS if each is not described.SCENARIO]


@pytest.mark.thorough
@pytest.mark.parametrize("scenario", _OTHERS, ids=[each.name for each in _OTHERS])
def test_the_short_form_of_a_scenario_keeps_its_promises(scenario: Scenario, azurite: str) -> None:
    try:
        result = scenario.short(azurite)
    except Impossible as error:
        pytest.skip(str(error))
    assert list(result.broken) == []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[each.name for each in SCENARIOS])
def test_the_document_has_a_place_for_every_scenario(scenario: Scenario) -> None:
    text = report.PAGE.read_text()
    begin, end = report.marks(scenario)
    assert text.count(begin) == text.count(end) == 1
    assert scenario.title in text.partition(begin)[2].partition(end)[0]
