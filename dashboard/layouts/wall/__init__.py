"""The wall: what a city sees at a glance from five metres.

Where is …?
    wall: the title bar and three columns
    requests: reported and closed today by the hour, departments and what lies with them
    left: newborns and moves, population, quality of work
    right: age of cases, what needs attention, latest reports
    card: the card of one grid, and the help about keys
"""
