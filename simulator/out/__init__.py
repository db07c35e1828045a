"""How the city reaches the log, and how it hears what others append.

Where is …?
    feed: into Redis: a past in bulk, then live traffic
    fleet: over HTTP, through the door that handsets use
    ear: what others append that those who are simulated must answer
    lease: the keeper's lease in the hands of who writes a past
    restamp: a report moved to another moment, for traffic at a fixed rate
"""
