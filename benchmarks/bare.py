"""`python -m benchmarks.bare URL BATCH`: reads the whole stream, does nothing with it, and prints the seconds it took.

A process of its own: what else lives in a process makes Python's garbage collector, and so reading,
slower or quicker. Two numbers: `xread` as redis-py gives it, and with entries left as hiredis made them.
"""

from __future__ import annotations

import subprocess
import sys
import time

from redis.asyncio import Redis


def bare(url: str, batch: int) -> tuple[float, float]:
    """Returns the seconds that a process of its own takes, with parsed and with unparsed entries."""
    command = [sys.executable, "-m", "benchmarks.bare", url, str(batch)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(shown[0]), float(shown[1])


async def _read(client: Redis, batch: int) -> float:
    position = b"0-0"
    started = time.perf_counter()
    while reply := await client.xread({"reports": position}, count=batch):
        position = reply[0][1][-1][0]
    took = time.perf_counter() - started
    await client.aclose()
    return took


def _main(url: str, batch: int) -> None:
    import uvloop

    plain, unparsed = Redis.from_url(url, protocol=2), Redis.from_url(url, protocol=2)
    unparsed.set_response_callback("XREAD", lambda reply, **_: reply)
    print(uvloop.run(_read(plain, batch)), uvloop.run(_read(unparsed, batch)))


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
