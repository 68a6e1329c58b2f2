"""Going through the list page by page, nothing is skipped and nothing comes twice, whatever happens meanwhile."""

import tempfile
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.database.engine import Connections
from services.library.catalogue import Catalogue, PageQuery
from services.library.catalogue.pages import SORTS
from services.videos.video import Video
from tests.records import video

_TITLES = st.sampled_from(["red ball", "Red car", "blue car", "rød båt"])
_VIDEOS = st.builds(
    lambda number, title, size, day: video(
        number, title=title, size=size, uploaded_at=datetime(2026, 1, day, tzinfo=UTC)
    ),
    st.integers(0, 40),
    _TITLES,
    st.integers(0, 2),
    st.integers(1, 3),
)
_EVENTS = st.lists(st.tuples(st.booleans(), _VIDEOS), max_size=4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(_VIDEOS, min_size=1, max_size=25, unique_by=lambda each: each.id),
    st.lists(_EVENTS, max_size=12),
    st.sampled_from(sorted(SORTS)),
    st.sampled_from(["", "re", "car"]),
    st.integers(1, 5),
)
def test_what_stays_in_the_list_is_seen_exactly_once(
    first: list[Video], meanwhile: list[list[tuple[bool, Video]]], sort: str, q: str, limit: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue(Connections(f"sqlite:///{folder}/index.sqlite3"))
        catalogue.put_all(first)
        seen, changed = _walk(catalogue, meanwhile, sort=sort, q=q, limit=limit)
        catalogue.close()
    assert len(seen) == len(set(seen))
    steady = {each.id for each in first if each.id not in changed and _matches(each, q)}
    assert steady <= set(seen)
    assert all(id_ in changed for id_ in set(seen) - steady)


def _walk(
    catalogue: Catalogue, meanwhile: list[list[tuple[bool, Video]]], *, sort: str, q: str, limit: int
) -> tuple[list[str], set[str]]:
    """Go through all pages; between two of them videos come (once each, never changing place) and go."""
    seen: list[str] = []
    changed: set[str] = set()
    query = PageQuery(sort=sort, q=q, limit=limit)
    while True:
        page = catalogue.page(query)
        assert len(page.videos) <= limit
        seen += [found.id for found in page.videos]
        if page.next is None:
            return seen, changed
        query = PageQuery(sort=sort, q=q, limit=limit, after=page.next)
        for arrives, event in meanwhile.pop() if meanwhile else []:
            known = catalogue.find(event.id)
            if arrives and known is None and event.id not in changed:
                catalogue.put(event)
                changed.add(event.id)
            elif not arrives and known is not None:
                catalogue.forget(event.id)
                changed.add(event.id)


def _matches(found: Video, q: str) -> bool:
    return q == "" or any(word.startswith(q) for word in found.title.lower().split())
