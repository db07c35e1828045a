"""A simulated city: its map, its people, its grid workers and all that they report.

Where is …?
    cli: the command line: the city as a file, and its traffic
    cities: the cities that can be played: how each is made, who lives in it
    out: how it reaches the log
    life: what happens, and when it is told
    place: where, and who lives there
"""
