"""The page of what is stored, and what it costs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint
from werkzeug import Response

from routes.costs.chart import Chart, stacked
from routes.costs.messages import collections_shown, owner_names
from routes.http.actors import current_actor
from routes.http.wiring import services
from routes.site.language import catalogue
from routes.site.pages import prepare_pages, show_page
from services.costs.costs import CostsShown, Share
from services.costs.prices import HOW_TO_FETCH

blueprint = Blueprint("cost_pages", __name__)
prepare_pages(blueprint)

_MOST_OWNERS = _MOST_COLLECTIONS = 50


@dataclass(frozen=True, kw_only=True)
class CostCharts:
    """The pictures of the page; none where there is nothing to draw."""

    kept: Chart | None
    costs: Chart | None


@blueprint.get("/storage")
def storage() -> Response:
    """What storage keeps, and what that costs."""
    by = current_actor()
    shown = services().costs.costs.shown(by=by)
    collections = collections_shown(shown, services().collections.collections.titles(by=by))
    owners = list(shown.owners.items())
    return show_page(
        "costs/storage.html",
        costs=shown,
        charts=_charts(shown),
        owners=owners[:_MOST_OWNERS],
        others=max(0, len(owners) - _MOST_OWNERS),
        collections=collections[:_MOST_COLLECTIONS],
        other_collections=max(0, len(collections) - _MOST_COLLECTIONS),
        owner_names=owner_names(by=by),
        how_to_fetch=HOW_TO_FETCH,
    )


@blueprint.app_template_global()
def month_name(month: str, *, with_year: bool = True) -> str:
    """A month as people read it: `Nov 2026`."""
    name = catalogue().text("format.months").split()[int(month[5:]) - 1]
    return f"{name} {month[:4]}" if with_year else name


def _charts(shown: CostsShown) -> CostCharts:
    texts = catalogue()
    kept = {month: list(share.by_tier.items()) for month, share in shown.months.items()}
    costs = {month: _cost_parts(share) for month, share in shown.months.items()}
    return CostCharts(
        kept=_chart(kept, words=lambda size: texts.size(round(size))),
        # Less than a cent would stand as 0.00 on every line.
        costs=_chart(costs, words=lambda cost: texts.decimal(cost, places=2), least=0.01) if shown.prices else None,
    )


def _chart(
    months: Mapping[str, Sequence[tuple[str, float]]], *, words: Callable[[float], str], least: float = 1.0
) -> Chart | None:
    highest = max((sum(size for _, size in parts) for parts in months.values()), default=0.0)
    return stacked(months, words=words) if highest >= least else None


def _cost_parts(share: Share) -> list[tuple[str, float]]:
    return [("keeping", share.keeping or 0.0), ("using", share.using or 0.0)]
