"""Cases that ended before the window: Parquet files, written and searched by DuckDB.

Where is …?
    archive: takes what the state lets go, and answers searches
    waiting: cases that have left the memory and lie in no file yet, found like the others
    files: the files: written whole or not at all, merged by month
"""
