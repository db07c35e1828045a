"""Keys of messages that the code builds from pieces: each pattern with its pieces, and where those come from.

A search for a key in the sources finds nothing for these, so they are listed. `*` is the place of a piece.
"""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.domain.reports import TYPES
from dashboard.domain.rules.appraisal import SIGNS
from dashboard.domain.rules.channel import CHANNELS
from dashboard.domain.rules.lifecycle import LEVEL_NAMES, STATE_NAMES
from dashboard.domain.rules.limits import UNITS
from dashboard.domain.state.homes import CLASSES, KINDS
from dashboard.domain.state.tasks import STATES as TASK_STATES
from dashboard.feeds.watch import SAID as NOTICES
from dashboard.layouts.system import GROUPS

_WIDE = LEVEL_NAMES[1:]  # a grid has nothing below it
_LAYERS = "cases-open cases-overdue newborns move-ins reported silence recent"  # of the map: reading/wall.py
_COUNTS = "open overdue taken done-week declined-week"  # of an inbox: layouts/tasks.py

PATTERNS: dict[str, str | Iterable[str]] = {
    # Terms of the city, from its rules and its state
    "*": (*TYPES, *_LAYERS.split(), "tasks-on-time", "climbs-hour", "climbs-day"),  # reports, layers, rates, choices
    "state-*": ("open", *STATE_NAMES, "overdue", "silent", "unknown"),  # of a case, and how the map marks a grid
    "mostly-*": "overdue silent",  # the same, where most grids are
    "proxy-*": "no-upgrade wrong-host held-back cut full no-prefix",  # what a proxy does wrong: api/connection.py
    "level-name-*": LEVEL_NAMES,
    "level-names-*": LEVEL_NAMES,  # places in other messages: words.py
    "level-*": "0 1 2 3 4",  # who has a case that needs attention: pages/wall/attention.js
    "severity-*": "1 2 3",
    "channel-*": CHANNELS,
    "file-for-*": "xlsx csv",  # what each kind of file is for
    "unit-*": UNITS,
    "step-*": "file dispatch handle close",  # the steps of a case that have a limit
    "home-*": (*KINDS, "untold"),
    "component-*": CLASSES,
    "sign-*": [sign.replace("_", "-") for sign in SIGNS],
    "sign-*-told": [sign.replace("_", "-") for sign in SIGNS],
    "task-state-*": TASK_STATES,
    "tasks-*": ("open", *TASK_STATES, "all"),
    "said-*": (
        *("age", "occurred_on", "class", "count", "score", "service", "order", "reason", "note", "kind"),  # fields
        *("keeper", "supervision", "desk", "worker", "overdue", "level-time-used"),  # codes in the text of a report
    ),
    # Heads of tables, names of columns
    "head-*": (
        "id category area severity state level reported_at due_at left step limit used share done rate now target-head "
        "parent week-before weekly seven week year parent-rate time type said stream_id worker last battery department "
        "todo why due act"
    ),
    "child-*": "name population newborns net open overdue community on-time satisfied on-shift",  # pages/area
    "file-*": (
        "area name population newborns net open overdue community on-time satisfied on-shift silent workers areas "
        "reports time type case said stream-id last-report battery performance signs department tasks task what "
        "opened-at by reason services request kind state requested-at due-at completed-at late hours off-hours score"
    ),
    "col-*": (
        "id category severity area area-name state level reported-at due-at closed-at overdue suspended score lat lon "
        "channel"
    ),
    "col-state-*": STATE_NAMES,
    "col-level-*": LEVEL_NAMES,
    "notice-*": NOTICES,  # what is wrong with the log, above any page
    # Parts of one page
    "about-*": "part version-head licence figure measured-head to-reach",
    "system-*": tuple(name for names in GROUPS.values() for name in names),
    "system-group-*": tuple(GROUPS),
    "system-head-*": "what value limit stream length folded behind position count reason source",
    "system-is-*": "ok watch broken",
    "system-text-*": "aof rdb none off waiting keeping failing",
    "system-do-*": (
        "log-ready log-age log-behind memory support policy persistence disk differing dead-letters ahead keeper "
        "keeper-error keeper-round log-writable clock faults strays strangers snapshot archive-waiting archive-error "
        "frame refused loop"
    ),
    "nav-*": "wall areas cases supervision departments services performance",
    "legend-*": _LAYERS,
    "b*": "0 1 2 3 4 5",  # buckets of age
    "children-*": (*LEVEL_NAMES[:-1], "mixed", "note"),
    "kpi-*": (
        "newborns-yesterday newborns-today move-ins-today move-outs-today deaths-today "
        "cases-open cases-overdue cases-reported-today cases-closed-today"
    ),
    "weekly-*": "births deaths move-ins move-outs cases-reported closed",
    "standing-*": "population cases-open cases-overdue",
    "alone-*": "population cases-open cases-overdue",  # the same of the city, which has nothing above it
    "ledger-*": "start births deaths move_ins move_outs end",
    "chart-*": "people cases rates",
    "services-*": "requested-today completed-today open overdue in-time off-hours satisfied",
    "act-*": "file reject dispatch escalate return close suspend resume merge cancel urge overtaken impossible",
    "act-field-*": "to to_level reason note into",
    "filter-*": "state category department severity level overdue due_soon climbs age archived channel",
    "part-*": "all numerator rest",
    "cases-*": "closed-on returned-on badly-rated-on",
    "day-*": "today yesterday week window 7d 30d",  # as addresses name them
    "days-*": "today 7d 30d",
    "counter-*": (
        "births deaths move_ins move_outs dwellings_registered dwellings_removed cases_reported cases_handled "
        "cases_returned scored satisfied orders_sent orders_received services_requested services_completed all"
    ),
    "workers-*-list": "on-shift silent off-shift",
    "service-*": (
        "requested completed open overdue in-time off-hours satisfied late any "  # counts and states of a list
    ),
    "service-score-*": "any good low",
    "page-*": "newer older",
    "inbox-*": _COUNTS,
    "task-*": "take done decline",
    "supervision-*": "overdue due-soon open returned badly-rated",
    "none-*": "overdue due-soon open returned badly-rated waiting",
    "none-*-note": "waiting overdue",
    "ladder-*": "rung open overdue climbs-hour climbs-day next oldest",
    "no-*": "area case",  # what an address names and the city does not have
    "no-*-note": "area case",
    "kind-*": (*_WIDE[:-1], "worker", "grid", "department"),
    "signs-*": "found of cases",
}


def built() -> set[str]:
    """Returns all keys that the patterns stand for."""
    return {
        pattern.replace("*", piece)
        for pattern, pieces in PATTERNS.items()
        for piece in (pieces.split() if isinstance(pieces, str) else pieces)
    }
