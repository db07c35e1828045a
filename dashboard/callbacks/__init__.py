"""What happens on a page: each module registers its callbacks on the application that it is given.

Where is …?
    source: what pages may ask the running server for
    routing: which page an address shows, and in which language
    start: the start of pages that run by themselves
    area: the charts of an area's page, when everything else is there
    case: the page of a case, rendered anew when it has changed
    cases: the rows of the worklist that are in sight
"""
