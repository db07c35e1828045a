"""Between the log and the state: Redis Streams in, frames out. Whoever stands above asks for readings.

Where is …?
    keys: every name under which something lies in Redis
    scripts: what Redis does in one step, as Lua files
    streams: which stream takes what, of how many shards a log is, and how to reach the Redis that holds them
    follower: reads every shard from the position in the state, and folds what it reads
    faults: entries that every server passes over, since the code has a mistake that they have met
    identity: whether a log is still the one that was folded: trimmed, or an older copy, or another
    snapshots: the state with its positions, kept in Redis, so that a restart folds the tail only
    strangers: open tasks of departments and areas that there are not any more
    intake: checks reports that come over HTTP and appends them
    keeper: appends what follows from the state and the time, while it holds the lease
    lease: who of several servers may keep, with a fencing token
    deadletters: entries that do not count, with the reason and the raw bytes
    watch: what Redis is asked once a second: does it take writes, what time is it, may it evict
    engines: which program holds the log, and until when its makers mend it
    store: the Redis that holds the log, as it describes itself: memory, policy, persistence
    traces: what the steps of a case said, read from the log
    loops: loops that run until the end: what passes is waited for, a bug ends the process
    assembly: the parts of a server, made from its settings and connected
    running: the loops of a server, from the first to the last
    moments: the door out: readings of now or of a past moment, for whoever stands above
    live: when a frame is made, of what, for whom
    archive: ended cases as files, and searching them
"""
