"""HTTP and the sockets: a request becomes a question to the desk, its answer becomes JSON, a file or a frame.

A subject is a file with `routes(desk)`, and one line in the list of `dashboard/app.py`.

Where is …?
    problems: an answer as JSON, and every kind of error as {error, field, reason}
    acting: who asks and whether they may, and what they gave
    anyid: addresses of what may be called anything
    casequery: what can be asked of cases: every filter as a parameter
    files: the routes of a list as CSV and XLSX
    areas: the numbers of an area and of those below it
    cases: lists and single cases, and actions on them
    reports: the reports behind a number
    workers: who is on shift and who is silent
    tasks: departments' inboxes, follow-up tasks, and what is done with them
    services: services handed in at the community
    supervision: what is late, the ladder, slow steps, urging
    performance: the appraisal: tables and signs
    intake: reports that come in
    cloudevents: which reports a request holds, in whichever mode they are sent
    system: health, readiness, metrics, dead letters
    metrics: the condition of the system as Prometheus text
    admission: who may open a socket, and how much one socket may ask for
    connection: what a proxy between a page and its socket does wrong
    live: the socket /live: screens subscribe to topics and get frames
"""
