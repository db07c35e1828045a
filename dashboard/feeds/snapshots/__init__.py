"""The state with its positions, kept in Redis, so that a restart folds the tail only; and none is thrown away.

Where is …?
    snapshots: saves and restores; decides whether one is used, carried over, set aside or the start refused
    packing: the bytes: head, state, checksum
    origin: what a state starts from, part by part
    aside: those that were set aside, since something else fits now
"""
