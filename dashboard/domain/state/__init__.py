"""What is known: one mutable state, columns of arrays, changed by the door alone.

Where is …?
    city: the state of the city: all facts, by part
    door: the only way in which it changes: entries of the log are folded
    turns: what is done when a minute of arrivals or a day of the watermark is over
    refusals: whether a report counts, for fold and intake alike, or the dead letter that says why not
    retired: which grid and which area a report of a retired one counts for
    later: what may lie ahead of a clock, noted beside the parts that have it
    horizon: how far the time of a report may lie from its arrival
    arrivals: what ids say of the time of arrival, also where they jump
    snapshot: what a snapshot holds: every part, and the positions up to which it was folded
    carrying: a snapshot as one of other areas and categories, where the log was trimmed
    validity: what holds for every state, written out by name; checked after every test that folds
    casevalidity: the part of it about cases
    seen: which reports were counted already, as compact hashes
    casereports: how reports about cases change the state
    fieldreports: how all other reports change it: people, homes, workers, orders, services, tasks
    cases: the table of cases: one row each, columns as arrays, rows used again
    deadlines: when a case is due, and why
    rungs: when each case leaves the level that it stands on
    early: reports that came before those that they follow
    ended: cases that have left the memory, on their way to the archive
    people: who lives in each grid now, and what was counted on each day
    homes: dwellings by kind and city components by class
    workers: who is on shift, who has fallen silent, the rhythm of each grid
    orders: which grids read an order in time
    services: when each service was asked for and met, and how it was found
    tasks: what was opened for departments, and what became of it
    journal: which entry of the log made which daily count
    texts: hashes of each grid's newest texts, to see repetition
"""
