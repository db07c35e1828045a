"""The desk: what pages and HTTP ask a running server for, and what people do there. It does not know how it is asked.

Where is …?
    cases: cases, reports and workers to look at; actions on cases
    tasks: follow-up tasks, and what departments do with them
    urging: who is late, who has not replied, and urging them
    archive: filters of the worklist, as far as ended cases can answer them
    files: columns and rows as a CSV or an XLSX file
"""
