"""What may be done now: as the report to append, or in words why not.

Where is …?
    deed: a deed: key, area and report, which may be appended
    cases: what somebody at a desk can do with a case
    tasks: what a department can do with a follow-up task
    urging: which open cases are the most overdue, and the report that urges
    keeper: what the keeper appends: escalations and follow-up tasks
"""
