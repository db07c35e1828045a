"""Where it happens: a synthetic city on a river and who lives there, and another one on a lake.

Where is …?
    city: the city as an areas file
    lake: the other city as an areas file: wards on a shore, nobody counted
    land: the land: a limit, a river, small cells on both banks
    curves: smooth curves through given points: the river, the limit
    graph: ways over neighbouring cells: parts, steps, the nearest start
    regions: districts, streets, communities: connected groups of cells
    names: invented names, in Chinese and in pinyin
    people: residents by sex and age, households, dwellings
    places: the city as the simulation needs it: grids on one axis, a spot to stand on
"""
