"""What happens in the city, and when it is told.

Where is …?
    city: who reports what when, over hours, weekdays and grids
    living: what every city can do, whoever lives in it
    requests: a city of service requests: residents ask, departments do
    requesttypes: kinds of requests, with their long tail
    run: one run: seed, times and scenario
    scenarios: unusual days: changes of the ordinary rates
    arrivals: instants whose rate follows the hours of a day
    office: when people work
    kinds: kinds of cases: how many, how hard, how much work
    cases: the cases of a day, and the reports that their lives make
    lives: how a case goes: who takes it up, how far it climbs, how long each step takes
    inventions: workers who invent reports, and honest ones who are only busy
    notes: what workers write
    population: registers kept up to date: people, dwellings, components
    residents: births, deaths and moves
    workers: shifts, places, and handsets that are dead for hours
    errands: what residents ask for, and what the centre asks of its workers
    departments: what departments do with follow-up tasks
    events: reports as bytes, written the same way every time
    post: the way of a report: on time, late, twice, or spoiled
"""
