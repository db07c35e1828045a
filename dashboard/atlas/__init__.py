"""What a city gives us as files, read once at the start.

Where is …?
    file: the areas file: GeoJSON in, tree and map out
    checking: what is wrong with it, each thing once
    features: its features: what each says and where it lies, or in words why it cannot be read
    shapes: longitude and latitude, or in words what they are instead: metres, exchanged, another system
    coverage: grids that overlap, slivers between them, holes that may be enclaves
    folding: many lines that say the same become one with their number
    properties: what that file says of one area: residents, homes, and what of it is not used
    dates: what it says about time: until when an area stands, who takes over, when residents were counted
    placing: which of several grids holds a place
    comparing: what another areas file would change, in words
    geojson: the collection of features in a file, or in words what the file holds instead
    text: the text of a file that was handed in, whoever saved it, or in words what it is instead
    toml: the tables of a TOML file (rules, calendar), or the line that is wrong
    maps: the map of one area: its grids, outlines of its children, where it lies
    rules: the rules file, and the default one
    calendar: working days: of China, of any country or part of one, plain weekdays, or a file of one's own
"""
