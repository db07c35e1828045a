"""The city itself: pure, without I/O, clock or randomness; time is passed in.

Below lies what may arrive, above it what the city has decided, what is known, what that says, what may be done.

Where is …?
    acting: what may be done now, or in words why not
    reading: what the state says at a moment
    state: what is known, as a fold over the log
    rules: what the city has decided, frozen
    reports: every event that may arrive, and how bytes become one
    cells: single cells of arrays, for the fold
"""
