"""Between the log and the state: Redis Streams in, frames out.

Where is …?  `streams` names and shards · `follower` reads and folds · `snapshots` saves and restores ·
`deadletters` what does not count · `intake` takes reports over HTTP · `screens` who watches what ·
`publisher` when a frame is made · `embedded` the private Redis · `areafile` the map of the city.
"""
