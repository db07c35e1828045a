"""What the archive is asked for: the filters of the worklist, as far as ended cases can answer them."""

from __future__ import annotations

from dashboard.domain.reading.casefilter import CaseFilter
from dashboard.errors import InvalidReport
from dashboard.feeds.archive.archive import ArchiveFilter
from dashboard.feeds.running import Running

_NOT_ARCHIVED = (
    "age",
    "due_soon",
    "closed_on",
    "indicator",
    "department",
    "sign",
    "climbs",
    "returned_on",
    "badly_rated_on",
    "unanswered",
)


def archive_filter(running: Running, wanted: CaseFilter) -> ArchiveFilter:
    """Returns the same filter for the archive, where an area is the codes of its grids; raises InvalidReport."""
    for name in _NOT_ARCHIVED:
        if getattr(wanted, name) is not None:
            raise InvalidReport(name, "cannot be asked of the archive")
    tree, area = running.replica.state.tree, wanted.area
    known = running.replica.state.rules.category_index()
    if wanted.category is not None and wanted.category not in known:
        raise InvalidReport("category", f"{wanted.category!r} is not one of {', '.join(known)}")
    whole = area is None or area == tree.root
    grids = None if area is None or whole else tree.grids[area.start : area.stop]
    return ArchiveFilter(
        grids=grids,
        category=wanted.category,
        severity=wanted.severity,
        state=wanted.state,
        level=wanted.level,
        overdue=wanted.overdue,
        text=wanted.text,
    )
