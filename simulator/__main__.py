"""`python -m simulator`: ends cleanly on a signal from the first moment on, also while libraries are still loaded."""

import os
import signal

for _name in (signal.SIGINT, signal.SIGTERM):
    signal.signal(_name, lambda *_: os._exit(0))

from simulator.cli import main  # noqa: E402

main()
