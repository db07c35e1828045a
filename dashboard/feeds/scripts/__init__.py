"""What Redis does in one step, as Lua: each file begins with the keys and arguments that it takes.

All keys of a script lie in one slot (see `keys`), so that a cluster can run it.
"""

from __future__ import annotations

import functools
from importlib.resources import files


@functools.cache
def lua(name: str) -> str:
    """Returns the text of `<name>.lua`, read once; raises FileNotFoundError when there is none."""
    return (files(__name__) / f"{name}.lua").read_text("utf-8")
