"""HTTP and the sockets: a request becomes a question to the desk, its answer becomes JSON, a file or a frame.

Where is …?
    areas: the router of /api/v1: areas, cases, reports in, dead letters, health, metrics
    cases: reports behind a number, workers, and actions on cases
    acting: who may act over HTTP, and how refusals are answered
    tasks: departments' inboxes, follow-up tasks, and what is done with them
    supervision: what is late, the ladder, slow steps, urging
    performance: the appraisal: tables, signs, both as files
    services: services handed in at the community, also as files
    casequery: what lists and files of cases can be asked for: every filter as a parameter
    casefiles: all cases that match a filter, as CSV or XLSX
    files: other tables as CSV or XLSX: children, reports, workers, tasks
    live: the socket /live: screens subscribe to topics and get frames
    metrics: Prometheus text from the running parts
"""
