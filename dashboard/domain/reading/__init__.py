"""What the state says at a moment: nothing here changes it.

Where is …?
    moment: a reading: the state, the instant, and what was computed once for both
    area: the numbers of one area, as HTTP and topics give them
    columns: the cases as columns: open, overdue, closed, due soon, and by age
    handing: what is known of retired grids, with those that take over from them
    field: residents, homes, workers, daily counts and tasks at that moment
    ahead: what lies ahead of the clock has not happened yet, step by step
    days: which days a text names, and how much happened on each
    indicators: numerators and denominators per grid, so that an area is the sum of its slice
    heats: heatmaps: the largest rows by name, the others as one
    backlog: today by the hour, and what lies with which department
    wall: what a wall shows: numbers at every tick, charts and lists less often
    panels: what an area's page shows beside: comparisons, children, ledger, details of a grid
    cases: lists of cases, their order, single cases, and copies that threads read
    cursors: where a list goes on, and other whole numbers in addresses
    casefilter: the table of filters of cases: read, matched, offered, asked of the archive
    caserows: one case as a row, which lists, topics, files and the archive share
    deadline: why a case is due when it is due, as facts and as a sentence
    traces: what happened to cases: returned, badly rated, urged and not answered, counted on a day
    climbs: when open cases go up, as columns
    ladder: the ladder board: what stands on each rung, and what goes up next
    supervision: what is late now or soon, by level and department; the slowest steps
    appraisal: indicators of workers, areas and departments over a window, and scores
    places: which places that handsets tell are places, and whose handset needs a look
    signs: patterns that say that a worker's reports need a look
    tasks: departments' inboxes: open tasks, when they are due, what can be done
    services: services of an area: how many, how long, how well, and each of them
    workers: workers of an area by state, by grid code and never by name
    reports: which reports a daily counter counted
"""
