"""The desk: what pages and HTTP ask a running server for, and what people do there. It does not know how it is asked.

Where is …?
    access: who is it, and may they: asked once, before anything is read or done
    appending: the door through which people act: where deeds get into the log
    cases: cases, reports and workers to look at; actions on cases
    tasks: follow-up tasks, and what departments do with them
    urging: who is late, who has not replied, and urging them
    archive: filters of the worklist, as far as ended cases can answer them
    files: columns and rows as a CSV or an XLSX file
"""
