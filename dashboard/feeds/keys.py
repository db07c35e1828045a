"""Every name under which something lies in Redis.

What is in braces decides the slot, and with it the node of a cluster. A script may touch keys of one slot only: so
what belongs to a shard (the stream, how far the keeper has read it, who may append as the keeper) has the shard in
braces. The only shard of a city that has but one is called `reports`, without braces: then the whole name decides,
and `{reports}` lies in the same slot.
"""

from __future__ import annotations

MOST_SHARDS = 255
SNAPSHOT = "gridwall:{snapshot}"
SNAPSHOTS_ASIDE = "gridwall:{snapshot}:aside"
FAULTS = "gridwall:{faults}"
SNAPSHOT_LEASE = "gridwall:{snapshot}:lease"
DEAD_LETTERS = "gridwall:{dead}:letters"
KNOWN_DEAD_LETTERS = "gridwall:{dead}:known"
KEEPER_LEASE = "gridwall:{keeper}:lease"
KEEPER_TOKEN = "gridwall:{keeper}:token"
SHARDS = "gridwall:{shards}"


def stream_names(shards: int) -> list[str]:
    """Returns the name of each shard's stream; the braces put them on different nodes of a cluster."""
    if shards == 1:
        return ["reports"]
    return [f"reports:{{{shard}}}" for shard in range(shards)]


def all_stream_names() -> list[str]:
    """Returns the names that streams can have, whatever the number of shards."""
    return ["reports", *stream_names(MOST_SHARDS)]


def keeper_cursor(shard: int, shards: int) -> str:
    """Returns where it stands how far the keeper has read a shard."""
    return f"gridwall:{{{_tag(shard, shards)}}}:keeper:cursor"


def keeper_fence(shard: int, shards: int) -> str:
    """Returns where it stands who may append to a shard as the keeper."""
    return f"gridwall:{{{_tag(shard, shards)}}}:keeper:fence"


def log_name(shard: int, shards: int) -> str:
    """Returns where a shard's log has a name of its own, which is gone when everything is."""
    return f"gridwall:{{{_tag(shard, shards)}}}:log"


def write_probe(shard: int, shards: int) -> str:
    """Returns a stream that never exists, by which it is asked whether a shard's node takes writes."""
    return f"gridwall:{{{_tag(shard, shards)}}}:probe"


def first_keeper_cursor(shard: int) -> str:
    """Returns where the cursor stood up to version 0.1, in a slot of its own; it is read where there is no other."""
    return f"gridwall:{{keeper}}:cursor:{shard}"


def guard(name: str) -> str:
    """Returns what of several who act on the same thing only one can have."""
    return f"gridwall:{{claim}}:{name}"


def _tag(shard: int, shards: int) -> str:
    return "reports" if shards == 1 else str(shard)
