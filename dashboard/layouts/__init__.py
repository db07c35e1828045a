"""What is on a page: functions from view data and words to components.

What happens on a page is in callbacks/ and, since pages run by themselves, mostly in assets/pages/.

Where is …?
    wall: the wall
    area: the page of one area, from the city down to a grid
    cases: the worklist of cases
    case: the page of one case
    tasks: departments and their inboxes
    supervision: the ladder, what is late, whom to urge, where the time goes
    performance: the appraisal, and the signs that need a look
    services: services: counts by kind, and the list
    lists: plain lists that numbers open into: reports, workers
    page: the frame of every page but the wall's
    parts: small parts that several pages share
    map: the map, its layers and legend
    view: what a page is built from, apart from live numbers
    rooted: addresses on pages below the path of a proxy
    system: the system's own condition, and the reports that do not count
    about: versions, licences and figures of this version
    places: places that are kept, so that nothing moves when its data comes
    formats: numbers, dates and lengths of time in the language of a page
"""
