"""What happens on a page: each module registers its callbacks on the application that it is given.

Where is …?
    source: what pages may ask the running server for
    asked: an address, taken apart
    routing: which page an address shows, and in which language
    start: the start of pages that run by themselves
    again: a part that the server writes, written again while somebody looks
    about: versions, licences and figures of this version
    area: the page of an area, and its charts when everything else is there
    case: the page of a case
    lists: reports and workers behind a number
    services: services by kind, and their list
    tasks: departments and their inboxes
    cases: the worklist, and its rows that are in sight
"""
