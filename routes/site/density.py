"""What pages show at each visual density, from 1 (what nobody can do without) to 5 (all there is).

Templates ask `shows("<element>")`. What is not in this table is essential and always there: titles, the film with its
player and its words, search, upload, the navigation, and whatever says that something went wrong.
"""

from collections.abc import Mapping
from types import MappingProxyType

DENSITIES = (1, 2, 3, 4, 5)

SHOWN_FROM: Mapping[str, int] = MappingProxyType(
    {
        "list.date": 2,
        "list.sorting": 2,
        "list.size": 3,
        "list.totals": 3,
        "list.days": 3,
        "list.tags": 3,
        "list.selecting": 3,
        "list.card_tags": 4,
        "list.visibility": 4,
        "list.file_name": 5,
        "list.type": 5,
        "watch.byline": 2,
        "watch.description": 2,
        "watch.details": 2,
        "watch.accessibility": 2,
        "watch.tags": 3,
        "watch.alike": 3,
        "watch.clips": 3,
        "watch.share": 3,
        "watch.file": 3,
        "watch.analysis": 3,
        "watch.id": 4,
        "watch.versions": 5,
    }
)
"""From which density on an element of a page is there. Its words for people are `density.<element>` in texts/."""


def elements(page: str, density: int) -> list[str]:
    """The elements of a page (`list` or `watch`) at that density, the most needed first."""
    return [name for name, least in SHOWN_FROM.items() if name.startswith(f"{page}.") and least <= density]
