"""The desk: what pages and HTTP ask a running server for, and what people do there. It does not know how it is asked.

Where is …?
    access: who is it, and may they: asked once, before anything is read or done
    appending: the door through which people act: where deeds get into the log
    desk: all subjects together: what stands above holds this and nothing else
    source: what pages are given
    kept: frozen on the loop, computed in a thread, kept for some seconds
    areas: which area is meant, its numbers, those below it
    areasearch: areas by what people type, in the order in which they look for them
    cases: lists and single cases, in memory or archived, their files with which columns; actions on them
    archive: filters of the worklist, as far as ended cases can answer them
    tasks: follow-up tasks, inboxes, and what departments do with them
    services: requests of residents, and their counts by kind
    reports: the reports behind a number, read from the log
    workers: who is on shift and who is silent
    supervision: what is late, the ladder, what went wrong, slow steps
    urging: who is late, who has not replied, and urging them
    performance: the appraisal: tables and signs
    system: the condition of the server, read once for metrics, readiness and pages
    values: the values of that condition, each with its limit, and whether it is within
    files: any table as a CSV or an XLSX file; which columns it has, its subject says
"""
