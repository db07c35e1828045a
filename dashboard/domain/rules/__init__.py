"""What the city has decided: frozen, read from files at the start, the same for every server.

Where is …?
    rules: the rules file: categories, duties, departments, limits, targets
    mistyped: in words, what was found where something else is wanted
    areas: the tree of areas, each a slice of the axis of grids
    retiring: areas that come to an end, and what keeps that from being carried out
    succession: who takes over from them, and when
    days: which day an instant belongs to, in the time zone of the city
    owners: whose a case is: by its category, and by its area where a category tells them apart
    limits: how long something may take, as the rules write it ("3 day", "2 work_day")
    calendar: work time: office hours on working days
    channel: where a case came from, by its report's source: handset, department, desk …
    indicators: rates by name, what counts for them, and how their names are spelled
    lifecycle: which step of a case may follow which, and what the steps add up to
    levels: which of five levels a tree has, which gets a case next, and what a city calls them
    ladder: which share of its limit each level has, so when a case that nobody closed goes up
    tasks: which reports open follow-up tasks, for whom, and where a declined one goes
    services: which services residents hand in, whose they are, and how long each may take
    wall: what a wall shows, where a city wishes something else than what fits it
    appraisal: how work is appraised: weights, least counts, thresholds of signs
"""
