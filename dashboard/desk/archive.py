"""What the archive is asked for: the filters of the worklist, as far as ended cases can answer them."""

from __future__ import annotations

from dashboard.domain.reading.casefilter import FILTERS, CaseFilter
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.areas import Area, AreaTree
from dashboard.errors import InvalidReport
from dashboard.feeds.archive.archive import ArchiveFilter


def archive_filter(reading: Reading, wanted: CaseFilter) -> ArchiveFilter:
    """Returns the same filter for the archive; raises InvalidReport for what it cannot be asked."""
    refused = next((name for name in wanted if not FILTERS[name].archived), None)
    if refused is not None:
        raise InvalidReport(refused, "cannot be asked of the archive")
    columns = {name: value for name, value in wanted.items() if name not in ("area", "q")}
    return ArchiveFilter(_grids(reading.state.tree, wanted.get("area")), columns, wanted.get("q"))


def _grids(tree: AreaTree, area: Area | None) -> tuple[str, ...] | None:
    """Returns the codes of the grids of an area, as which the archive knows it; None for the city as a whole."""
    return None if area is None or area == tree.root else tree.grids[area.start : area.stop]
