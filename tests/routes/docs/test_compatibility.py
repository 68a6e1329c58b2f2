"""No client of the last release is broken by what is described today."""

from scripts.api_changes import breaking_changes, described, released

ADVICE = """
These changes break clients of the last release. Add beside what is there instead, or let the new thing be version 2.
Where it was looked at and breaks nobody, or was never released, `.venv/bin/python -m scripts.api_changes release` makes
today's description the released one; that command belongs to a release, and to nothing else without a reason in its
commit's message."""


def test_nothing_that_a_client_of_the_last_release_uses_has_changed() -> None:
    changes = list(breaking_changes(released(), described()))
    assert not changes, "\n".join(changes) + ADVICE
